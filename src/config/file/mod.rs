//! A configuration as it is written.
//!
//! The documentation of each field is also its description in the JSON Schema.
//! Keys that are not known are denied by the schema, which the loader walks;
//! here they would only be denied twice. What serialisation would skip has no
//! default in the schema.
//!
//! `objects` are its clients, resource servers and grants, and `provider` is
//! where their tenant is.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;

use super::early_sections::{Bundles, Environment, ReadBefore, VariableValue};
use super::review_rules::{Critical, Waiver};
use super::sinks::Sink;
use crate::model::{
    EnvironmentName, Glob, Identifier, Key, SinkName, StackName, VariableName,
};

mod objects;
mod provider;

pub(super) use objects::{Client, Defaults, Grant, ResourceServer};
pub use provider::LOCAL_FILE;
pub(super) use provider::Provider;
use provider::WrittenProvider;

/// What should exist in a tenant of Auth0 or Keycloak for machine-to-machine
/// access: resource servers (APIs), clients (services) and grants (which client
/// may ask for which scopes of which API).
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields, title = "configuration")]
pub(crate) struct File {
    /// The owner of everything declared here. Required, once in all files of
    /// the configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "StackName")]
    pub(crate) stack: Option<StackName>,
    /// Where the tenant is. Without it, the provider is
    /// chosen on the command line.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "WrittenProvider")]
    pub(crate) provider: Option<Provider>,
    /// The resource servers (APIs), each under a key of your choice.
    /// `management_api` is built in: the Management API of the tenant.
    pub(crate) resource_servers: BTreeMap<Key, ResourceServer>,
    /// The clients (services), each under a key of your choice. The key
    /// is the client's identity: it is kept in the tenant, and a new
    /// display name is an update.
    pub(crate) clients: BTreeMap<Key, Client>,
    /// Which client may ask for which scopes of which resource server.
    pub(crate) grants: Vec<Grant>,
    /// Where the credentials of clients go, each under a name that `deliver` of
    /// a client refers to.
    pub(crate) sinks: BTreeMap<SinkName, Sink>,
    /// Whether to delete what carries this stack's mark and is not declared any
    /// more. Without it, such objects are reported and stay.
    pub(crate) prune: bool,
    /// What is this stack's without a mark to say so.
    pub(crate) owns: Owns,
    /// How much one run may delete.
    pub(crate) limits: Limits,
    /// What has a new name. An entry can go once it has been applied.
    pub(crate) moved: Vec<Moved>,
    /// What is to go. An entry can go once it has been applied.
    pub(crate) removed: Vec<Removed>,
    /// Access that `validate --base` never lets anybody gain without a waiver.
    /// It counts as it stood before the change.
    pub(crate) critical: Vec<Critical>,
    /// Findings of `validate --base` that are known. They count as they stood
    /// before the change.
    pub(crate) waivers: Vec<Waiver>,
    /// Variables, each under its name: `${var.NAME}` stands for the value in
    /// any text, and is the value where it is all of the text. An environment,
    /// the variable `GRANTRY_VAR_NAME` of the process, `--var-file` and `--var`
    /// each count before what stands here.
    #[schemars(with = "BTreeMap<VariableName, VariableValue>")]
    pub(crate) vars: ReadBefore,
    /// Objects that are made once for each row of a table, as of customers:
    /// `${NAME.COLUMN}` in them stands for a value of the row.
    #[schemars(with = "Bundles")]
    pub(crate) for_each: ReadBefore,
    /// The tenants that this is applied to, each under its name: what differs
    /// in it. One is chosen with `--env`.
    #[schemars(with = "BTreeMap<EnvironmentName, Environment>")]
    pub(crate) environments: ReadBefore,
}

/// What is this stack's without a mark to say so: resource servers have no
/// place for one.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields, title = "list of owned objects")]
pub(crate) struct Owns {
    /// Patterns of identifiers. With `prune`, a resource server that matches
    /// one and is not declared is deleted.
    pub(crate) resource_servers: BTreeSet<Glob>,
}

/// How much one run may delete. Without `max_deletes`, of each kind at most 5
/// objects or a fifth of those this stack owns, whichever is more.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields, title = "set of limits")]
pub(crate) struct Limits {
    /// The most deletions in one run, of all kinds together.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(max = 1_000_000))]
    pub(crate) max_deletes: Option<u32>,
    /// Whether the last object of a kind may be deleted
    /// along with all the others.
    pub(crate) allow_empty: bool,
}

/// A new name: of a client within this stack, or of the stack itself.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(
    deny_unknown_fields,
    title = "move",
    extend("oneOf" = [{ "required": ["client"] }, { "required": ["stack"] }])
)]
pub(crate) struct Moved {
    /// The old key of a client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Key")]
    pub(crate) client: Option<Key>,
    /// Its new key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Key")]
    pub(crate) to: Option<Key>,
    /// The old name of this stack: its marks are taken over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "StackName")]
    pub(crate) stack: Option<StackName>,
}

/// An object that is to go.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(
    deny_unknown_fields,
    title = "removal",
    extend("oneOf" = [
        { "required": ["client"] },
        { "required": ["resource_server"] }
    ])
)]
pub(crate) struct Removed {
    /// The key of a client that is not declared any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Key")]
    pub(crate) client: Option<Key>,
    /// The identifier of a resource server that is not declared any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Identifier")]
    pub(crate) resource_server: Option<Identifier>,
    /// Whether it is deleted (`true`), or only let go: it stays in the tenant,
    /// without a mark.
    // Without a default: neither deleting nor letting go is what silence means.
    pub(crate) destroy: bool,
}
