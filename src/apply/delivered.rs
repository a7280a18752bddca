//! What became of credentials that were to be delivered.

use std::sync::Arc;

use crate::model::{Advice, NameError, Step, step};
use crate::provider::{ProviderError, WriteError};
use crate::secrets::SinkError;

/// What became of one delivery.
#[derive(Debug, Clone)]
pub enum DeliveryOutcome {
    /// It was made.
    Done,
    /// There was nothing to do.
    Idle,
    /// It was not made, or not all of it.
    Failed(DeliveryError),
    /// It was not tried: its client is not there.
    Blocked,
    /// It was not tried, because the run was stopped or its time was over.
    NotTried,
}

/// Why credentials were not delivered. None of it shows a secret.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum DeliveryError {
    /// The sink did not take them.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// The secret could not be read, or not set.
    #[error("the secret is not to be had: {0}")]
    Secret(Arc<ProviderError>),
    /// They lie in every sink, and the mark of the client does not say so.
    #[error(
        "they lie in the sink, and the client is not marked as finished: {0}"
    )]
    Mark(Arc<ProviderError>),
    /// The id of the client cannot be written down.
    #[error("the id of the client cannot be kept: {0}")]
    ClientId(#[from] NameError),
    /// No plan with this delivery was made.
    #[error("what it would be made of was not planned")]
    NotPlanned,
    /// The sink has no secret of this client, though it was said to have it.
    #[error("what lies in the sink is no secret of this client")]
    NotInSink,
    /// It is not as it was planned for: somebody has the secret by now.
    #[error(
        "another run has delivered its credentials, or the client is another \
         one by now"
    )]
    Finished,
    /// A secret could not be made.
    #[error("this machine has no chance to make a secret of")]
    NoChance,
}

impl DeliveryError {
    pub(super) fn secret(error: ProviderError) -> Self {
        Self::Secret(Arc::new(error))
    }

    pub(super) fn mark(error: WriteError) -> Self {
        match error {
            WriteError::Refused(error) | WriteError::Unknown(error) => {
                Self::Mark(Arc::new(error))
            }
        }
    }
}

impl Advice for DeliveryError {
    fn id(&self) -> &'static str {
        match self {
            Self::Sink(error) => error.id(),
            Self::Secret(_) => "secret-not-had",
            Self::Mark(_) => "not-marked-as-finished",
            Self::ClientId(_) => "client-id-not-kept",
            Self::NotPlanned => "not-planned",
            Self::NotInSink => "not-in-sink",
            Self::Finished => "delivered-meanwhile",
            Self::NoChance => "no-chance",
        }
    }

    fn next_step(&self) -> Option<Step> {
        match self {
            Self::Sink(error) => error.next_step(),
            Self::Secret(error) => error.next_step(),
            Self::Finished => Some(step!["plan again to see"]),
            Self::Mark(_) => Some(step!["apply again: it is finished then"]),
            Self::NotInSink => Some(step![
                "remove that entry, and apply with the secret revealed from \
                 the tenant"
            ]),
            Self::ClientId(_) | Self::NotPlanned | Self::NoChance => None,
        }
    }
}

impl DeliveryOutcome {
    /// Whether it was made.
    #[must_use]
    pub fn is_made(&self) -> bool {
        matches!(self, Self::Done)
    }

    /// Whether something was to be done, and was not.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        match self {
            Self::Done | Self::Idle => false,
            Self::Failed(_) | Self::Blocked | Self::NotTried => true,
        }
    }
}
