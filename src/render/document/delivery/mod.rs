//! Where credentials go, for programs.
//!
//! `action`, `source` and `reason` say of an entry what is done, whence its
//! secret comes, and why; `destination` is where it lies, and `outcome` what
//! became of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plan::PlannedDelivery;

mod action;
mod destination;
mod outcome;
mod reason;
mod source;

pub use action::DeliveryActionView;
pub use destination::DestinationView;
pub use outcome::{DeliveryOutcomeKind, DeliveryOutcomeView};
pub use reason::DeliveryReasonView;
pub use source::SecretSourceView;

/// What is done about the credentials of one client in one sink.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeliveryView {
    /// The client, by its key.
    pub client: String,
    /// The sink, by its name.
    pub sink: String,
    /// Where in it, in full.
    pub destination: DestinationView,
    /// What is done.
    pub action: DeliveryActionView,
    /// Where the secret comes from, where one is put there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SecretSourceView>,
    /// Why, where that is not plain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<DeliveryReasonView>,
}

impl DeliveryView {
    /// The view of a delivery.
    #[must_use]
    pub fn of(delivery: &PlannedDelivery) -> Self {
        Self {
            client: delivery.client.to_string(),
            sink: delivery.sink.to_string(),
            destination: DestinationView::of(&delivery.destination),
            action: delivery.action.into(),
            source: delivery.source.map(Into::into),
            reason: delivery.reason.map(Into::into),
        }
    }

    /// Whether something is done.
    #[must_use]
    pub fn is_deed(&self) -> bool {
        self.is_write() || self.action == DeliveryActionView::Remove
    }

    /// Whether an entry is written; also where nobody can look, of a client
    /// whose credentials have not reached every sink.
    #[must_use]
    pub fn is_write(&self) -> bool {
        use DeliveryActionView::{Add, Change, Keep, Remove, Unseen, Withhold};

        match self.action {
            Add | Change => true,
            Unseen => self.is_interrupted(),
            Remove | Withhold | Keep => false,
        }
    }

    /// Whether somebody who could not get at credentials that are in use can do
    /// so afterwards, perhaps.
    #[must_use]
    pub fn is_gain(&self) -> bool {
        use DeliveryActionView::{Add, Change, Keep, Remove, Unseen, Withhold};

        match self.action {
            // Also where an entry is there: it may be encrypted to one more.
            Add | Change => {
                self.source == Some(SecretSourceView::Tenant)
                    && !self.is_interrupted()
            }
            // Of a client that is not in use, it is known where its secret
            // comes from.
            Unseen => self.source.is_none(),
            Remove | Withhold | Keep => false,
        }
    }

    fn is_interrupted(&self) -> bool {
        self.reason == Some(DeliveryReasonView::Interrupted)
    }

    /// What is done, with the destination in full.
    #[must_use]
    pub fn title(&self) -> String {
        format!(
            "deliveries.{} -> {}",
            self.client,
            self.destination.in_words()
        )
    }

    /// The sign before it.
    #[must_use]
    pub fn sign(&self) -> &'static str {
        self.action.sign()
    }

    /// What is to be said beside it.
    #[must_use]
    pub fn remark(&self) -> Option<String> {
        use DeliveryActionView::{Add, Change, Keep, Remove, Unseen, Withhold};
        use DeliveryReasonView::{NotShown, WrittenSince};

        let why = self
            .reason
            .map(DeliveryReasonView::in_words);
        let because = why.unwrap_or_default();

        let said = match (self.action, self.reason) {
            (Unseen, _) => {
                "looked at on apply: nobody can look there in this run"
                    .to_owned()
            }
            (Withhold, Some(NotShown)) => format!("not delivered: {because}"),
            (Withhold, _) => format!(
                "not delivered: {because}; `apply --reveal-existing` delivers \
                 its secret where the tenant shows it"
            ),
            (Keep, Some(WrittenSince)) => {
                "it is not declared any more, and stays: something was written \
                 there since"
                    .to_owned()
            }
            (Keep, _) => {
                format!("{because}; the entry stays until `prune: true`")
            }
            (Add | Change | Remove, _) => {
                let from = self
                    .source
                    .and_then(SecretSourceView::in_words);
                let said: Vec<&str> = why.into_iter().chain(from).collect();
                said.join("; ")
            }
        };
        (!said.is_empty()).then_some(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SinkKind;

    #[test]
    fn credentials_in_use_that_go_to_somebody_new_are_a_gain() {
        use DeliveryActionView::{Add, Change, Keep, Remove, Unseen, Withhold};
        use DeliveryReasonView::{Interrupted, Missing, OutOfDate};
        use SecretSourceView::{Anew, Creation, Nothing, Sink, Tenant};

        for (action, source, reason, is_gain) in [
            (Add, Some(Creation), None, false),
            (Add, Some(Tenant), Some(Missing), true),
            (Add, Some(Tenant), Some(Interrupted), false),
            (Add, Some(Anew), Some(Interrupted), false),
            (Add, Some(Nothing), Some(Missing), false),
            (Change, Some(Tenant), Some(OutOfDate), true),
            (Change, Some(Sink), Some(OutOfDate), false),
            (Unseen, None, None, true),
            (Unseen, Some(Creation), None, false),
            (Unseen, Some(Tenant), Some(Interrupted), false),
            (Remove, None, None, false),
            (Withhold, None, Some(Missing), false),
            (Keep, None, None, false),
        ] {
            let delivery = DeliveryView {
                client: "courier".to_owned(),
                sink: "files".to_owned(),
                destination: DestinationView {
                    kind: SinkKind::File,
                    address: None,
                    place: "secrets/courier.env".to_owned(),
                    recipients: Vec::new(),
                    format: None,
                },
                action,
                source,
                reason,
            };
            assert_eq!(delivery.is_gain(), is_gain, "{delivery:?}");
        }
    }
}
