//! The fields of a resource server: what may be said of one.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{TokenEncryption, plain};
use crate::model::{
    Attrs, AuthorizationDetailsType, PolicyId, ResourceServerName,
    ScopeDescription, ScopeName, Setting, TokenLifetime,
};

/// The scopes of a resource server, each with what it allows;
/// `null` for no description.
pub type Scopes = BTreeMap<ScopeName, Option<ScopeDescription>>;

/// The settings of a resource server (an API).
// Without `signing_secret`: what is in Git is no secret.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ResourceServerSpec {
    /// The display name, at most 200 characters, without `<` and `>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ResourceServerName")]
    pub name: Option<ResourceServerName>,
    /// The scopes of this API, each with what it allows. At most 1,000. A scope
    /// that is not listed here is removed from the API.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    #[schemars(extend("maxProperties" = 1000))]
    pub scopes: Setting<Scopes>,
    /// The algorithm that signs access tokens.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub signing_alg: Setting<SigningAlg>,
    /// The life of an access token, in seconds (Auth0's default: 86,400).
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub token_lifetime: Setting<TokenLifetime>,
    /// The life of an access token issued to a browser, in seconds (Auth0's
    /// default: 7,200). At most `token_lifetime`.
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
    /// Whether users are spared the consent page for
    /// verifiable first-party clients.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub skip_consent_for_verifiable_first_party_clients: Setting<bool>,
    /// Who may obtain tokens for this API, by the kind of subject.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub subject_type_authorization: Setting<SubjectTypeAuthorization>,
    /// The types of rich authorization requests (RFC
    /// 9396) this API understands.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub authorization_details: Setting<BTreeSet<AuthorizationDetail>>,
    /// Encrypts access tokens for this API.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub token_encryption: Setting<TokenEncryption>,
    /// Binds access tokens to a key of the client.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub proof_of_possession: Setting<ProofOfPossession>,
    /// How users consent to transactions.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub consent_policy: Setting<ConsentPolicy>,
    /// The authorization policy of the tenant that guards
    /// this API (early access).
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub authorization_policy: Setting<AuthorizationPolicy>,
    /// Whether online refresh tokens may be issued for this API (early access).
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub allow_online_access: Setting<bool>,
    /// Whether online refresh tokens may be issued in ephemeral sessions too
    /// (early access).
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub allow_online_access_with_ephemeral_sessions: Setting<bool>,
}

impl ResourceServerSpec {
    /// The field of the scopes.
    pub const SCOPES: &str = "scopes";

    /// The field of who may obtain tokens.
    pub const SUBJECT_TYPE_AUTHORIZATION: &str = "subject_type_authorization";

    /// The field of the key that access tokens are encrypted for.
    pub const ENCRYPTION: &str = "token_encryption";

    /// The field of what its tokens are signed with.
    pub const SIGNING_ALG: &str = "signing_alg";

    /// The field of whether access tokens are bound to a key of the client.
    pub const PROOF_OF_POSSESSION: &str = "proof_of_possession";

    /// The managed fields in plain form.
    #[must_use]
    pub fn attrs(&self) -> Attrs {
        let mut attrs = plain(self);
        if let Some(encryption) = self.token_encryption.value() {
            attrs.insert(Self::ENCRYPTION.into(), encryption.plain());
        }
        attrs
    }
}

/// The algorithm that signs access tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SigningAlg {
    /// HMAC with SHA-256: a secret shared with the API.
    HS256,
    /// RSA with SHA-256: verified with the tenant's
    /// public keys (Auth0's default).
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
// Both are sent always: Auth0 does not say whether a
// PATCH of one keeps the other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct SubjectTypeAuthorization {
    /// Tokens on behalf of a user.
    pub user: UserSubjectAuthorization,
    /// Tokens for the client itself.
    pub client: ClientSubjectAuthorization,
}

/// Tokens on behalf of a user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct UserSubjectAuthorization {
    /// The policy (Auth0's default: `allow_all`).
    pub policy: UserAuthorizationPolicy,
}

/// Tokens for the client itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct ClientSubjectAuthorization {
    /// The policy (Auth0's default: `require_client_grant`).
    pub policy: ClientAuthorizationPolicy,
}

/// Which clients may obtain tokens on behalf of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UserAuthorizationPolicy {
    /// Every client.
    #[default]
    AllowAll,
    /// No client.
    DenyAll,
    /// Those with a grant for the user subject.
    RequireClientGrant,
}

/// Which clients may obtain tokens for themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthorizationPolicy {
    /// No client.
    DenyAll,
    /// Those with a grant.
    #[default]
    RequireClientGrant,
}

/// A type of rich authorization request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "type of authorization details")]
pub struct AuthorizationDetail {
    /// Its name.
    #[serde(rename = "type")]
    pub kind: AuthorizationDetailsType,
}

/// The binding of access tokens to a key of the client.
/// It is replaced as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "proof of possession")]
pub struct ProofOfPossession {
    /// How the binding is made.
    pub mechanism: ProofMechanism,
    /// Whether tokens that are not bound are refused.
    pub required: bool,
    /// For which clients it is required.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ProofRequiredFor")]
    pub required_for: Option<ProofRequiredFor>,
}

/// How a token is bound to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProofMechanism {
    /// To the certificate of the connection (RFC 8705).
    Mtls,
    /// To a key the client proves to hold with each request (RFC 9449).
    Dpop,
}

/// Which clients have to prove possession.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProofRequiredFor {
    /// Those that cannot keep a secret.
    PublicClients,
    /// All clients.
    AllClients,
}

/// How users consent to transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentPolicy {
    /// Each transaction, with a second factor.
    TransactionalAuthorizationWithMfa,
}

/// The authorization policy that guards an API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "authorization policy")]
pub struct AuthorizationPolicy {
    /// Its id.
    pub policy_id: PolicyId,
}
