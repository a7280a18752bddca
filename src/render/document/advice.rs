//! What is said of something, with what to do next.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Advice, Words};

/// Something that is said: which it is, in words, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AdviceView {
    /// Which it is: a word that stays the same.
    pub id: String,
    /// The same in words, which may change.
    pub message: String,
    /// What to do next, if there is one thing to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_step: Option<String>,
}

impl AdviceView {
    /// The view of what says this of itself, in the words of
    /// the place where it is said.
    pub fn of(
        said: &impl Advice,
        message: impl Into<String>,
        words: Words,
    ) -> Self {
        Self {
            id: said.id().to_owned(),
            message: message.into(),
            next_step: said
                .next_step()
                .map(|step| step.in_words(words)),
        }
    }
}
