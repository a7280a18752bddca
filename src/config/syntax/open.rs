//! What was opened in a text and is not closed.

use std::iter::Peekable;
use std::str::CharIndices;

use super::lines::margin_of;

/// A quote or a bracket, and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Opened {
    pub(super) at: usize,
    pub(super) by: char,
}

/// What was opened last in the beginning of a document, and
/// is still open at its end.
pub(super) fn find_open(beginning: &str) -> Option<Opened> {
    let mut search = Search {
        text: beginning,
        rest: beginning.char_indices().peekable(),
        brackets: Vec::new(),
        is_at_start: true,
    };

    search.run()
}

struct Search<'t> {
    text: &'t str,
    rest: Peekable<CharIndices<'t>>,
    brackets: Vec<Opened>,
    /// Whether a value may start here. Anywhere else, quotes
    /// and brackets are letters.
    is_at_start: bool,
}

impl Search<'_> {
    fn run(&mut self) -> Option<Opened> {
        let mut before = '\n';
        while let Some((at, character)) = self.rest.next() {
            let opened = Opened {
                at,
                by: character,
            };
            match character {
                '"' | '\'' if self.is_at_start => {
                    if !self.skip_quoted(character) {
                        return Some(opened);
                    }
                    self.is_at_start = false;
                }
                '[' | '{' if self.is_at_start => self.brackets.push(opened),
                ']' | '}' => {
                    self.brackets.pop();
                    self.is_at_start = false;
                }
                '#' if before.is_whitespace() => self.skip_line(),
                '|' | '>' if self.is_at_start && self.brackets.is_empty() => {
                    self.skip_block(at);
                }
                '\n' => self.is_at_start = true,
                ' ' | '\t' | '\r' => {
                    self.is_at_start |= matches!(before, ':' | '-' | ',');
                }
                ',' => self.is_at_start = !self.brackets.is_empty(),
                _ => self.is_at_start = false,
            }
            before = character;
        }
        self.brackets.pop()
    }

    /// Goes on behind the text that this quote began; says whether it ends.
    fn skip_quoted(&mut self, quote: char) -> bool {
        while let Some((_, character)) = self.rest.next() {
            if character == '\\' && quote == '"' {
                self.rest.next();
            } else if character == quote {
                // Twice, a single quote is one of the text.
                let is_doubled =
                    quote == '\'' && self.skip_if(|next| next == '\'');
                if !is_doubled {
                    return true;
                }
            }
        }
        false
    }

    fn skip_line(&mut self) {
        while self.skip_if(|next| next != '\n') {}
    }

    fn skip_if(&mut self, is_meant: impl Fn(char) -> bool) -> bool {
        self.rest
            .next_if(|(_, next)| is_meant(*next))
            .is_some()
    }

    /// Goes on behind a text of several lines, which are all indented more than
    /// the one it begins in.
    fn skip_block(&mut self, at: usize) {
        let before = self.text.get(..at).unwrap_or_default();
        let line = before
            .rsplit('\n')
            .next()
            .unwrap_or_default();
        let indent = margin_of(line);

        self.skip_line();
        while let Some((end, _)) = self.rest.peek().copied() {
            let next = self
                .text
                .get(end + 1..)
                .unwrap_or_default();
            let line = next
                .split('\n')
                .next()
                .unwrap_or_default();
            let is_deeper = margin_of(line) > indent;
            if !is_deeper && !line.trim().is_empty() {
                break;
            }
            self.rest.next();
            self.skip_line();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::find_open;

    #[test]
    fn what_is_open_is_found_where_it_was_opened() {
        for (beginning, open) in [
            ("a: \"b\nc: d\n", Some((3, '"'))),
            ("a: 'it''s\n", Some((3, '\''))),
            ("a: 'it''s'\n", None),
            ("a: \"\\\"\"\nb: [c, {d: 1}, ", Some((11, '['))),
            ("a: [b]\nc: {\n", Some((10, '{'))),
            ("a: it's\nb: c[\n", None),
            ("# \"a\nb: c # [\n", None),
            ("a: |\n  \"b\n\n  [c\nd: e\n", None),
            ("a: [\"b]\n", Some((4, '"'))),
            ("- 'a\n", Some((2, '\''))),
        ] {
            let found =
                find_open(beginning).map(|opened| (opened.at, opened.by));
            assert_eq!(found, open, "{beginning}");
        }
    }
}
