//! What stands beside the credentials of a client, in clear.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Destination;
use crate::model::{
    AgeRecipient, ClientId, Digest, Endpoints, Identifier, Key, StackName,
    TenantHash,
};

/// What may be looked at of an entry. Nothing of it is secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// The form of this label: 1.
    pub grantry: u32,
    /// Whose entry it is.
    pub stack: StackName,
    /// Of which client, by its key.
    pub key: Key,
    /// The id of the client.
    pub client_id: ClientId,
    /// The tenant, as in the mark of the client.
    pub tenant: TenantHash,
    /// What beside the secret the entry holds, such as its audiences, and who
    /// can decrypt it: a digest of it.
    pub content: String,
    /// Which secret is there.
    pub holds: Holds,
    /// How often the entry was written.
    pub version: u32,
    /// When the secret was put there: a time of RFC 3339, in UTC.
    pub since: String,
}

/// Which secret an entry holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// None: the client has a key of its own.
    Nothing,
    /// The one that the client has.
    Current,
}

/// What a look at a destination has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked {
    /// There is nothing.
    Nothing,
    /// There is an entry.
    Entry(Seen),
    /// There is something, and it is no entry of ours: why.
    Strange(String),
    /// Nobody could look there in this run.
    Unseen,
}

/// An entry that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What stands beside it.
    pub label: Label,
    /// What the sink calls its present version; it must still be that when it
    /// is written over.
    pub revision: Option<String>,
}

/// Why a label cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// It is none.
    #[error("it is not Grantry's")]
    NotOurs,
    /// A newer Grantry has written it.
    #[error("a newer Grantry has written it")]
    Newer,
    /// It is damaged.
    #[error("its label is damaged: {0}")]
    Damaged(String),
}

impl Label {
    /// The newest form that this Grantry knows.
    pub const FORM: u32 = 1;

    /// Has it tell no more of what lies there: that is something else than what
    /// it was written for.
    pub fn outlive(&mut self) {
        self.content.clear();
    }

    /// Whether it tells nothing of what lies there. No digest is empty.
    #[must_use]
    pub fn is_outlived(&self) -> bool {
        self.content.is_empty()
    }

    /// A digest of what an entry holds beside its secret, of who can decrypt
    /// it, and of what it looks like.
    #[must_use]
    pub fn digest_content(
        endpoints: Option<&Endpoints>,
        audiences: &BTreeMap<Key, Identifier>,
        destination: &Destination,
    ) -> String {
        let endpoints = endpoints.map(|endpoints| {
            serde_json::json!({
                "domain": endpoints.domain,
                "issuer": endpoints.issuer,
                "token_endpoint": endpoints.token_endpoint,
                "key_set": endpoints.key_set,
            })
        });
        let audiences: BTreeMap<&str, &str> = audiences
            .iter()
            .map(|(key, identifier)| (key.as_str(), identifier.as_str()))
            .collect();

        let recipients = destination.recipients.iter();
        let recipients: Vec<&str> = recipients
            .map(AgeRecipient::as_str)
            .collect();

        let content = serde_json::json!({
            "endpoints": endpoints,
            "audiences": audiences,
            "recipients": recipients,
            "format": destination.format,
        });
        Digest::of(content)
            .to_string()
            .chars()
            .take(16)
            .collect()
    }

    /// A label as one line of JSON.
    #[must_use]
    pub fn to_line(&self) -> String {
        // A label has nothing in it that could not be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a label from JSON.
    pub fn parse(text: &str) -> Result<Self, LabelError> {
        let json: serde_json::Value =
            serde_json::from_str(text).map_err(|_| LabelError::NotOurs)?;

        match json
            .get("grantry")
            .and_then(serde_json::Value::as_u64)
        {
            None => Err(LabelError::NotOurs),
            Some(form) if form > u64::from(Self::FORM) => {
                Err(LabelError::Newer)
            }
            Some(_) => serde_json::from_value(json)
                .map_err(|error| LabelError::Damaged(error.to_string())),
        }
    }
}
