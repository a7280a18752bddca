//! Signs that mean something to YAML where they were meant as letters.

use super::super::problem::Problem;
use super::mistake::Mistake;

/// What the scanner says of a text that begins with a sign of YAML's own, with
/// the sign where it is always the same.
const BEGINNINGS: [(&str, &str); 5] = [
    ("unexpected character", ""),
    ("anchor or alias", ""),
    ("unknown anchor", "*"),
    ("unsupported tag", "!"),
    ("cannot be a key", "{"),
];

impl Mistake<'_> {
    pub(super) fn explain_quoted(&self) -> Option<Problem> {
        let (message, help) = if self.says("after single-quoted") {
            let help = "within it, write `''` for a `'`; where these are two \
                        values, put a `,` between them";
            ("the text in quotes ends before this", help)
        } else if self.says("after double-quoted") {
            let help = "within it, write `\\\"` for a `\"`; where these are \
                        two values, put a `,` between them";
            ("the text in quotes ends before this", help)
        } else if self.says("unknown escape") || self.says("hexadecimal") {
            let message = "a `\\` of this text means nothing in double quotes";
            let help = "write `\\\\` for it, or put the text in single quotes";
            (message, help)
        } else {
            return None;
        };

        Some(self.problem(message).help(help))
    }

    /// A text that begins with a sign of YAML's own.
    pub(super) fn explain_beginning(&self) -> Option<Problem> {
        if let Some(message) = self.find_intruder() {
            return Some(
                self.problem(message)
                    .help("take it out"),
            );
        }

        let (_, sign) = BEGINNINGS
            .iter()
            .find(|(words, _)| self.says(words))?;
        if sign.is_empty() {
            let sign = self.rest().chars().next()?;
            let message = format!("a text cannot begin with `{sign}`");
            return Some(
                self.problem(message)
                    .help("put it in quotes"),
            );
        }

        let help = format!("a text that begins with `{sign}` needs quotes");
        Some(self.problem(self.message).help(help))
    }

    /// What has no business here, if it is that.
    fn find_intruder(&self) -> Option<&'static str> {
        let rest = self.rest();

        if self.says("BOM") {
            Some("an invisible character stands here, a byte order mark")
        } else if rest.starts_with(char::is_control) {
            Some(
                "an invisible character stands here, which controls a terminal",
            )
        } else if rest.starts_with("```") {
            Some("this line is Markdown, and no YAML")
        } else {
            None
        }
    }
}
