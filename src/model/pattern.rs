//! Patterns of names.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::matches;

/// A pattern of names: `*` stands for any run of characters,
/// everything else for itself.
// Unlike a `Glob` it may stand for everything: it only selects, and makes
// nothing ours that could be deleted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Pattern(#[schemars(length(min = 1, max = 600))] String);

impl Pattern {
    /// The pattern of everything.
    #[must_use]
    pub fn all() -> Self {
        Self("*".to_owned())
    }

    /// Whether the pattern names nothing: all it has beside stars is signs.
    #[must_use]
    pub fn names_nothing(&self) -> bool {
        !self.0.contains(char::is_alphanumeric)
    }

    /// Whether the pattern stands for this text.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        matches(&self.0, text)
    }
}

impl FromStr for Pattern {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
