//! What can go wrong between Grantry and a sink. None of it shows a secret.

use crate::model::{Advice, SinkName, Step, step};

/// What can go wrong with a sink.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SinkError {
    /// It is not set up: something that it needs is missing or wrong.
    #[error("{sink}: {reason}")]
    NotSetUp {
        /// Which one.
        sink: String,
        /// What is missing.
        reason: String,
        /// What to do.
        next_step: Option<Step>,
    },
    /// It gave no answer in time, or none at all.
    #[error("{sink} gave no answer: {reason}")]
    Unreachable {
        /// Which one.
        sink: String,
        /// Why.
        reason: String,
    },
    /// It did not accept our credentials.
    #[error("{sink} refused the credentials: {reason}")]
    Unauthorized {
        /// Which one.
        sink: String,
        /// What it said.
        reason: String,
    },
    /// It refused what it was asked for.
    #[error("{sink} refused {what}: {reason}")]
    Refused {
        /// Which one.
        sink: String,
        /// What it was asked for.
        what: String,
        /// What it said.
        reason: String,
    },
    /// Its answer is not what it should be.
    #[error("{sink} gave an answer that makes no sense: {reason}")]
    Unexpected {
        /// Which one.
        sink: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The entry is not any more as it was when it was looked at.
    #[error("{place} has changed since it was looked at")]
    Changed {
        /// Where.
        place: String,
    },
    /// What lies there is nothing of ours.
    #[error("{place} holds something else: {reason}")]
    Strange {
        /// Where.
        place: String,
        /// How that is known.
        reason: String,
    },
    /// Its entries cannot be read back.
    #[error("what lies there cannot be read back")]
    NotReadable,
}

impl SinkError {
    /// That a sink of this name is not set up.
    #[must_use]
    pub fn not_set_up(
        sink: &SinkName,
        reason: String,
        next_step: Option<Step>,
    ) -> Self {
        Self::NotSetUp {
            sink: format!("the sink `{sink}`"),
            reason,
            next_step,
        }
    }
}

impl Advice for SinkError {
    fn id(&self) -> &'static str {
        match self {
            Self::NotSetUp { .. } => "sink-not-set-up",
            Self::Unreachable { .. } => "sink-unreachable",
            Self::Unauthorized { .. } => "sink-unauthorized",
            Self::Refused { .. } => "sink-refused",
            Self::Unexpected { .. } => "sink-unexpected",
            Self::Changed { .. } => "sink-changed",
            Self::Strange { .. } => "sink-strange",
            Self::NotReadable => "sink-not-readable",
        }
    }

    fn next_step(&self) -> Option<Step> {
        match self {
            Self::NotSetUp { next_step, .. } => next_step.clone(),
            Self::Changed { .. } => Some(step!["apply again"]),
            Self::Strange { .. } => Some(step![
                "move it away, or give the sink another path: nothing of \
                 others is written over"
            ]),
            Self::Unreachable { .. }
            | Self::Unauthorized { .. }
            | Self::Refused { .. }
            | Self::Unexpected { .. }
            | Self::NotReadable => None,
        }
    }
}
