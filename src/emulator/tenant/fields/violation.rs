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
        Self::new(
            format!("Too few properties defined ({count}), minimum {least}"),
            path,
        )
    }

    pub(crate) fn too_many(count: usize, most: usize, path: &str) -> Self {
        Self::new(
            format!("Too many properties defined ({count}), maximum {most}"),
            path,
        )
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}'", self.reason)?;
        if !self.path.is_empty() {
            write!(f, " on property {}", self.path)?;
        }
        write!(f, ".")
    }
}
