//! Quotes and brackets without their other half, and
//! what stands between brackets.

use super::super::problem::Problem;
use super::mistake::Mistake;
use super::open::{Opened, find_open};

impl Mistake<'_> {
    /// A quote or a bracket without its other half.
    pub(super) fn explain_open(&self) -> Option<Problem> {
        if self.says("unclosed bracket") {
            let by = self
                .rest()
                .chars()
                .next()
                .unwrap_or('[');
            let at = self.start();
            return Some(self.report_open(Opened { at, by }));
        }
        if self.says("misplaced bracket") {
            let problem = self.problem("this bracket closes nothing");
            return Some(problem.help("take it out, or open it before"));
        }
        if self.says("did not find expected ','") {
            return Some(self.explain_entry());
        }

        if !self.says("indentation") {
            return None;
        }
        let opened = find_open(self.beginning())?;
        if self
            .rest()
            .starts_with(closing(opened.by))
        {
            let message = "a bracket that closes is indented more than the \
                           key it belongs to";
            let problem = self.problem(message);
            return Some(problem.help("put spaces before it"));
        }
        Some(self.report_open(opened))
    }

    /// What is no entry within brackets.
    fn explain_entry(&self) -> Problem {
        if let Some(length) = self.length_of_reference() {
            let start = self.start() - 1;
            let message = "within brackets, a `${…}` stands in quotes";
            let problem = self.problem_at(start, length + 1, message);
            return problem.help("put `\"` around the whole text");
        }

        let message =
            "a `,` is missing before this, or the bracket that closes";
        self.problem(message)
            .help("within brackets, a `,` stands between two entries")
    }

    /// How long a reference is whose `{` is here.
    fn length_of_reference(&self) -> Option<usize> {
        let is_reference =
            self.beginning().ends_with('$') && self.rest().starts_with('{');
        let end = self.rest().find(['}', '\n']);

        end.filter(|_| is_reference)
            .map(|end| end + 1)
    }

    fn report_open(&self, opened: Opened) -> Problem {
        let Opened { at, by } = opened;
        let close = closing(by);
        let help = if by == close {
            format!("put another `{close}` where the text ends")
        } else {
            format!("put a `{close}` where it ends")
        };

        let message = format!("this `{by}` is not closed");
        self.problem_at(at, by.len_utf8(), message)
            .help(help)
    }
}

/// What closes a bracket or a quote.
fn closing(opening: char) -> char {
    match opening {
        '[' => ']',
        '{' => '}',
        quote => quote,
    }
}
