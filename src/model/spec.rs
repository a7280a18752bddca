//! What the configuration may say of each object.
//!
//! Field names and limits are Auth0's own. The documentation of each field is also its description
//! in the JSON Schema. Collections are sets and maps, never lists: order can make no difference.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Attrs, ClientDescription, ClientName, MetadataKey, MetadataValue, ResourceServerName,
    ScopeDescription, ScopeName, Setting, TokenLifetime, Value,
};

/// The scopes of a resource server, each with what it allows; `null` for no description.
pub type Scopes = BTreeMap<ScopeName, Option<ScopeDescription>>;

/// Free texts on a client. Only the keys named here are managed; `null` removes one.
pub type ClientMetadata = BTreeMap<MetadataKey, Option<MetadataValue>>;

/// The settings of a resource server (an API).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ResourceServerSpec {
    /// The display name, at most 200 characters, without `<` and `>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ResourceServerName")]
    pub name: Option<ResourceServerName>,
    /// The scopes of this API, each with what it allows. At most 1,000. A scope that is not listed
    /// here is removed from the API.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    #[schemars(extend("maxProperties" = 1000))]
    pub scopes: Setting<Scopes>,
    /// The algorithm that signs access tokens.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub signing_alg: Setting<SigningAlg>,
    /// The life of an access token, in seconds (Auth0's default: 86,400).
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub token_lifetime: Setting<TokenLifetime>,
    /// The life of an access token issued to a browser, in seconds (Auth0's default: 7,200). At
    /// most `token_lifetime`.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub token_lifetime_for_web: Setting<TokenLifetime>,
    /// The shape of access tokens.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub token_dialect: Setting<TokenDialect>,
    /// Whether role-based access control is enforced for users.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub enforce_policies: Setting<bool>,
    /// Whether refresh tokens may be issued for this API.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub allow_offline_access: Setting<bool>,
    /// Whether users are spared the consent page for verifiable first-party clients.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub skip_consent_for_verifiable_first_party_clients: Setting<bool>,
    /// Who may obtain tokens for this API, by the kind of subject.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub subject_type_authorization: Setting<SubjectTypeAuthorization>,
}

impl ResourceServerSpec {
    /// The managed fields in plain form.
    #[must_use]
    pub fn attrs(&self) -> Attrs {
        plain(self)
    }
}

/// The settings of a client (a service).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ClientSpec {
    /// The display name, without `<` and `>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ClientName")]
    pub name: Option<ClientName>,
    /// What the client is for, at most 140 characters.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub description: Setting<ClientDescription>,
    /// The type of application (Grantry's default: `non_interactive`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "AppType")]
    pub app_type: Option<AppType>,
    /// The grant types this client may use (Grantry's default: `client_credentials` only).
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub grant_types: Setting<BTreeSet<GrantType>>,
    /// How the client authenticates at the token endpoint (Grantry's default:
    /// `client_secret_post`).
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub token_endpoint_auth_method: Setting<TokenEndpointAuthMethod>,
    /// Whether the client is our own, as opposed to a third party's.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub is_first_party: Setting<bool>,
    /// Whether the client conforms to OIDC strictly (Grantry's default: `true`).
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub oidc_conformant: Setting<bool>,
    /// Free texts on the client, at most 9 (Grantry keeps its ownership mark as a tenth). Only the
    /// keys named here are managed; `null` removes one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ClientMetadata", extend("maxProperties" = 9))]
    pub client_metadata: Option<ClientMetadata>,
}

impl ClientSpec {
    /// Fills in what machine-to-machine access needs and Auth0 does not give by itself: its own
    /// defaults are a generic application with four grant types that is not OIDC conformant.
    pub fn default_to_machine(&mut self) {
        self.app_type.get_or_insert(AppType::NonInteractive);
        self.grant_types.default_to(BTreeSet::from([GrantType::ClientCredentials]));
        self.oidc_conformant.default_to(true);
        self.token_endpoint_auth_method.default_to(TokenEndpointAuthMethod::ClientSecretPost);
    }

    /// The managed fields in plain form; metadata is owned key by key.
    #[must_use]
    pub fn attrs(&self) -> Attrs {
        let mut attrs = plain(self);
        if let Some(Value::Map(entries)) = attrs.remove("client_metadata") {
            attrs.insert("client_metadata".to_owned(), Value::Entries(entries));
        }
        attrs
    }
}

/// The settings of a client grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantSpec {
    /// The scopes the client may ask for; none for every scope of the API, now and later.
    pub scopes: Option<BTreeSet<ScopeName>>,
    /// Whether the client may, must or must not name an organization.
    pub organization_usage: Setting<OrganizationUsage>,
    /// Whether any organization may be named.
    pub allow_any_organization: Setting<bool>,
}

impl GrantSpec {
    /// The managed fields in plain form. Exactly one of `scopes` and `all_scopes` has a value.
    #[must_use]
    pub fn attrs(&self) -> Attrs {
        #[derive(Serialize)]
        struct Fields<'a> {
            scopes: &'a Option<BTreeSet<ScopeName>>,
            all_scopes: Option<bool>,
            #[serde(skip_serializing_if = "Setting::is_absent")]
            organization_usage: &'a Setting<OrganizationUsage>,
            #[serde(skip_serializing_if = "Setting::is_absent")]
            allow_any_organization: &'a Setting<bool>,
        }
        let Self { scopes, organization_usage, allow_any_organization } = self;
        let all_scopes = scopes.is_none().then_some(true);
        plain(&Fields { scopes, all_scopes, organization_usage, allow_any_organization })
    }
}

/// A specification's fields as plain values; a field without a value is `Null`.
fn plain(spec: &impl Serialize) -> Attrs {
    match serde_json::to_value(spec).map(Value::from) {
        Ok(Value::Map(attrs)) => attrs,
        // Structs of texts, numbers, sets and maps with text keys always serialise to an object.
        _ => Attrs::new(),
    }
}

/// The algorithm that signs access tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SigningAlg {
    /// HMAC with SHA-256: a secret shared with the API.
    HS256,
    /// RSA with SHA-256: verified with the tenant's public keys (Auth0's default).
    RS256,
    /// RSA with SHA-512.
    RS512,
    /// RSA-PSS with SHA-256.
    PS256,
}

/// The shape of access tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenDialect {
    /// Auth0's own shape (Auth0's default).
    AccessToken,
    /// Auth0's own shape, with a `permissions` claim.
    AccessTokenAuthz,
    /// The JWT profile of RFC 9068.
    Rfc9068Profile,
    /// The JWT profile of RFC 9068, with a `permissions` claim.
    Rfc9068ProfileAuthz,
}

/// Who may obtain tokens for an API, by the kind of subject.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct SubjectTypeAuthorization {
    /// Tokens on behalf of a user.
    pub user: UserSubjectAuthorization,
    /// Tokens for the client itself.
    pub client: ClientSubjectAuthorization,
}

/// Tokens on behalf of a user.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct UserSubjectAuthorization {
    /// The policy (Auth0's default: `allow_all`).
    pub policy: UserAuthorizationPolicy,
}

/// Tokens for the client itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct ClientSubjectAuthorization {
    /// The policy (Auth0's default: `require_client_grant`).
    pub policy: ClientAuthorizationPolicy,
}

/// Which clients may obtain tokens on behalf of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UserAuthorizationPolicy {
    /// Every client.
    #[default]
    AllowAll,
    /// None.
    DenyAll,
    /// Those with a grant for the user subject.
    RequireClientGrant,
}

/// Which clients may obtain tokens for themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthorizationPolicy {
    /// None.
    DenyAll,
    /// Those with a grant.
    #[default]
    RequireClientGrant,
}

/// The type of application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AppType {
    /// A service without a user: machine to machine.
    NonInteractive,
    /// A mobile or desktop application.
    Native,
    /// A single-page application.
    Spa,
    /// A web application with a server.
    RegularWeb,
}

/// An OAuth 2.0 grant type a client may use.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// RFC 6749, section 4.4: what a service uses.
    ClientCredentials,
    /// RFC 6749, section 4.1.
    AuthorizationCode,
    /// RFC 6749, section 4.2.
    Implicit,
    /// RFC 6749, section 6.
    RefreshToken,
    /// RFC 6749, section 4.3.
    Password,
    /// Password, for one realm.
    #[serde(rename = "http://auth0.com/oauth/grant-type/password-realm")]
    PasswordRealm,
    /// Multi-factor authentication, out of band.
    #[serde(rename = "http://auth0.com/oauth/grant-type/mfa-oob")]
    MfaOob,
    /// Multi-factor authentication, one-time password.
    #[serde(rename = "http://auth0.com/oauth/grant-type/mfa-otp")]
    MfaOtp,
    /// Multi-factor authentication, recovery code.
    #[serde(rename = "http://auth0.com/oauth/grant-type/mfa-recovery-code")]
    MfaRecoveryCode,
    /// Client-initiated backchannel authentication.
    #[serde(rename = "urn:openid:params:grant-type:ciba")]
    Ciba,
    /// RFC 8628.
    #[serde(rename = "urn:ietf:params:oauth:grant-type:device_code")]
    DeviceCode,
    /// Token exchange for a federated connection's access token.
    #[serde(
        rename = "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token"
    )]
    FederatedConnectionAccessToken,
}

/// How a client authenticates at the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenEndpointAuthMethod {
    /// Not at all: a public client.
    None,
    /// With its secret in the request's body.
    ClientSecretPost,
    /// With its secret in the `Authorization` header (HTTP Basic).
    ClientSecretBasic,
}

/// For whom the token of a grant speaks.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SubjectType {
    /// For the client itself: machine to machine.
    #[default]
    Client,
    /// For a user.
    User,
}

/// Whether a client may name an organization when it asks for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrganizationUsage {
    /// It must not (Auth0's default).
    Deny,
    /// It may.
    Allow,
    /// It must.
    Require,
}
