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
pub(super) enum TextError {
    TooShort,
    TooLong(usize),
    Malformed,
}

impl TextRule {
    pub(super) fn accepts(&self, text: &str) -> bool {
        self.check(text).is_ok()
    }

    pub(super) fn check(&self, text: &str) -> Result<(), TextError> {
        let length = text.chars().count();
        if length < self.min {
            return Err(TextError::TooShort);
        }
        if length > self.max {
            return Err(TextError::TooLong(length));
        }

        match &self.pattern {
            Some(pattern) if !pattern.is_match(text) => {
                Err(TextError::Malformed)
            }
            _ => Ok(()),
        }
    }
}
