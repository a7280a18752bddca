//! The environments of a run over several, for programs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::failure::FailureView;
use super::fate::Fate;

/// The environments of a run over several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EnvironmentsView {
    /// How many the configuration has.
    pub declared: usize,
    /// Which part of them this run was about, such as `1/4`, if not all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<String>,
    /// How many of those that this run was about were done: compared, or
    /// applied whole.
    pub done: usize,
    /// How each of those that this run was about ended, in
    /// the order of their names.
    pub results: Vec<EnvironmentView>,
}

/// How a run ended in one environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EnvironmentView {
    /// Its name.
    pub environment: String,
    /// What became of it.
    pub fate: Fate,
    /// How a run over it alone would have ended.
    pub exit_code: u8,
    /// Why it ended early, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<FailureView>,
}

impl EnvironmentsView {
    /// `2 of 3 environments`, and of which part.
    #[must_use]
    pub fn in_words(&self) -> String {
        let Self {
            declared,
            shard,
            done,
            results,
        } = self;
        let of = results.len();

        match shard {
            Some(shard) => {
                format!(
                    "{done} of {of} environments (shard {shard}; {declared} \
                     in all)"
                )
            }
            None if of == *declared => format!("{done} of {of} environments"),
            None => format!("{done} of {of} environments ({declared} in all)"),
        }
    }
}
