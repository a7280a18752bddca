//! Why a file is no YAML, in the words of whoever wrote it.
//!
//! The scanner tells where it could not go on, which is often a line behind the
//! mistake, and what it would have taken, which is seldom what was meant.

mod lines;
mod open;

use lines::Line;
use open::{Opened, find_open};

use super::problem::{Problem, ProblemId, quote};
use super::section::FOR_EACH;
use super::source::Span;
use crate::model::holds_private_key;

/// The marks that Git leaves in a file where two changes contradict each other.
const CONFLICT: [&str; 2] = ["<<<<<<< ", ">>>>>>> "];

/// What the names of tables end in.
const TABLES: [&str; 3] = ["csv", "yaml", "json"];

/// What is wrong where the scanner stopped, and said this.
// It tells its errors apart in words only. A new version may word them
// otherwise, which the cases of the tests would show.
pub(super) fn explain(message: &str, span: Span, text: &str) -> Problem {
    let mistake = Mistake {
        message,
        span,
        text,
    };

    mistake
        .find_conflict()
        .or_else(|| mistake.explain_tab())
        .or_else(|| mistake.explain_open())
        .or_else(|| mistake.explain_key())
        .or_else(|| mistake.explain_indent())
        .or_else(|| mistake.explain_quoted())
        .or_else(|| mistake.explain_beginning())
        .unwrap_or_else(|| problem_at(span, message))
}

fn problem_at(span: Span, message: impl Into<String>) -> Problem {
    Problem::new(ProblemId::Syntax, span, message)
}

/// What the scanner says, and where.
struct Mistake<'t> {
    message: &'t str,
    span: Span,
    text: &'t str,
}

impl<'t> Mistake<'t> {
    fn says(&self, words: &str) -> bool {
        self.message.contains(words)
    }

    fn start(&self) -> usize {
        self.span.bytes().start
    }

    fn line(&self) -> Line<'t> {
        Line::at(self.text, self.start())
    }

    /// The text from here on.
    fn rest(&self) -> &'t str {
        self.text
            .get(self.start()..)
            .unwrap_or_default()
    }

    /// The text up to here.
    fn beginning(&self) -> &'t str {
        self.text
            .get(..self.start())
            .unwrap_or_default()
    }

    /// The place of so many bytes from this one on.
    fn place(&self, start: usize, length: usize) -> Span {
        Span::new(self.span.file(), start..start + length)
    }

    fn find_conflict(&self) -> Option<Problem> {
        let is_mark = |line: &&str| {
            CONFLICT
                .iter()
                .any(|mark| line.starts_with(mark))
        };
        let line = self.text.lines().find(is_mark)?;

        let start = self.text.find(line).unwrap_or_default();
        let message =
            "two changes contradict each other here, and the file has both";
        let problem = problem_at(self.place(start, line.len()), message);
        Some(problem.help("keep one of the two, and take the marks of Git out"))
    }

    fn explain_tab(&self) -> Option<Problem> {
        let is_tab = self.says("tab") || self.beginning().ends_with('\t');
        if !is_tab {
            return None;
        }

        // The scanner may stop in the line above, whose text could go on.
        let here = self.line();
        let lines =
            std::iter::successors(Some(here), |line| line.next(self.text));
        let tab = lines.take(2).find_map(Line::tab_in_indent);
        let problem = match tab {
            Some(tab) => problem_at(
                self.place(tab, 1),
                "this line is indented with a tab",
            ),
            None => problem_at(self.span, self.message),
        };
        Some(problem.help("indent with spaces; YAML allows no tabs there"))
    }

    /// A quote or a bracket without its other half.
    fn explain_open(&self) -> Option<Problem> {
        if self.says("unclosed bracket") {
            let by = self.rest().chars().next().unwrap_or('[');
            return Some(self.report_open(Opened {
                at: self.start(),
                by,
            }));
        }
        if self.says("misplaced bracket") {
            let message = "this bracket closes nothing";
            return Some(
                problem_at(self.span, message)
                    .help("take it out, or open it before"),
            );
        }
        if self.says("did not find expected ','")
            && let Some(length) = self.length_of_reference()
        {
            let message = "within brackets, a `${…}` stands in quotes";
            let span = self.place(self.start() - 1, length + 1);
            return Some(
                problem_at(span, message)
                    .help("put `\"` around the whole text"),
            );
        }
        if self.says("did not find expected ','") {
            let message =
                "a `,` is missing before this, or the bracket that closes";
            return Some(
                problem_at(self.span, message)
                    .help("within brackets, a `,` stands between two entries"),
            );
        }

        if !self.says("indentation") {
            return None;
        }
        let opened = find_open(self.beginning())?;
        if self.rest().starts_with(closing(opened.by)) {
            let message = "a bracket that closes is indented more than the \
                           key it belongs to";
            return Some(
                problem_at(self.span, message).help("put spaces before it"),
            );
        }
        Some(self.report_open(opened))
    }

    /// How long a reference is whose `{` is here.
    fn length_of_reference(&self) -> Option<usize> {
        let is_reference =
            self.beginning().ends_with('$') && self.rest().starts_with('{');
        let end = self.rest().find(['}', '\n']);

        end.filter(|_| is_reference).map(|end| end + 1)
    }

    fn report_open(&self, opened: Opened) -> Problem {
        let Opened { at, by } = opened;
        let close = closing(by);
        let span = self.place(at, by.len_utf8());

        let problem = problem_at(span, format!("this `{by}` is not closed"));
        if by == close {
            problem.help(format!(
                "put another `{close}` where the text ends"
            ))
        } else {
            problem.help(format!("put a `{close}` where it ends"))
        }
    }

    /// A line that is no key with its value.
    fn explain_key(&self) -> Option<Problem> {
        if self.says("simple key expected") {
            return Some(self.explain_line(self.line()));
        }
        if !self
            .message
            .starts_with("mapping values are not allowed")
        {
            return None;
        }

        let line = self.line();
        let before = line.before(self.start());
        if before.contains(": ") {
            let message = "this line has a second `: `, which is only for \
                           texts in quotes";
            let help = if before.contains(", ") {
                "several keys on one line stand in `{ }`; a text with `: ` in \
                 it needs quotes"
            } else {
                "put the whole text in quotes; where it is a key, put it on a \
                 line of its own"
            };
            return Some(problem_at(self.span, message).help(help));
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
        let problem = problem_at(line.span(self.span.file()), message)
            .label("indented more than the line above")
            .help("indent this line like the line above");
        (line.indent() > above.indent()).then_some(problem)
    }

    /// A line that should be a key with its value, and has no `: `.
    fn explain_line(&self, line: Line<'t>) -> Problem {
        let content = line.content();
        let span = line.span(self.span.file());
        if let Some(problem) = self.explain_dash(line) {
            return problem;
        }

        if line.is_beside_item(self.text) {
            return problem_at(span, "there is no `-` before this item")
                .help("begin each item of the list with `- `");
        }
        if content.starts_with("//") || content.starts_with("/*") {
            return problem_at(span, "YAML has no such comments")
                .help("begin the comment with `#`");
        }
        if is_table(content) && line.section(self.text) == Some(FOR_EACH) {
            return problem_at(
                span,
                "this item begins with a file, and with no key",
            )
            .help(self.help_with(
                &format!("- in: {content}"),
                "- in: customers.csv",
            ));
        }
        if !content.contains([':', ' ', '=']) {
            return problem_at(span, "there is no `:` behind this key")
                .help(self.help_with(&format!("{content}:"), "key:"));
        }
        let message =
            "there is no `: ` between the key and the value of this line";
        problem_at(span, message).help(self.help_with_line(content))
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

    /// How something is written; what may be a line of a private key is not
    /// written out.
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
        let problem = problem_at(line.span(self.span.file()), message);
        Some(problem.help("a `-` begins an item only with a space behind it"))
    }

    fn explain_indent(&self) -> Option<Problem> {
        let is_structure = [
            "invalid indentation",
            "expected key",
            "expected '-'",
        ]
        .iter()
        .any(|words| self.says(words));
        if !is_structure {
            return None;
        }

        let line = self.line();
        if !line.begins_at(self.start()) {
            let message = "this stands behind a value that has ended already";
            return Some(
                problem_at(self.span, message)
                    .help("put all of the text in quotes"),
            );
        }
        // A comment ends the text of a line that is no key, so that there is
        // nothing to go on with.
        let above = line.above(self.text).next();
        if let Some(above) = above.filter(|above| above.is_text_beside(line)) {
            return Some(self.explain_line(above));
        }

        let message =
            "the indentation of this line does not fit the lines above it";
        let problem = problem_at(line.span(self.span.file()), message);
        Some(problem.help(
            "indent the keys of one map alike, and the items of one list",
        ))
    }

    fn explain_quoted(&self) -> Option<Problem> {
        let (message, help) = if self.says("after single-quoted") {
            let help = "within it, write `''` for a `'`; where these are two \
                        values, put a `,` between them";
            ("the text in quotes ends before this", help)
        } else if self.says("after double-quoted") {
            let help = "within it, write `\\\"` for a `\"`; where these are \
                        two values, put a `,` between them";
            ("the text in quotes ends before this", help)
        } else if self.says("unknown escape") || self.says("hexadecimal") {
            let help = "write `\\\\` for it, or put the text in single quotes";
            (
                "a `\\` of this text means nothing in double quotes",
                help,
            )
        } else {
            return None;
        };

        Some(problem_at(self.span, message).help(help))
    }

    /// A text that begins with a sign of YAML's own.
    fn explain_beginning(&self) -> Option<Problem> {
        if self.says("BOM") {
            let message =
                "an invisible character stands here, a byte order mark";
            return Some(problem_at(self.span, message).help("take it out"));
        }
        if self.rest().starts_with(char::is_control) {
            let message =
                "an invisible character stands here, which controls a terminal";
            return Some(problem_at(self.span, message).help("take it out"));
        }
        if self.rest().starts_with("```") {
            let message = "this line is Markdown, and no YAML";
            return Some(problem_at(self.span, message).help("take it out"));
        }

        let signs = [
            ("unexpected character", ""),
            ("anchor or alias", ""),
            ("unknown anchor", "*"),
            ("unsupported tag", "!"),
            ("cannot be a key", "{"),
        ];
        let (_, sign) = signs
            .iter()
            .find(|(words, _)| self.says(words))?;
        if sign.is_empty() {
            let sign = self.rest().chars().next()?;
            let message = format!("a text cannot begin with `{sign}`");
            return Some(
                problem_at(self.span, message).help("put it in quotes"),
            );
        }

        let help = format!("a text that begins with `{sign}` needs quotes");
        Some(problem_at(self.span, self.message).help(help))
    }
}

/// Whether this may be a key of a configuration.
fn is_word(text: &str) -> bool {
    text.chars()
        .all(|letter| letter.is_ascii_lowercase() || letter == '_')
}

/// Whether this may be the name of a file with a table.
fn is_table(text: &str) -> bool {
    let (_, ending) = text.rsplit_once('.').unwrap_or_default();
    TABLES.contains(&ending) && !text.contains(char::is_whitespace)
}

/// What closes a bracket or a quote.
fn closing(opening: char) -> char {
    match opening {
        '[' => ']',
        '{' => '}',
        quote => quote,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::yaml::parse;

    const DOCUMENT: &str = "stack: maps\nclients:\n  courier:\n    name: \
                            \"Größe\"\n    description: 'it''s'\ngrants:\n  - \
                            { client: courier, scopes: [read:maps] } # all\n  \
                            - client: |\n      a\n";

    proptest! {
        #[test]
        fn whatever_is_wrong_is_in_the_text(
            at in any::<prop::sample::Index>(),
            length in 0_usize..4,
            inserted in "[ \\-\"'\\[\\]{}:,#|`%@*&!\\n\\t\u{feff}ü<=]{0,3}",
        ) {
            let mut characters: Vec<char> = DOCUMENT.chars().collect();
            let start = at.index(characters.len());
            let end = (start + length).min(characters.len());
            characters.splice(start..end, inserted.chars());
            let text: String = characters.into_iter().collect();

            if let Err(problem) = parse(&text, 0) {
                let place = problem.span.bytes();
                prop_assert!(text.get(place.clone()).is_some(), "{place:?} {problem:?} {text}");
            }
        }
    }
}
