//! Lines of a text that is not YAML yet.

use std::iter::successors;

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
        let start = before
            .rfind('\n')
            .map_or(0, |end| end + 1);
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
        let margin = self.text.get(..margin_of(self.text))?;
        Some(self.start + margin.find('\t')?)
    }

    /// The lines above this one that say something, the nearest first.
    pub(super) fn above(self, text: &'t str) -> impl Iterator<Item = Self> {
        let above = |line: &Self| {
            let end = line.start.checked_sub(1)?;
            Some(Self::at(text, end))
        };

        successors(above(&self), above)
            .filter(|line| !line.content().is_empty())
    }

    /// What it says: neither its indent, nor the `-` of an item, nor a comment.
    pub(super) fn content(self) -> &'t str {
        let text = self.text.trim();
        if text.starts_with('#') {
            return "";
        }

        let end = text.find(" #").unwrap_or(text.len());
        let content = text.get(..end).unwrap_or_default();
        content.trim_start_matches("- ").trim()
    }

    /// How far its content is indented.
    pub(super) fn indent(self) -> usize {
        self.text
            .find(self.content())
            .unwrap_or_default()
    }

    /// Whether it is no key with a value, and no key with a block below it.
    pub(super) fn is_text(self) -> bool {
        let content = self.content();
        !content.contains(": ") && !content.ends_with(':')
    }

    /// Whether it is such a line and no item, and
    /// begins where another one does.
    pub(super) fn is_text_beside(self, other: Self) -> bool {
        self.is_text() && !self.is_item() && self.indent() == other.indent()
    }

    fn is_item(self) -> bool {
        self.text.trim_start().starts_with("- ")
    }

    /// Whether the line above is an item of a list, and this one
    /// begins where its `-` is.
    pub(super) fn is_beside_item(self, text: &'t str) -> bool {
        self.above(text)
            .next()
            .is_some_and(|above| {
                above.is_item() && margin_of(above.text) == self.indent()
            })
    }

    /// The key whose list this line is an item of.
    pub(super) fn section(self, text: &'t str) -> Option<&'t str> {
        if !self.is_item() {
            return None;
        }

        let dash = margin_of(self.text);
        let key = self
            .above(text)
            .find(|line| !line.is_item() && line.indent() <= dash)?;
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
        self.text
            .get(..length)
            .unwrap_or_default()
    }
}

/// How much white space a line begins with.
pub(super) fn margin_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}
