//! The fields of a client: what may be said of one.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ClientAuthenticationMethods, RefreshToken, SigningAlg, plain};
use crate::model::{
    Attrs, ClientDescription, ClientName, LogoUri, MachineDefaults,
    MetadataKey, MetadataValue, OrganizationId, Setting, TokenLifetime, Value,
};

/// Free texts on a client. Only the keys named here are
/// managed; `null` removes one.
pub type ClientMetadata = BTreeMap<MetadataKey, Option<MetadataValue>>;

/// The settings of a client (a service).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[derive(Serialize, Deserialize, JsonSchema)]
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
    // No `Setting`: Auth0 takes no `null` for it, so
    // there is no way back to none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "AppType")]
    pub app_type: Option<AppType>,
    /// The grant types this client may use (Grantry's default:
    /// `client_credentials` only).
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub grant_types: Setting<BTreeSet<GrantType>>,
    /// How the client authenticates at the token endpoint (Grantry's default:
    /// `client_secret_post`).
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub token_endpoint_auth_method: Setting<TokenEndpointAuthMethod>,
    /// Whether the client is our own, as opposed to a third party's.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub is_first_party: Setting<bool>,
    /// Whether the client conforms to OIDC strictly
    /// (Grantry's default: `true`).
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub oidc_conformant: Setting<bool>,
    /// The address of the client's logo.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub logo_uri: Setting<LogoUri>,
    /// How ID tokens for this client are made. Of it, only the settings named
    /// here are managed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "JwtConfiguration")]
    pub jwt_configuration: Option<JwtConfiguration>,
    /// How many tokens the client may get for itself (early access).
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub token_quota: Setting<TokenQuota>,
    /// The organization a token is for if the client names none. It counts
    /// where a grant requires an organization.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub default_organization: Setting<DefaultOrganization>,
    /// Whether every token of the client is bound to a key it holds.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub require_proof_of_possession: Setting<bool>,
    /// The security profile the client complies with, which may
    /// restrict what it can do.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub compliance_level: Setting<ComplianceLevel>,
    /// The life of an access token of this client, in seconds.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub access_token_lifetime: Setting<TokenLifetime>,
    /// Which kinds of tokens the client may exchange for others.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub token_exchange: Setting<TokenExchange>,
    /// The life of refresh tokens. Grantry's defaults fill
    /// in what is left out of it.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub refresh_token: Setting<RefreshToken>,
    /// How the client authenticates with keys of its own instead of a secret:
    /// exactly one method. With it, `token_endpoint_auth_method` has no value.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub client_authentication_methods: Setting<ClientAuthenticationMethods>,
    /// Free texts on the client, at most 8 (Auth0 keeps 10, and
    /// Grantry's ownership mark takes two). Only the keys named here are
    /// managed; `null` removes one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(
        with = "ClientMetadata",
        extend("maxProperties" = Self::MOST_METADATA)
    )]
    pub client_metadata: Option<ClientMetadata>,
}

impl ClientSpec {
    /// The field of the display name.
    pub const NAME: &str = "name";

    /// The field of the id, where a configuration chooses that.
    pub const ID: &str = "client_id";

    /// The field of the free texts.
    pub const METADATA: &str = "client_metadata";

    /// The field of the ways to get tokens.
    pub const GRANT_TYPES: &str = "grant_types";

    /// How many free texts a client has beside the ownership mark.
    pub const MOST_METADATA: usize = 8;

    /// The field of the keys that the client authenticates with.
    pub const METHODS: &str = "client_authentication_methods";

    /// The field that says how the client authenticates with its secret.
    pub const SECRET_METHOD: &str = "token_endpoint_auth_method";

    /// All that a client for machines has of which nothing is said, and that
    /// authenticates with a secret.
    #[must_use]
    pub fn of_machine(defaults: &MachineDefaults) -> Self {
        let mut spec = Self::default();
        spec.default_to_machine(defaults);
        spec
    }

    /// Fills in what machine-to-machine access needs and the provider does not
    /// give by itself.
    pub fn default_to_machine(&mut self, defaults: &MachineDefaults) {
        if let Some(app_type) = defaults.app_type {
            self.app_type.get_or_insert(app_type);
        }
        if !defaults.grant_types.is_empty() {
            let grant_types = defaults.grant_types.iter().copied();
            self.grant_types
                .default_to(grant_types.collect());
        }
        if let Some(is_conformant) = defaults.oidc_conformant {
            self.oidc_conformant
                .default_to(is_conformant);
        }

        // A client authenticates with keys or with a secret, never with both.
        if self
            .client_authentication_methods
            .value()
            .is_some()
        {
            if let Some(alg) = defaults.signing_alg {
                let tokens = self
                    .jwt_configuration
                    .get_or_insert_default();
                tokens.alg.get_or_insert(alg);
            }
        } else if let Some(method) = defaults.token_endpoint_auth_method {
            self.token_endpoint_auth_method
                .default_to(method);
        }
    }

    /// The managed fields in plain form; metadata and configuration of tokens
    /// are owned key by key. Of the two ways to authenticate, a client has one.
    #[must_use]
    pub fn attrs(&self) -> Attrs {
        let mut attrs = plain(self);
        // Auth0 merges both key by key: what is not named stays, so it is not
        // ours to compare.
        for field in [Self::METADATA, "jwt_configuration"] {
            if let Some(Value::Map(entries)) = attrs.remove(field) {
                attrs.insert(field.into(), Value::Entries(entries));
            }
        }

        if let Some(methods) = self
            .client_authentication_methods
            .value()
        {
            // The two ways exclude each other in Auth0, so keys clear the
            // method of the secret along with it.
            attrs.insert(Self::METHODS.into(), methods.plain());
            attrs
                .entry(Self::SECRET_METHOD.into())
                .or_insert(Value::Null);
        }

        if let Some(tokens) = self.refresh_token.value() {
            attrs.insert("refresh_token".into(), tokens.plain());
        }
        attrs
    }
}

/// How ID tokens for a client are made.
// Without `secret_encoded`, which Auth0 shows, and takes in no PATCH.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields, title = "configuration of tokens")]
pub struct JwtConfiguration {
    /// The algorithm that signs them (Grantry's default for a
    /// client with keys: `RS256`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "SigningAlg")]
    pub alg: Option<SigningAlg>,
    /// Their life, in seconds (Auth0's default: 36,000).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(max = 2_592_000))]
    pub lifetime_in_seconds: Option<u32>,
}

/// How many tokens a client may get for itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "token quota")]
pub struct TokenQuota {
    /// With the grant type `client_credentials`.
    pub client_credentials: TokenQuotaLimits,
}

/// The limits of a token quota: at least one of `per_hour` and `per_day`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "set of token limits")]
pub struct TokenQuotaLimits {
    /// Whether requests beyond the limit are refused (the
    /// default), or only counted.
    #[serde(default = "enforced")]
    pub enforce: bool,
    /// The most tokens in an hour (UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(min = 1, max = 2_147_483_647))]
    pub per_hour: Option<u32>,
    /// The most tokens in a day (UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(min = 1, max = 2_147_483_647))]
    pub per_day: Option<u32>,
}

// Auth0's own default, said always: silence must not differ from what the
// tenant then shows.
fn enforced() -> bool {
    true
}

/// The organization a token is for if the client names none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "default organization")]
pub struct DefaultOrganization {
    /// Its id.
    pub organization_id: OrganizationId,
    /// In which flows.
    pub flows: BTreeSet<OrganizationFlow>,
}

/// A flow in which an organization is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrganizationFlow {
    /// The client asks for a token for itself.
    ClientCredentials,
}

/// A security profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ComplianceLevel {
    /// No profile.
    None,
    /// FAPI 1 Advanced, with a private key and pushed authorization requests.
    Fapi1AdvPkjPar,
    /// FAPI 1 Advanced, with mutual TLS and pushed authorization requests.
    Fapi1AdvMtlsPar,
    /// FAPI 2 Security Profile, with a private key and
    /// tokens bound by mutual TLS.
    Fapi2SpPkjMtls,
    /// FAPI 2 Security Profile, with mutual TLS throughout.
    Fapi2SpMtlsMtls,
}

/// Which kinds of tokens a client may exchange for others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "token exchange")]
pub struct TokenExchange {
    /// The kinds of exchange.
    pub allow_any_profile_of_type: BTreeSet<TokenExchangeType>,
}

/// A kind of token exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenExchangeType {
    /// Profiles of the tenant's own (early access).
    CustomAuthentication,
    /// On behalf of the user or client the token speaks for.
    OnBehalfOfTokenExchange,
}

/// The type of application.
// Not those of integrations, linked APIs and express configuration, which have
// rules of their own: such clients are left alone.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[derive(Serialize, Deserialize, JsonSchema)]
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
    #[serde(rename = "urn:auth0:params:oauth:grant-type:token-exchange:\
                  federated-connection-access-token")]
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

#[cfg(test)]
mod tests {
    use schemars::schema_for;

    use super::*;

    #[test]
    fn the_fields_that_are_spoken_of_are_there() {
        let schema = schema_for!(ClientSpec);
        let fields = schema
            .get("properties")
            .and_then(|fields| fields.as_object())
            .unwrap();
        for field in [
            ClientSpec::METADATA,
            ClientSpec::METHODS,
            ClientSpec::SECRET_METHOD,
        ] {
            assert!(fields.contains_key(field), "{field}");
        }
    }
}
