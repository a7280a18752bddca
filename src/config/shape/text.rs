//! What a text has to be.

use regex::Regex;

/// Length, pattern, and the words for the pattern.
#[derive(Debug)]
pub(super) struct TextRule {
    pub(super) min: usize,
    pub(super) max: usize,
    pub(super) pattern: Option<Regex>,
    pub(super) words: String,
}

/// How a text breaks its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    TooShort,
    TooLong(usize),
    Malformed,
}

impl TextRule {
    pub(super) fn accepts(&self, text: &str) -> bool {
        self.fault(text).is_none()
    }

    pub(super) fn fault(&self, text: &str) -> Option<Fault> {
        let length = text.chars().count();
        if length < self.min {
            return Some(Fault::TooShort);
        }
        if length > self.max {
            return Some(Fault::TooLong(length));
        }
        let malformed = self
            .pattern
            .as_ref()
            .is_some_and(|pattern| !pattern.is_match(text));
        malformed.then_some(Fault::Malformed)
    }
}
