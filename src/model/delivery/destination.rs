//! The place of one entry, in full.

use std::collections::BTreeSet;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::EntryFormat;
use crate::model::AgeRecipient;

/// Where the credentials of one client go: all that tells it from another place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Destination {
    /// Which kind of sink it is in.
    pub kind: SinkKind,
    /// Where the sink is: the address and the namespace of a Vault, the name of what a program is
    /// called by; none of files, which lie beside the configuration.
    pub address: Option<String>,
    /// Where in the sink.
    pub place: String,
    /// Who can decrypt it, where it is encrypted to somebody.
    pub recipients: BTreeSet<AgeRecipient>,
    /// What a file looks like.
    pub format: Option<EntryFormat>,
}

/// The kinds of sinks.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SinkKind {
    /// A file each, readable by its owner alone.
    File,
    /// A file each, encrypted.
    Age,
    /// A KV store, version 2, of Vault or `OpenBao`.
    Vault,
    /// A program that is told.
    Exec,
}

impl SinkKind {
    /// How it is called in a configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Age => "age",
            Self::Vault => "vault",
            Self::Exec => "exec",
        }
    }

    /// Whether the credentials that lie there can be read back.
    #[must_use]
    pub fn is_readable(self) -> bool {
        match self {
            Self::File | Self::Vault => true,
            Self::Age | Self::Exec => false,
        }
    }
}

impl Destination {
    /// As it is told from others: not every file system keeps `a` and `A` apart, and neither who can decrypt a file nor
    /// what it looks like makes another file of it.
    #[must_use]
    pub fn as_kept(&self) -> Self {
        match self.kind {
            SinkKind::File | SinkKind::Age => Self {
                // Both are files beside the configuration.
                kind: SinkKind::File,
                address: None,
                place: self.place.to_ascii_lowercase(),
                recipients: BTreeSet::new(),
                format: None,
            },
            SinkKind::Vault | SinkKind::Exec => self.clone(),
        }
    }
}

impl fmt::Display for SinkKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.kind)?;
        if let Some(address) = &self.address {
            write!(formatter, " {address}")?;
        }
        write!(formatter, " {}", self.place)?;

        if !self.recipients.is_empty() {
            let recipients = self.recipients.iter().map(AgeRecipient::abbreviated);
            let recipients: Vec<String> = recipients.collect();
            write!(formatter, " for {}", recipients.join(", "))?;
        }
        match self.format {
            Some(EntryFormat::Json) => formatter.write_str(" (JSON)"),
            Some(EntryFormat::Dotenv) | None => Ok(()),
        }
    }
}
