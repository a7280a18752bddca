//! Why something is done about an entry.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plan::DeliveryReason;

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryReasonView {
    /// There is no entry of a client that has been in use.
    Missing,
    /// Its entry has no secret: it was deleted there, or the client had a key
    /// of its own before.
    WithoutSecret,
    /// There is no secret of it, and the tenant does not show its secret to us,
    /// though that was asked for.
    NotShown,
    /// The entry is of another client, which was in the place
    /// of this one and is gone.
    OtherClient,
    /// What the entry says beside the secret is not so any more.
    OutOfDate,
    /// Something was written there that the label beside it does not tell of:
    /// by somebody, or by a run that was interrupted.
    WrittenSince,
    /// The client was made, and its credentials have not reached every sink.
    Interrupted,
    /// The client goes.
    ClientGoes,
    /// Its `deliver` does not name this sink any more.
    NotNamed,
}

impl DeliveryReasonView {
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Self::Missing => "there is no entry of it",
            Self::WithoutSecret => "its entry has no secret",
            Self::NotShown => "the tenant does not show its secret to us",
            Self::OtherClient => {
                "the entry is of another client that was in its place"
            }
            Self::OutOfDate => {
                "what the entry says beside the secret is out of date"
            }
            Self::WrittenSince => {
                "something was written there since, and is left alone if it is \
                 no secret of this client"
            }
            Self::Interrupted => {
                "the client was made, and nobody has its credentials yet"
            }
            Self::ClientGoes => "the client goes",
            Self::NotNamed => "it is not declared any more",
        }
    }
}

impl From<DeliveryReason> for DeliveryReasonView {
    fn from(reason: DeliveryReason) -> Self {
        match reason {
            DeliveryReason::Missing => Self::Missing,
            DeliveryReason::WithoutSecret => Self::WithoutSecret,
            DeliveryReason::NotShown => Self::NotShown,
            DeliveryReason::OtherClient => Self::OtherClient,
            DeliveryReason::OutOfDate => Self::OutOfDate,
            DeliveryReason::WrittenSince => Self::WrittenSince,
            DeliveryReason::Interrupted => Self::Interrupted,
            DeliveryReason::ClientGoes => Self::ClientGoes,
            DeliveryReason::NotNamed => Self::NotNamed,
        }
    }
}
