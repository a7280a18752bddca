//! What became of a delivery.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::advice::AdviceView;
use crate::apply::DeliveryOutcome;
use crate::model::Words;
use crate::plan::PlannedDelivery;

/// What became of one delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeliveryOutcomeView {
    /// The client, by its key.
    pub client: String,
    /// The sink, by its name.
    pub sink: String,
    /// Which end.
    pub outcome: DeliveryOutcomeKind,
    /// Why it was not made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<AdviceView>,
}

impl DeliveryOutcomeView {
    /// The view of what became of a delivery.
    #[must_use]
    pub fn of(
        delivery: &PlannedDelivery,
        outcome: &DeliveryOutcome,
        words: Words,
    ) -> Self {
        let error = match outcome {
            DeliveryOutcome::Failed(error) => {
                Some(AdviceView::of(error, error.to_string(), words))
            }
            _ => None,
        };

        Self {
            client: delivery.client.to_string(),
            sink: delivery.sink.to_string(),
            outcome: outcome.into(),
            error,
        }
    }

    /// Whether it was made.
    #[must_use]
    pub fn is_made(&self) -> bool {
        self.outcome == DeliveryOutcomeKind::Delivered
    }

    /// Whether something was to be done, and was not.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        match self.outcome {
            DeliveryOutcomeKind::Delivered | DeliveryOutcomeKind::Idle => false,
            DeliveryOutcomeKind::NotDelivered
            | DeliveryOutcomeKind::Blocked
            | DeliveryOutcomeKind::NotTried => true,
        }
    }
}

/// How a delivery ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryOutcomeKind {
    /// It was made.
    Delivered,
    /// There was nothing to do, or nobody could.
    Idle,
    /// It was not made: its client is applied, and not delivered.
    NotDelivered,
    /// It was not tried: its client is not there.
    Blocked,
    /// It was not tried, because the run was stopped or its time was over.
    NotTried,
}

impl From<&DeliveryOutcome> for DeliveryOutcomeKind {
    fn from(outcome: &DeliveryOutcome) -> Self {
        match outcome {
            DeliveryOutcome::Done => Self::Delivered,
            DeliveryOutcome::Idle => Self::Idle,
            DeliveryOutcome::Failed(_) => Self::NotDelivered,
            DeliveryOutcome::Blocked => Self::Blocked,
            DeliveryOutcome::NotTried => Self::NotTried,
        }
    }
}
