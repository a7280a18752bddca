//! The objects of a configuration, as they are written.

use std::collections::BTreeSet;
use std::ops::Not;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::sinks::Deliver;
use crate::model::{
    ClientId, ClientSpec, GrantSettings, Identifier, Key, ResourceServerSpec,
    ScopeName, SinkName, SubjectType,
};

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
    /// Whether the client is only referred to: looked up, never changed. It has
    /// a `client_id` and no settings then.
    #[serde(default)]
    pub(crate) external: bool,
    /// Whether the client is safe from deletion. This is kept in the tenant: to
    /// delete the client, first apply `protect: false`.
    #[serde(default)]
    pub(crate) protect: bool,
    /// The sinks that the credentials of the client go to:
    /// the name of one, or a list.
    #[serde(default, skip_serializing_if = "Deliver::is_empty")]
    #[schemars(
        with = "BTreeSet<SinkName>",
        length(min = 1),
        extend("oneOrMany" = true)
    )]
    pub(crate) deliver: Deliver,
    /// What the settings that are left out amount to.
    #[serde(default)]
    pub(crate) defaults: Defaults,
    /// Its settings.
    #[serde(flatten)]
    pub(crate) spec: ClientSpec,
}

/// What the settings of a client that are left out amount to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[derive(Serialize, Deserialize, JsonSchema)]
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
    extend("oneOf" = [
        { "required": ["scopes"] },
        { "required": ["all_scopes"] }
    ])
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
    #[serde(default, skip_serializing_if = "Not::not")]
    #[schemars(extend("const" = true))]
    pub(crate) all_scopes: bool,
    /// For whom the token speaks.
    #[serde(default)]
    pub(crate) subject_type: SubjectType,
    /// Its settings.
    #[serde(flatten)]
    pub(crate) settings: GrantSettings,
}

impl Grant {
    /// What it is between: Auth0 keeps one grant of these three,
    /// and refuses a second one.
    pub(crate) fn ends(&self) -> (&Key, &Key, SubjectType) {
        (
            &self.client,
            &self.resource_server,
            self.subject_type,
        )
    }
}
