//! The place of one entry, in full.

use std::collections::BTreeSet;
use std::fmt;

use super::{EntryFormat, SinkKind};
use crate::model::AgeRecipient;

/// Where the credentials of one client go: all that
/// tells it from another place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Destination {
    /// Which kind of sink it is in.
    pub kind: SinkKind,
    /// Where the sink is: the address and the namespace of a Vault, the name of
    /// what a program is called by; none of files, which lie beside the
    /// configuration.
    pub address: Option<String>,
    /// Where in the sink.
    pub place: String,
    /// Who can decrypt it, where it is encrypted to somebody.
    pub recipients: BTreeSet<AgeRecipient>,
    /// What a file looks like.
    pub format: Option<EntryFormat>,
}

impl Destination {
    /// As it is told from others: not every file system keeps `a` and `A`
    /// apart, and neither who can decrypt a file nor what it looks like makes
    /// another file of it.
    #[must_use]
    pub fn as_kept(&self) -> Self {
        if !self.kind.is_of_files() {
            return self.clone();
        }

        Self {
            // All of them are files beside the configuration.
            kind: SinkKind::File,
            address: None,
            place: self.place.to_ascii_lowercase(),
            recipients: BTreeSet::new(),
            format: None,
        }
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
            let recipients = self
                .recipients
                .iter()
                .map(AgeRecipient::abbreviated);
            let recipients: Vec<String> = recipients.collect();
            write!(formatter, " for {}", recipients.join(", "))?;
        }
        match self.format {
            Some(EntryFormat::Json) => formatter.write_str(" (JSON)"),
            Some(EntryFormat::Dotenv) | None => Ok(()),
        }
    }
}
