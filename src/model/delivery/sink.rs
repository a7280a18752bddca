//! The kinds of sinks, and a sink as a configuration describes it.

use std::collections::BTreeSet;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Destination, PathTemplate, Slots};
use crate::model::{AgeRecipient, SinkName};

/// A sink: what keeps the credentials of clients. Of where that is, a
/// configuration says what is inside; its address and its credentials are the
/// environment's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SinkSpec {
    /// A file each, readable by its owner alone.
    File {
        /// Where, in the folder of the configuration.
        path: PathTemplate,
        /// What it looks like.
        format: EntryFormat,
    },
    /// A file each, encrypted.
    Age {
        /// Where, in the folder of the configuration.
        path: PathTemplate,
        /// Who can decrypt it.
        recipients: BTreeSet<AgeRecipient>,
        /// What it looks like once it is decrypted.
        format: EntryFormat,
    },
    /// A secret each in a KV store, version 2, of Vault or `OpenBao`.
    Vault {
        /// Its address, as a check: the environment names it.
        address: Option<String>,
        /// Its namespace, as a check.
        namespace: Option<String>,
        /// Where the store is mounted.
        mount: String,
        /// Where in the store.
        path: PathTemplate,
    },
    /// What a program is told, which the command line or the environment names.
    Exec {
        /// What the program is told the entry is called.
        name: PathTemplate,
    },
}

/// What an entry looks like in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryFormat {
    /// Variables, one a line.
    #[default]
    Dotenv,
    /// One JSON object.
    Json,
}

/// The kinds of sinks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[derive(Serialize, Deserialize, JsonSchema)]
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

    /// Whether its entries are files beside the configuration.
    #[must_use]
    pub fn is_of_files(self) -> bool {
        match self {
            Self::File | Self::Age => true,
            Self::Vault | Self::Exec => false,
        }
    }
}

impl fmt::Display for SinkKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl SinkSpec {
    /// Which kind of sink it is.
    #[must_use]
    pub fn kind(&self) -> SinkKind {
        match self {
            Self::File { .. } => SinkKind::File,
            Self::Age { .. } => SinkKind::Age,
            Self::Vault { .. } => SinkKind::Vault,
            Self::Exec { .. } => SinkKind::Exec,
        }
    }

    /// Where inside it the entries lie.
    #[must_use]
    pub fn path(&self) -> &PathTemplate {
        match self {
            Self::File { path, .. }
            | Self::Age { path, .. }
            | Self::Vault { path, .. } => path,
            Self::Exec { name } => name,
        }
    }

    /// Where the entry of a client goes; the address with its namespace, if it
    /// has one, where the environment names it.
    #[must_use]
    pub fn destination(
        &self,
        sink: &SinkName,
        address: Option<&str>,
        slots: Slots<'_>,
    ) -> Destination {
        let place = self.path().fill(slots);
        let (address, place, recipients) = match self {
            Self::File { .. } => (None, place, BTreeSet::new()),
            Self::Age { recipients, .. } => (None, place, recipients.clone()),
            Self::Vault {
                address: stated,
                namespace,
                mount,
                ..
            } => {
                let stated = stated
                    .as_ref()
                    .map(|address| match namespace {
                        Some(namespace) => format!("{address} {namespace}"),
                        None => address.clone(),
                    });
                let address = address.map(str::to_owned).or(stated);
                (
                    address,
                    format!("{mount}/{place}"),
                    BTreeSet::new(),
                )
            }
            Self::Exec { .. } => {
                (Some(sink.to_string()), place, BTreeSet::new())
            }
        };

        let format = match self {
            Self::File { format, .. } | Self::Age { format, .. } => {
                Some(*format)
            }
            Self::Vault { .. } | Self::Exec { .. } => None,
        };

        Destination {
            kind: self.kind(),
            address,
            place,
            recipients,
            format,
        }
    }
}
