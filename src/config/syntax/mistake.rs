//! What the scanner says, and the text around the place where it stopped.

use super::super::problem::{Problem, ProblemId};
use super::super::source::Span;
use super::lines::Line;

/// What the scanner says, and where.
pub(super) struct Mistake<'t> {
    pub(super) message: &'t str,
    pub(super) span: Span,
    pub(super) text: &'t str,
}

impl<'t> Mistake<'t> {
    pub(super) fn says(&self, words: &str) -> bool {
        self.message.contains(words)
    }

    pub(super) fn start(&self) -> usize {
        self.span.bytes().start
    }

    pub(super) fn line(&self) -> Line<'t> {
        Line::at(self.text, self.start())
    }

    /// The text from here on.
    pub(super) fn rest(&self) -> &'t str {
        self.text
            .get(self.start()..)
            .unwrap_or_default()
    }

    /// The text up to here.
    pub(super) fn beginning(&self) -> &'t str {
        self.text
            .get(..self.start())
            .unwrap_or_default()
    }

    /// What is wrong here.
    pub(super) fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::new(ProblemId::Syntax, self.span, message)
    }

    /// What is wrong with so many bytes from this one on.
    pub(super) fn problem_at(
        &self,
        start: usize,
        length: usize,
        message: impl Into<String>,
    ) -> Problem {
        let span = Span::new(self.span.file(), start..start + length);
        Problem::new(ProblemId::Syntax, span, message)
    }

    /// What is wrong with a line.
    pub(super) fn problem_of(
        &self,
        line: Line<'_>,
        message: impl Into<String>,
    ) -> Problem {
        let span = line.span(self.span.file());
        Problem::new(ProblemId::Syntax, span, message)
    }
}
