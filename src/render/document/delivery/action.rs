//! What is done about an entry.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plan::DeliveryAction;

/// What is done about an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryActionView {
    /// It is written where there was none.
    Add,
    /// It is written over an earlier one.
    Change,
    /// It is removed.
    Remove,
    /// Nobody could look there: it is looked at on apply.
    Unseen,
    /// It would have to be written, and nobody has the secret.
    Withhold,
    /// It is not declared any more, and stays.
    Keep,
}

impl DeliveryActionView {
    /// The sign before a delivery.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Change => "~",
            Self::Remove => "-",
            Self::Unseen => "?",
            Self::Withhold => "!",
            Self::Keep => " ",
        }
    }
}

impl From<DeliveryAction> for DeliveryActionView {
    fn from(action: DeliveryAction) -> Self {
        match action {
            DeliveryAction::Add => Self::Add,
            DeliveryAction::Change => Self::Change,
            DeliveryAction::Remove => Self::Remove,
            DeliveryAction::Unseen => Self::Unseen,
            DeliveryAction::Withhold => Self::Withhold,
            DeliveryAction::Keep => Self::Keep,
        }
    }
}
