//! Where credentials go.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{AgeRecipient, Destination, EntryFormat, SinkKind};

/// Where credentials go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[derive(Serialize, Deserialize, JsonSchema)]
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

impl DestinationView {
    pub(super) fn of(destination: &Destination) -> Self {
        let recipients = destination.recipients.iter();

        Self {
            kind: destination.kind,
            address: destination.address.clone(),
            place: destination.place.clone(),
            recipients: recipients
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

        let destination = Destination {
            kind: self.kind,
            address: self.address.clone(),
            place: self.place.clone(),
            recipients: recipients.collect(),
            format: self.format,
        };
        destination.to_string()
    }
}
