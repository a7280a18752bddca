//! What may be said of a client.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::plain;
use crate::model::{
    Attrs, ClientDescription, ClientName, MetadataKey, MetadataValue, Setting, Value,
};

/// Free texts on a client. Only the keys named here are managed; `null` removes one.
pub type ClientMetadata = BTreeMap<MetadataKey, Option<MetadataValue>>;

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
