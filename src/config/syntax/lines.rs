//! Lines of a text that is not YAML yet.

use super::super::source::Span;

/// A line, and where in the text it starts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'t> {
    start: usize,
    text: &'t str,
}

impl<'t> Line<'t> {
    /// The line that a byte is in.
    pub(super) fn at(text: &'t str, byte: usize) -> Self {
        let (before, after) = text
            .split_at_checked(byte)
            .unwrap_or((text, ""));
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let end = after
            .find('\n')
            .map_or(text.len(), |end| byte + end);

        Self {
            start,
            text: text.get(start..end).unwrap_or_default(),
        }
    }

    /// The line below this one.
    pub(super) fn next(&self, text: &'t str) -> Option<Self> {
        let start = self.start + self.text.len() + 1;
        (start < text.len()).then(|| Self::at(text, start))
    }

    /// Where it is indented with a tab, if it is.
    pub(super) fn tab_in_indent(self) -> Option<usize> {
        let indent = self.text.len() - self.text.trim_start().len();
        let tab = self.text.get(..indent)?.find('\t')?;
        Some(self.start + tab)
    }

    /// The lines above this one that say something, the nearest first.
    pub(super) fn above(self, text: &'t str) -> impl Iterator<Item = Self> {
        let above = |line: &Self| {
            line.start
                .checked_sub(1)
                .map(|end| Self::at(text, end))
        };

        std::iter::successors(above(&self), above)
            .filter(|line| !line.content().is_empty())
    }

    /// What it says: neither its indent, nor the `-` of an item, nor a comment.
    pub(super) fn content(self) -> &'t str {
        let text = self.text.trim();
        let end = if text.starts_with('#') {
            0
        } else {
            text.find(" #").unwrap_or(text.len())
        };

        let content = text.get(..end).unwrap_or_default();
        content.trim_start_matches("- ").trim()
    }

    /// How far its content is indented.
    pub(super) fn indent(self) -> usize {
        self.offset_of(self.content())
    }

    /// Whether it is no key with a value, and no key with a block below it.
    pub(super) fn is_text(self) -> bool {
        let content = self.content();
        !content.contains(": ") && !content.ends_with(':')
    }

    /// Whether it is such a line and no item, and begins where another one
    /// does.
    pub(super) fn is_text_beside(self, other: Self) -> bool {
        self.is_text() && !self.is_item() && self.indent() == other.indent()
    }

    fn is_item(self) -> bool {
        self.text.trim_start().starts_with("- ")
    }

    /// Whether the line above is an item of a list, and this one begins where
    /// its `-` is.
    pub(super) fn is_beside_item(self, text: &'t str) -> bool {
        let item = self
            .above(text)
            .next()
            .filter(|above| above.is_item());
        let dash =
            item.map(|item| item.text.len() - item.text.trim_start().len());

        dash == Some(self.indent())
    }

    /// The key whose list this line is an item of.
    pub(super) fn section(self, text: &'t str) -> Option<&'t str> {
        let dash = self.text.len() - self.text.trim_start().len();
        let is_key = |line: &Self| !line.is_item() && line.indent() <= dash;

        let key = self
            .above(text)
            .find(is_key)
            .filter(|_| self.is_item())?;
        key.content().strip_suffix(':')
    }

    /// Whether this byte of the text is where the line begins to say something.
    pub(super) fn begins_at(self, byte: usize) -> bool {
        self.before(byte)
            .trim_start_matches([' ', '-'])
            .is_empty()
    }

    /// Where the line says what it says.
    pub(super) fn span(self, file: usize) -> Span {
        let start = self.start + self.indent();
        Span::new(file, start..start + self.content().len())
    }

    /// What stands before this byte of the text.
    pub(super) fn before(self, byte: usize) -> &'t str {
        let length = byte.saturating_sub(self.start);
        self.text.get(..length).unwrap_or_default()
    }

    fn offset_of(self, content: &str) -> usize {
        self.text.find(content).unwrap_or_default()
    }
}
