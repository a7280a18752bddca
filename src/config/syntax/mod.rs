//! Explains a syntax error: why a file is no YAML, in the
//! words of whoever wrote it.
//!
//! The scanner tells where it could not go on, which is often a line behind the
//! mistake, and what it would have taken, which is seldom what was meant.
//!
//! A `mistake` is what the scanner says of a text, whose lines are in `lines`.
//! What is likely meant is looked for in `conflict` (what Git leaves), `open`
//! and `brackets` (what is not closed), `indent`, `signs` and `keys`.

mod brackets;
mod indent;
mod keys;
mod lines;
mod mistake;
mod open;
mod signs;

use mistake::Mistake;

use super::problem::Problem;
use super::source::Span;

/// What Git puts around two changes that contradict each other.
const MARKS: [&str; 2] = ["<<<<<<< ", ">>>>>>> "];

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
        .unwrap_or_else(|| mistake.problem(message))
}

impl Mistake<'_> {
    /// What Git leaves in a file where two changes contradict each other.
    fn find_conflict(&self) -> Option<Problem> {
        let is_mark = |line: &&str| {
            MARKS
                .iter()
                .any(|mark| line.starts_with(mark))
        };
        let line = self.text.lines().find(is_mark)?;
        let start = self.text.find(line).unwrap_or_default();

        let message =
            "two changes contradict each other here, and the file has both";
        let problem = self.problem_at(start, line.len(), message);
        Some(problem.help("keep one of the two, and take the marks of Git out"))
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
