//! A part of a text that knows where it stands.

use super::error::{FaultError, Problem};

#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) text: &'a str,
    /// In characters, from 1.
    column: usize,
}

impl<'a> Part<'a> {
    pub(super) fn whole(text: &'a str) -> Self {
        Self { text, column: 1 }
    }

    /// What stands before the first of this character, and what after it if there is one.
    pub(super) fn cut(self, at: char) -> (Self, Option<Self>) {
        match self.text.split_once(at) {
            None => (self, None),
            Some((before, after)) => {
                let column = self.column + before.chars().count() + 1;
                (
                    Self {
                        text: before,
                        ..self
                    },
                    Some(Self {
                        text: after,
                        column,
                    }),
                )
            }
        }
    }

    /// The parts between these characters.
    pub(super) fn split(self, at: char) -> impl Iterator<Item = Self> {
        let mut rest = Some(self);
        std::iter::from_fn(move || {
            let (part, after) = rest?.cut(at);
            rest = after;
            Some(part)
        })
    }

    /// The place just after it.
    pub(super) fn end(self) -> Self {
        Self {
            text: "",
            column: self.column + self.text.chars().count(),
        }
    }

    pub(super) fn fails(self, problem: Problem) -> FaultError {
        FaultError {
            column: self.column,
            problem,
        }
    }

    pub(super) fn is_not(self, expected: &'static str) -> FaultError {
        let word = self.text.to_owned();
        self.fails(Problem::IsNot { word, expected })
    }

    pub(super) fn is_unknown(
        self,
        what: &'static str,
        known: &'static [&'static str],
    ) -> FaultError {
        let word = self.text.to_owned();
        self.fails(Problem::Unknown { what, word, known })
    }
}
