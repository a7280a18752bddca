//! Lines that should be a key with its value, or an item, and are neither.

use super::super::problem::{Problem, quote};
use super::super::section::FOR_EACH;
use super::lines::Line;
use super::mistake::Mistake;
use crate::model::holds_private_key;

/// What the names of tables end in.
const TABLES: [&str; 3] = ["csv", "yaml", "json"];

impl<'t> Mistake<'t> {
    /// A line that is no key with its value.
    pub(super) fn explain_key(&self) -> Option<Problem> {
        let line = self.line();
        if self.says("simple key expected") {
            return Some(self.explain_line(line));
        }
        if !self
            .message
            .starts_with("mapping values are not allowed")
        {
            return None;
        }

        let before = line.before(self.start());
        if before.contains(": ") {
            return Some(self.explain_second_value(before));
        }

        // A text goes on in the lines below it, so the scanner sees only here
        // that it was none.
        let texts = line
            .above(self.text)
            .take_while(|above| above.is_text());
        if let Some(first) = texts.last() {
            return Some(self.explain_line(first));
        }
        let above = line.above(self.text).next()?;
        if let Some(problem) = self.explain_dash(above) {
            return Some(problem);
        }

        let message =
            "nothing can be indented below a key that has its value beside it";
        let problem = self
            .problem_of(line, message)
            .label("indented more than the line above")
            .help("indent this line like the line above");
        (line.indent() > above.indent()).then_some(problem)
    }

    /// A `: ` behind one that is in the same line, before it.
    fn explain_second_value(&self, before: &str) -> Problem {
        let help = if before.contains(", ") {
            "several keys on one line stand in `{ }`; a text with `: ` in it \
             needs quotes"
        } else {
            "put the whole text in quotes; where it is a key, put it on a \
             line of its own"
        };

        let message = "this line has a second `: `, which is only for texts \
                       in quotes";
        self.problem(message).help(help)
    }

    /// A line that should be a key with its value, and has no `: `.
    pub(super) fn explain_line(&self, line: Line<'t>) -> Problem {
        if let Some(problem) = self.explain_dash(line) {
            return problem;
        }

        let content = line.content();
        let (message, help) = if line.is_beside_item(self.text) {
            let help = "begin each item of the list with `- `".to_owned();
            ("there is no `-` before this item", help)
        } else if content.starts_with("//") || content.starts_with("/*") {
            let help = "begin the comment with `#`".to_owned();
            ("YAML has no such comments", help)
        } else if is_table(content) && line.section(self.text) == Some(FOR_EACH)
        {
            let item = format!("- in: {content}");
            let help = self.help_with(&item, "- in: customers.csv");
            (
                "this item begins with a file, and with no key",
                help,
            )
        } else if !content.contains([':', ' ', '=']) {
            let help = self.help_with(&format!("{content}:"), "key:");
            ("there is no `:` behind this key", help)
        } else {
            let help = self.help_with_line(content);
            (
                "there is no `: ` between the key and the value of this line",
                help,
            )
        };
        self.problem_of(line, message)
            .help(help)
    }

    /// How a line of a key and a value is written.
    fn help_with_line(&self, content: &str) -> String {
        match content.split_once(' ') {
            Some((key, value)) if is_word(key) && !value.contains(' ') => {
                self.help_with(&format!("{key}: {value}"), "key: value")
            }
            _ if content.contains(':') => {
                "a `:` counts only with a space behind it".to_owned()
            }
            _ => "write it as in `key: value`".to_owned(),
        }
    }

    /// How something is written; what may be a line of a
    /// private key is not written out.
    fn help_with(&self, line: &str, example: &str) -> String {
        if holds_private_key(self.text) {
            format!("write it as in `{example}`")
        } else {
            format!("write {}", quote(line))
        }
    }

    /// An item that begins with a `-` and no space.
    fn explain_dash(&self, line: Line<'t>) -> Option<Problem> {
        let item = line.content().strip_prefix('-')?;
        if item.starts_with(['-', ' ']) || item.is_empty() {
            return None;
        }

        let message = "there is no space behind the `-` of this item";
        let problem = self.problem_of(line, message);
        Some(problem.help("a `-` begins an item only with a space behind it"))
    }
}

/// Whether this may be a key of a configuration.
fn is_word(text: &str) -> bool {
    text.chars()
        .all(|letter| letter.is_ascii_lowercase() || letter == '_')
}

/// Whether this may be the name of a file with a table.
fn is_table(text: &str) -> bool {
    let (_, ending) = text
        .rsplit_once('.')
        .unwrap_or_default();
    TABLES.contains(&ending) && !text.contains(char::is_whitespace)
}
