//! What a provider can express. What it cannot is an error at its place in the
//! configuration, offline.

use std::fmt;

use super::{
    AppType, Asking, GrantType, Identifier, Kind, ScopeNaming, SigningAlg,
    SystemApi, TokenEndpointAuthMethod, Value,
};

/// What a provider can express: a plain value, which each of them states.
#[derive(Clone, Copy)]
pub struct Support {
    /// What the provider is called in messages.
    pub name: &'static str,
    /// What can be written and not be expressed there.
    pub missing: &'static [Missing],
    /// How long a text may be there, where that is shorter
    /// than what can be written.
    pub lengths: &'static [Longest],
    /// What a declared client gets where the configuration says nothing.
    pub machine: MachineDefaults,
    /// Which APIs of the provider's own an identifier names, if the tenant's
    /// domain is this one: nobody declares these.
    pub system_api: fn(&Identifier, Option<&str>) -> Option<SystemApi>,
    /// Where the name of a scope is unique.
    pub scope_names: ScopeNames,
    /// Whether a grant may be of no scope at all.
    pub empty_grants: EmptyGrants,
    /// Whether an empty text is kept among the metadata of a client, and of
    /// what a scope allows.
    pub empty_texts: EmptyTexts,
    /// What the id of a client looks like there, where that is
    /// less than can be written.
    pub client_id: Option<ClientIdShape>,
    /// The ids that every tenant has given away itself, where the configuration
    /// chooses them: no client and no API can have one.
    pub own_client_ids: &'static [&'static str],
    /// How scopes are called there.
    pub scope_naming: ScopeNaming,
    /// How a token for an API is asked for.
    pub asking: Asking,
    /// The most characters of the names of scopes in a request for a token,
    /// where longer ones are passed over in silence.
    pub scope_parameter: Option<usize>,
    /// Whether grants may name the tenant's Management API.
    pub management_api: ManagementApi,
    /// Who says what the id of a new client is.
    pub client_ids: ClientIds,
    /// Which kinds of object carry an ownership mark of their own.
    pub marks: &'static [Kind],
}

/// What can be written and not be expressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    /// Of which kind.
    pub kind: Kind,
    /// The field.
    pub field: &'static str,
    /// The one value of it, or member, or key, that is missing or not to be
    /// had; none where the whole field is.
    pub value: Option<&'static str>,
    /// Why.
    pub why: &'static str,
    /// What to do instead.
    pub instead: &'static str,
}

/// How long a text may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Longest {
    /// Of which kind.
    pub kind: Kind,
    /// The field.
    pub field: &'static str,
    /// What of it.
    pub part: Part,
    /// The most characters, as UTF-16 has them: databases count those outside
    /// of the basic plane, such as emoji, as one or as two.
    pub characters: usize,
}

/// What of a field is not to be too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Its text; of a map, the keys.
    Text,
    /// The values of a map.
    Values,
    /// The keys of a map of scopes, each with the
    /// identifier of its API before it.
    Qualified,
}

/// What the id of a client looks like.
#[derive(Debug, Clone, Copy)]
pub struct ClientIdShape {
    /// Whether a text is one.
    pub is_one: fn(&str) -> bool,
    /// What one consists of, in words.
    pub words: &'static str,
}

/// Whether an empty text is kept among the metadata of a client, and of what a
/// scope allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmptyTexts {
    /// It is.
    Kept,
    /// It is as if it were not there.
    Dropped,
}

/// Whether a grant may be of no scope at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmptyGrants {
    /// It may: its tokens have no scope.
    Allowed,
    /// It is none.
    None,
}

/// What a client for machines needs, and does not get by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MachineDefaults {
    /// The type of application.
    pub app_type: Option<AppType>,
    /// The grant types; none where they are not to be set.
    pub grant_types: &'static [GrantType],
    /// Whether the client conforms to OIDC strictly.
    pub oidc_conformant: Option<bool>,
    /// How it authenticates with its secret.
    pub token_endpoint_auth_method: Option<TokenEndpointAuthMethod>,
    /// What its tokens are signed with, where it authenticates with keys.
    pub signing_alg: Option<SigningAlg>,
}

/// Where the name of a scope is unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeNames {
    /// In its API.
    InTheApi,
    /// In the tenant: no two APIs have a scope of one name.
    InTheTenant {
        /// What to do about two.
        instead: &'static str,
    },
}

/// Whether a tenant has a Management API that grants can be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManagementApi {
    /// It has.
    Grantable,
    /// It has none.
    None,
}

/// Who says what the id of a new client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientIds {
    /// The tenant gives it, and nobody knows it beforehand.
    Given,
    /// The configuration chooses it: what it says under `client_id`, or else
    /// the client's key. APIs have theirs from the same names.
    Chosen,
}

/// By its name: the tables are long, and always the same.
impl fmt::Debug for Support {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Support")
            .field(&self.name)
            .finish()
    }
}

impl Support {
    /// Whether a field cannot be said at all.
    #[must_use]
    pub fn lacks(&self, kind: Kind, field: &str) -> bool {
        let mut missing = self.missing.iter();
        missing.any(|missing| {
            missing.kind == kind
                && missing.field == field
                && missing.value.is_none()
        })
    }

    /// Whether a field cannot be said with this value.
    #[must_use]
    pub fn lacks_value(&self, kind: Kind, field: &str, value: &Value) -> bool {
        let written = match value {
            Value::Text(text) => text.to_string(),
            other => serde_json::Value::from(other.clone()).to_string(),
        };

        let mut missing = self.missing.iter();
        missing.any(|missing| {
            missing.kind == kind
                && missing.field == field
                && missing.value == Some(written.as_str())
        })
    }

    /// Whether objects of a kind carry an ownership mark of their own.
    #[must_use]
    pub fn is_marked(&self, kind: Kind) -> bool {
        self.marks.contains(&kind)
    }

    /// Everything that a configuration can say, which is what Auth0 can: its
    /// fields are Auth0's own.
    #[must_use]
    pub const fn of_everything(name: &'static str) -> Self {
        Self {
            name,
            missing: &[],
            lengths: &[],
            // Auth0's own are a generic application with four grant types that
            // is not OIDC conformant.
            machine: MachineDefaults {
                app_type: Some(AppType::NonInteractive),
                grant_types: &[GrantType::ClientCredentials],
                oidc_conformant: Some(true),
                token_endpoint_auth_method: Some(
                    TokenEndpointAuthMethod::ClientSecretPost,
                ),
                // A key is taken only of a client whose tokens are not signed
                // with its secret.
                signing_alg: Some(SigningAlg::RS256),
            },
            system_api: SystemApi::of,
            scope_names: ScopeNames::InTheApi,
            empty_grants: EmptyGrants::Allowed,
            empty_texts: EmptyTexts::Kept,
            client_id: None,
            own_client_ids: &[],
            scope_naming: ScopeNaming::Bare,
            asking: Asking::ByAudience,
            scope_parameter: None,
            management_api: ManagementApi::Grantable,
            client_ids: ClientIds::Given,
            marks: &[Kind::Client],
        }
    }
}
