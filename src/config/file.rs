//! A configuration as it is written.
//!
//! The documentation of each field is also its description in the JSON Schema.
//! Keys that are not known are denied by the schema, which the loader walks;
//! here they would only be denied twice. What serialisation would skip has no
//! default in the schema.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::read_before::{Bundles, Environment, ReadBefore, VariableValue};
use super::review_rules::{Critical, Waiver};
use super::sinks::{Deliver, Sink};
use crate::model::{
    ClientId, ClientSpec, EnvironmentName, Glob, GrantSettings, Identifier,
    Key, RateLimit, Reserve, ResourceServerSpec, ScopeName, ScopeNaming,
    SinkName, StackName, SubjectType, VariableName,
};

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
    /// Where the tenant is. Without it, the provider is chosen on the command
    /// line.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "WrittenProvider")]
    pub(crate) provider: Option<Provider>,
    /// The resource servers (APIs), each under a key of your choice.
    /// `management_api` is built in: the Management API of the tenant.
    pub(crate) resource_servers: BTreeMap<Key, ResourceServer>,
    /// The clients (services), each under a key of your choice. The key is the
    /// client's identity: it is kept in the tenant, and a new display name
    /// is an update.
    pub(crate) clients: BTreeMap<Key, Client>,
    /// Which client may ask for which scopes of which resource server.
    pub(crate) grants: Vec<Grant>,
    /// Where the credentials of clients go, each under a name that `deliver`
    /// of a client refers to.
    pub(crate) sinks: BTreeMap<SinkName, Sink>,
    /// Whether to delete what carries this stack's mark and is not declared
    /// any more. Without it, such objects are reported and stay.
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
    /// any text, and is the value where it is all of the text. An
    /// environment, the variable `GRANTRY_VAR_NAME` of the process,
    /// `--var-file` and `--var` each count before what stands here.
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
    /// Whether the last object of a kind may be deleted along with all the
    /// others.
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
    extend("oneOf" = [{ "required": ["client"] }, { "required": ["resource_server"] }])
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
    // Without a default: neither deleting nor letting go is what silence
    // means.
    pub(crate) destroy: bool,
}

/// Where the tenant is.
#[derive(Debug, Deserialize)]
#[serde(try_from = "WrittenProvider")]
pub(crate) enum Provider {
    Auth0(Auth0Provider),
    Keycloak(KeycloakProvider),
    Local(LocalProvider),
}

/// Where the tenant is: the name of a provider, or the provider with its
/// settings.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Provider")]
enum WrittenProvider {
    Named(ProviderName),
    Set(ProviderSettings),
}

/// A provider whose settings are all left out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(title = "name of a provider")]
enum ProviderName {
    /// The Auth0 tenant that `AUTH0_DOMAIN` or the command line names.
    Auth0,
    /// The realm that `KEYCLOAK_URL` and `KEYCLOAK_REALM`, or the command line,
    /// name.
    Keycloak,
    /// A tenant in the file `.grantry/tenant.json` beside the configuration,
    /// for trying things out.
    Local,
}

/// A provider with its settings: exactly one of `auth0`, `keycloak` and
/// `local`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(
    deny_unknown_fields,
    title = "provider",
    extend("minProperties" = 1, "maxProperties" = 1)
)]
struct ProviderSettings {
    /// An Auth0 tenant. Credentials come from the environment only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Auth0Provider")]
    auth0: Option<Auth0Provider>,
    /// A realm of a Keycloak. Credentials come from the environment only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "KeycloakProvider")]
    keycloak: Option<KeycloakProvider>,
    /// A tenant in a file, for trying things out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "LocalProvider")]
    local: Option<LocalProvider>,
}

impl TryFrom<WrittenProvider> for Provider {
    type Error = &'static str;

    fn try_from(written: WrittenProvider) -> Result<Self, &'static str> {
        match written {
            WrittenProvider::Named(ProviderName::Auth0) => {
                Ok(Self::Auth0(Auth0Provider::default()))
            }
            WrittenProvider::Named(ProviderName::Keycloak) => {
                Ok(Self::Keycloak(KeycloakProvider::default()))
            }
            WrittenProvider::Named(ProviderName::Local) => {
                Ok(Self::Local(LocalProvider::default()))
            }
            WrittenProvider::Set(ProviderSettings {
                auth0: Some(auth0),
                keycloak: None,
                local: None,
            }) => Ok(Self::Auth0(auth0)),
            WrittenProvider::Set(ProviderSettings {
                auth0: None,
                keycloak: Some(keycloak),
                local: None,
            }) => Ok(Self::Keycloak(keycloak)),
            WrittenProvider::Set(ProviderSettings {
                auth0: None,
                keycloak: None,
                local: Some(local),
            }) => Ok(Self::Local(local)),
            // The schema says so before.
            WrittenProvider::Set(_) => {
                Err("a provider needs one of `auth0`, `keycloak` and `local`")
            }
        }
    }
}

/// A realm of a Keycloak.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields, title = "Keycloak realm")]
pub(crate) struct KeycloakProvider {
    /// Where the Keycloak is, for the reader and as a check: `KEYCLOAK_URL` or
    /// the command line names the address that credentials are sent to,
    /// and this one must be the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(
        with = "String",
        length(min = 1, max = 2048),
        regex(pattern = r"^https?://[^\s?#@]+$"),
        extend("patternErrorMessage" = "the address of a Keycloak is as in `https://sso.example`"),
        example = "https://sso.example"
    )]
    pub(crate) url: Option<String>,
    /// The realm that is managed, for the reader and as a check:
    /// `KEYCLOAK_REALM` or the command line names it, and this one must be
    /// the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(
        with = "String",
        length(min = 1, max = 255),
        regex(pattern = r"^[^\s/?#%\\]+$"),
        extend("patternErrorMessage" = "the name of a realm has no white space and none of `/ ? # % \\`"),
        example = &"acme"
    )]
    pub(crate) realm: Option<String>,
    /// How scopes that are made from now on are called in the realm, where a
    /// name is unique: `bare` as they are (the default), `qualified`
    /// behind the identifier of their API.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ScopeNaming")]
    pub(crate) scope_names: Option<ScopeNaming>,
}

/// An Auth0 tenant.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields, title = "Auth0 tenant")]
pub(crate) struct Auth0Provider {
    /// The tenant's domain, for the reader and as a check: `AUTH0_DOMAIN` or
    /// the command line names the domain that credentials are sent to, and
    /// this one must be the same, or the host of `AUTH0_AUDIENCE`.
    // With scheme and port where need be, as the domain of an emulator has
    // them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(
        with = "String",
        length(min = 1, max = 253),
        regex(pattern = r"^(https?://)?[A-Za-z0-9.-]+(:[0-9]+)?/?$"),
        extend("patternErrorMessage" = "a domain is a host name, such as `acme.eu.auth0.com`"),
        example = "acme.eu.auth0.com"
    )]
    pub(crate) domain: Option<String>,
    /// The most requests to the Management API: `BURST/PER_SECOND`, as in
    /// `10/2` for ten at once and two a second from then on. Without it,
    /// Grantry goes by what the tenant's answers say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(
        with = "String",
        regex(pattern = RateLimit::PATTERN),
        extend("patternErrorMessage" = "a rate limit is BURST/PER_SECOND, such as `10/2`"),
        example = "10/2"
    )]
    pub(crate) rate_limit: Option<RateLimit>,
    /// The share of the tenant's bucket of requests that is left to others, in
    /// percent; 20 without it. The last 20 percent of the tokens are never
    /// drawn, so whoever else uses the tenant finds some. What is added to
    /// the bucket is drawn in full: a run is longer by the time it takes to
    /// add the share once (a second for 20 percent of `10/2`). This holds with
    /// `rate_limit` too; `0` leaves nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u8", range(max = 90))]
    pub(crate) reserve: Option<Reserve>,
}

/// A tenant in a file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields, title = "local tenant")]
pub(crate) struct LocalProvider {
    /// The file, inside of the configuration's folder (the first, where there
    /// are several) and relative to it. It is created if need be, and has
    /// at most 512 MiB.
    #[schemars(with = "String", length(min = 1), example = LOCAL_FILE)]
    pub(crate) file: PathBuf,
}

/// Where a local tenant is, unless told otherwise; relative to the
/// configuration's folder.
pub const LOCAL_FILE: &str = ".grantry/tenant.json";

impl Default for LocalProvider {
    fn default() -> Self {
        Self {
            file: LOCAL_FILE.into(),
        }
    }
}

/// A resource server (an API).
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "resource server")]
pub(crate) struct ResourceServer {
    /// The identifier: the `audience` of the access tokens.
    pub(crate) identifier: Identifier,
    /// Whether the resource server is only referred to: looked up, never
    /// changed. It has an `identifier` and no settings then.
    #[serde(default)]
    pub(crate) external: bool,
    /// Its settings.
    #[serde(flatten)]
    pub(crate) spec: ResourceServerSpec,
}

/// A client (a service). It needs a `name`, unless it is `external`.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "client")]
pub(crate) struct Client {
    /// The id of an existing client, which is bound to this key. Where the
    /// provider lets it be chosen, that of a new one too, which is its key
    /// without this.
    #[serde(
        default,
        rename = "client_id",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "ClientId")]
    pub(crate) id: Option<ClientId>,
    /// Whether an existing client without a mark is taken over if it, and no
    /// other, has this name.
    #[serde(default)]
    pub(crate) adopt: bool,
    /// Whether the client is only referred to: looked up, never changed. It
    /// has a `client_id` and no settings then.
    #[serde(default)]
    pub(crate) external: bool,
    /// Whether the client is safe from deletion. This is kept in the tenant:
    /// to delete the client, first apply `protect: false`.
    #[serde(default)]
    pub(crate) protect: bool,
    /// The sinks that the credentials of the client go to: the name of one, or
    /// a list.
    #[serde(default, skip_serializing_if = "Deliver::is_empty")]
    #[schemars(with = "BTreeSet<SinkName>", length(min = 1), extend("oneOrMany" = true))]
    pub(crate) deliver: Deliver,
    /// What the settings that are left out amount to.
    #[serde(default)]
    pub(crate) defaults: Defaults,
    /// Its settings.
    #[serde(flatten)]
    pub(crate) spec: ClientSpec,
}

/// What the settings of a client that are left out amount to.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Defaults {
    /// What machine-to-machine access needs: the defaults named at `app_type`,
    /// `grant_types`, `oidc_conformant` and `token_endpoint_auth_method`.
    #[default]
    Machine,
    /// Nothing: what is left out is not managed. For a client that is taken
    /// over as it is.
    None,
}

/// A grant: a client may ask for scopes of a resource server. It has either
/// `scopes` or `all_scopes: true`.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(
    deny_unknown_fields,
    title = "grant",
    extend("oneOf" = [{ "required": ["scopes"] }, { "required": ["all_scopes"] }])
)]
pub(crate) struct Grant {
    /// The key of a client.
    pub(crate) client: Key,
    /// The key of a resource server, or `management_api`.
    pub(crate) resource_server: Key,
    /// The scopes the client may ask for, all of them declared by the resource
    /// server. An empty list allows tokens without any scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "BTreeSet<ScopeName>")]
    pub(crate) scopes: Option<BTreeSet<ScopeName>>,
    /// Every scope of the resource server, also those it will get later.
    // Only `true`: with `false` and no `scopes`, a grant would say nothing of
    // what it grants.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schemars(extend("const" = true))]
    pub(crate) all_scopes: bool,
    /// For whom the token speaks.
    #[serde(default)]
    pub(crate) subject_type: SubjectType,
    /// Its settings.
    #[serde(flatten)]
    pub(crate) settings: GrantSettings,
}
