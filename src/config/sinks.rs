//! Where credentials go, as it is written.
//!
//! A pull request chooses neither what runs nor who is spoken to: of an
//! address, what stands here is a check, and a program is never named here.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{
    AgeRecipient, EntryFormat, PathTemplate, SinkKind, SinkName, SinkSpec,
};

/// What the path of an entry may be filled with, for
/// whoever wrote something else.
pub(super) const SLOTS: [&str; 3] = ["${client.key}", "${stack}", "${env}"];

/// A sink: what keeps the credentials of clients. Exactly one of `file`, `age`,
/// `vault` and `exec`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(
    deny_unknown_fields,
    title = "sink",
    extend("minProperties" = 1, "maxProperties" = 1)
)]
pub(crate) struct Sink {
    /// A file each, readable by its owner alone and ignored by Git.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "FileSink")]
    file: Option<FileSink>,
    /// A file each, encrypted with age: it may be in Git.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "AgeSink")]
    age: Option<AgeSink>,
    /// A secret each in a KV store, version 2, of Vault or `OpenBao`.
    /// `VAULT_ADDR` names the server, and its credentials come from the
    /// environment only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "VaultSink")]
    vault: Option<VaultSink>,
    /// A program that is told, which `--exec-sink` or the environment names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ExecSink")]
    exec: Option<ExecSink>,
}

/// A file for each client.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "file sink")]
struct FileSink {
    /// The file of a client, in the folder of the configuration, such as
    /// `secrets/${client.key}.env`; `${stack}` and `${env}` may be in it too.
    /// What fills a slot stays one part of the path.
    #[schemars(length(min = 1, max = 300))]
    path: String,
    /// What a file looks like.
    #[serde(default)]
    format: EntryFormat,
}

/// An encrypted file for each client.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "age sink")]
struct AgeSink {
    /// The file of a client, in the folder of the configuration, such as
    /// `secrets/${client.key}.age`; `${stack}` and `${env}` may be in it too.
    /// What fills a slot stays one part of the path.
    #[schemars(length(min = 1, max = 300))]
    path: String,
    /// Who can decrypt it: public keys, as `age-keygen` prints them.
    #[schemars(length(min = 1, max = 100))]
    recipients: BTreeSet<AgeRecipient>,
    /// What a file looks like once it is decrypted.
    #[serde(default)]
    format: EntryFormat,
}

/// A secret for each client in a Vault.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "Vault sink")]
struct VaultSink {
    /// The server, for the reader and as a check: `VAULT_ADDR` names the
    /// address that credentials are sent to, and this one must be the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        with = "String",
        length(min = 1, max = 2048),
        regex(pattern = r"^https?://[^\s?#@]+$"),
        extend(
            "patternErrorMessage" =
                "the address of a Vault is as in `https://vault.example:8200`"
        ),
        example = "https://vault.example:8200"
    )]
    address: Option<String>,
    /// The namespace, for the reader and as a check: `VAULT_NAMESPACE` names
    /// it, and this one must be the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        with = "String",
        length(min = 1, max = 200),
        regex(pattern = r"^[A-Za-z0-9_./-]+$"),
        extend(
            "patternErrorMessage" =
                "a namespace consists of letters, digits and any of `_ . / -`"
        )
    )]
    namespace: Option<String>,
    /// Where the store is mounted.
    #[serde(default = "default_mount")]
    #[schemars(
        length(min = 1, max = 200),
        regex(pattern = r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$"),
        extend(
            "patternErrorMessage" =
                "a mount is as in `secret`, without `/` at its ends"
        )
    )]
    mount: String,
    /// The path of a client's secret in the store, such as `m2m/${client.key}`;
    /// `${stack}` and `${env}` may be in it too. What fills a slot stays one
    /// part of the path.
    #[schemars(length(min = 1, max = 300))]
    path: String,
}

fn default_mount() -> String {
    "secret".to_owned()
}

/// A program that is told.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "exec sink")]
struct ExecSink {
    /// What the program is told a client's entry is called, such as
    /// `${client.key}`; `${stack}` and `${env}` may be in it too.
    #[serde(default = "default_name")]
    #[schemars(length(min = 1, max = 300))]
    name: String,
}

fn default_name() -> String {
    SLOTS[0].to_owned()
}

impl Sink {
    /// Which kind it is, and its field that says where inside.
    pub(super) fn path(&self) -> (SinkKind, &'static str, &str) {
        match self {
            Self {
                file: Some(file),
                ..
            } => (SinkKind::File, "path", &file.path),
            Self {
                age: Some(age), ..
            } => (SinkKind::Age, "path", &age.path),
            Self {
                vault: Some(vault),
                ..
            } => (SinkKind::Vault, "path", &vault.path),
            Self {
                exec: Some(exec),
                ..
            } => (SinkKind::Exec, "name", &exec.name),
            // The schema says so before.
            _ => (SinkKind::File, "path", ""),
        }
    }

    /// What it says; none where its path is none, which the checks refuse.
    pub(super) fn spec(&self) -> Option<SinkSpec> {
        let (_, _, path) = self.path();
        let path: PathTemplate = path.parse().ok()?;

        Some(match self {
            Self {
                file: Some(file),
                ..
            } => SinkSpec::File {
                path,
                format: file.format,
            },
            Self {
                age: Some(age), ..
            } => SinkSpec::Age {
                path,
                recipients: age.recipients.clone(),
                format: age.format,
            },
            Self {
                vault: Some(vault),
                ..
            } => SinkSpec::Vault {
                address: vault
                    .address
                    .as_deref()
                    .map(without_slash),
                namespace: vault.namespace.clone(),
                mount: vault.mount.clone(),
                path,
            },
            _ => SinkSpec::Exec { name: path },
        })
    }
}

/// An address as it is compared: a slash at its end means nothing.
fn without_slash(address: &str) -> String {
    address.trim_end_matches('/').to_owned()
}

/// The names of one sink or several.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "OneOrMany")]
pub(crate) struct Deliver(pub(crate) BTreeSet<SinkName>);

/// How they are written.
#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum OneOrMany {
    One(SinkName),
    Many(BTreeSet<SinkName>),
}

impl From<OneOrMany> for Deliver {
    fn from(written: OneOrMany) -> Self {
        match written {
            OneOrMany::One(name) => Self(BTreeSet::from([name])),
            OneOrMany::Many(names) => Self(names),
        }
    }
}

impl Deliver {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
