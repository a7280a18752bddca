//! What is wrong with a body, in the words of Auth0's schema validator.

use std::fmt;

/// The first thing wrong with a body.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) struct Violation {
    reason: String,
    path: String,
}

impl Violation {
    /// `path` is like `scopes[8].value`, and empty for the body itself.
    pub(crate) fn new(reason: impl Into<String>, path: &str) -> Self {
        Self {
            reason: reason.into(),
            path: path.to_owned(),
        }
    }

    pub(crate) fn too_few(count: usize, least: usize, path: &str) -> Self {
        let reason =
            format!("Too few properties defined ({count}), minimum {least}");

        Self::new(reason, path)
    }

    pub(crate) fn too_many(count: usize, most: usize, path: &str) -> Self {
        let reason =
            format!("Too many properties defined ({count}), maximum {most}");

        Self::new(reason, path)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "'{}'", self.reason)?;
        if !self.path.is_empty() {
            write!(formatter, " on property {}", self.path)?;
        }

        write!(formatter, ".")
    }
}
