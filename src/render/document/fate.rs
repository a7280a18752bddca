//! What became of an environment.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What became of an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It was compared, or every change was made.
    Done,
    /// It was not.
    Failed,
    /// The run ended before it came to it.
    NotReached,
    /// It was begun to be written to, and nobody knows how that ended. Only the
    /// work of several processes says it.
    Interrupted,
    /// No process left anything behind that is about it. Only the work of
    /// several processes says it.
    Missing,
}
