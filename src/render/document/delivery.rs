//! Where credentials go, for programs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::advice::AdviceView;
use crate::apply::DeliveryOutcome;
use crate::model::{
    Advice as _, AgeRecipient, Destination, EntryFormat, SinkKind, Words,
};
use crate::plan::{
    DeliveryAction, DeliveryReason, PlannedDelivery, SecretSource,
};

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

/// Where credentials go.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
)]
pub struct DestinationView {
    /// Which kind of sink it is in.
    pub kind: SinkKind,
    /// Where the sink is; not there of files, which lie beside the
    /// configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Where in the sink.
    pub place: String,
    /// Who can decrypt it, where it is encrypted to somebody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<String>,
    /// What a file looks like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<EntryFormat>,
}

/// What is done about an entry.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema,
)]
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

/// Where the secret comes from.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SecretSourceView {
    /// The answer to the creation of its client.
    Creation,
    /// The tenant shows it.
    Tenant,
    /// It is set anew.
    Anew,
    /// The sink has it already.
    Sink,
    /// There is none: the client has a key of its own.
    Nothing,
}

/// Why.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema,
)]
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
    /// The entry is of another client, which was in the place of this one and
    /// is gone.
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

/// How a delivery ended.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema,
)]
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
        match self.action {
            DeliveryActionView::Add | DeliveryActionView::Change => true,
            DeliveryActionView::Unseen => {
                self.reason == Some(DeliveryReasonView::Interrupted)
            }
            DeliveryActionView::Remove
            | DeliveryActionView::Withhold
            | DeliveryActionView::Keep => false,
        }
    }

    /// Whether somebody who could not get at credentials that are in use can do
    /// so afterwards, perhaps.
    #[must_use]
    pub fn is_gain(&self) -> bool {
        match self.action {
            // Also where an entry is there: it may be encrypted to one more.
            DeliveryActionView::Add | DeliveryActionView::Change => {
                self.source == Some(SecretSourceView::Tenant)
                    && self.reason != Some(DeliveryReasonView::Interrupted)
            }
            // Of a client that is not in use, it is known where its secret
            // comes from.
            DeliveryActionView::Unseen => self.source.is_none(),
            DeliveryActionView::Remove
            | DeliveryActionView::Withhold
            | DeliveryActionView::Keep => false,
        }
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
        match self.action {
            DeliveryActionView::Add => "+",
            DeliveryActionView::Change => "~",
            DeliveryActionView::Remove => "-",
            DeliveryActionView::Unseen => "?",
            DeliveryActionView::Withhold => "!",
            DeliveryActionView::Keep => " ",
        }
    }

    /// What is to be said beside it.
    #[must_use]
    pub fn remark(&self) -> Option<String> {
        let why = self.reason.map(DeliveryReasonView::in_words);
        let from = self.source.and_then(SecretSourceView::in_words);

        match self.action {
            DeliveryActionView::Unseen => Some(
                "looked at on apply: nobody can look there in this run"
                    .to_owned(),
            ),
            DeliveryActionView::Withhold
                if self.reason == Some(DeliveryReasonView::NotShown) =>
            {
                Some(format!(
                    "not delivered: {}",
                    why.unwrap_or_default()
                ))
            }
            DeliveryActionView::Withhold => Some(format!(
                "not delivered: {}; `apply --reveal-existing` delivers its \
                 secret where the tenant shows it",
                why.unwrap_or_default()
            )),
            DeliveryActionView::Keep
                if self.reason == Some(DeliveryReasonView::WrittenSince) =>
            {
                Some(
                    "it is not declared any more, and stays: something was \
                     written there since"
                        .to_owned(),
                )
            }
            DeliveryActionView::Keep => Some(format!(
                "{}; the entry stays until `prune: true`",
                why.unwrap_or_default()
            )),
            DeliveryActionView::Add
            | DeliveryActionView::Change
            | DeliveryActionView::Remove => {
                let said: Vec<&str> = why.into_iter().chain(from).collect();
                (!said.is_empty()).then(|| said.join("; "))
            }
        }
    }
}

impl DestinationView {
    fn of(destination: &Destination) -> Self {
        Self {
            kind: destination.kind,
            address: destination.address.clone(),
            place: destination.place.clone(),
            recipients: destination
                .recipients
                .iter()
                .map(ToString::to_string)
                .collect(),
            format: destination.format,
        }
    }

    /// As it is said to people.
    #[must_use]
    pub fn in_words(&self) -> String {
        let recipients = self.recipients.iter();
        let recipients =
            recipients.filter_map(|text| text.parse::<AgeRecipient>().ok());

        Destination {
            kind: self.kind,
            address: self.address.clone(),
            place: self.place.clone(),
            recipients: recipients.collect(),
            format: self.format,
        }
        .to_string()
    }
}

impl SecretSourceView {
    fn in_words(self) -> Option<&'static str> {
        match self {
            Self::Creation => None,
            Self::Tenant => Some("with the secret that the tenant shows"),
            Self::Anew => Some("with a secret that is set in the tenant"),
            Self::Sink => Some("the secret stays as it is"),
            Self::Nothing => {
                Some("without a secret: the client has keys of its own")
            }
        }
    }
}

impl DeliveryReasonView {
    fn in_words(self) -> &'static str {
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

impl DeliveryOutcomeView {
    /// The view of what became of a delivery.
    #[must_use]
    pub fn of(
        delivery: &PlannedDelivery,
        outcome: &DeliveryOutcome,
        words: Words,
    ) -> Self {
        let error = match outcome {
            DeliveryOutcome::Failed(error) => Some(AdviceView {
                id: error.id().to_owned(),
                message: error.to_string(),
                next_step: error
                    .next_step()
                    .map(|step| step.in_words(words)),
            }),
            _ => None,
        };

        Self {
            client: delivery.client.to_string(),
            sink: delivery.sink.to_string(),
            outcome: outcome.into(),
            error,
        }
    }
}

impl DeliveryOutcomeView {
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

impl From<SecretSource> for SecretSourceView {
    fn from(source: SecretSource) -> Self {
        match source {
            SecretSource::Creation => Self::Creation,
            SecretSource::Tenant => Self::Tenant,
            SecretSource::Anew => Self::Anew,
            SecretSource::Sink => Self::Sink,
            SecretSource::Nothing => Self::Nothing,
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

#[cfg(test)]
mod tests {
    use super::*;

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
