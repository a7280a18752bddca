//! Where the tenant is, as it is written.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::{RateLimit, Reserve, ScopeNaming};

/// Where the tenant is.
#[derive(Debug, Deserialize)]
#[serde(try_from = "WrittenProvider")]
pub(crate) enum Provider {
    Auth0(Auth0Provider),
    Keycloak(KeycloakProvider),
    Local(LocalProvider),
}

/// Where the tenant is: the name of a provider, or the
/// provider with its settings.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Provider")]
pub(super) enum WrittenProvider {
    Named(ProviderName),
    Set(ProviderSettings),
}

/// A provider whose settings are all left out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(title = "name of a provider")]
pub(super) enum ProviderName {
    /// The Auth0 tenant that `AUTH0_DOMAIN` or the command line names.
    Auth0,
    /// The realm that `KEYCLOAK_URL` and `KEYCLOAK_REALM`,
    /// or the command line, name.
    Keycloak,
    /// A tenant in the file `.grantry/tenant.json` beside the configuration,
    /// for trying things out.
    Local,
}

/// A provider with its settings: exactly one of
/// `auth0`, `keycloak` and `local`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(
    deny_unknown_fields,
    title = "provider",
    extend("minProperties" = 1, "maxProperties" = 1)
)]
pub(super) struct ProviderSettings {
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
        let ProviderSettings {
            auth0,
            keycloak,
            local,
        } = match written {
            WrittenProvider::Named(name) => return Ok(name.into()),
            WrittenProvider::Set(settings) => settings,
        };

        match (auth0, keycloak, local) {
            (Some(auth0), None, None) => Ok(Self::Auth0(auth0)),
            (None, Some(keycloak), None) => Ok(Self::Keycloak(keycloak)),
            (None, None, Some(local)) => Ok(Self::Local(local)),
            // The schema says so before.
            _ => Err("a provider needs one of `auth0`, `keycloak` and `local`"),
        }
    }
}

impl From<ProviderName> for Provider {
    fn from(name: ProviderName) -> Self {
        match name {
            ProviderName::Auth0 => Self::Auth0(Auth0Provider::default()),
            ProviderName::Keycloak => {
                Self::Keycloak(KeycloakProvider::default())
            }
            ProviderName::Local => Self::Local(LocalProvider::default()),
        }
    }
}

/// A realm of a Keycloak.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields, title = "Keycloak realm")]
pub(crate) struct KeycloakProvider {
    /// Where the Keycloak is, for the reader and as a check: `KEYCLOAK_URL` or
    /// the command line names the address that credentials are sent to, and
    /// this one must be the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(
        with = "String",
        length(min = 1, max = 2048),
        regex(pattern = r"^https?://[^\s?#@]+$"),
        extend(
            "patternErrorMessage" =
                "the address of a Keycloak is as in `https://sso.example`"
        ),
        example = "https://sso.example"
    )]
    pub(crate) url: Option<String>,
    /// The realm that is managed, for the reader and as a
    /// check: `KEYCLOAK_REALM` or the command line names it,
    /// and this one must be the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(
        with = "String",
        length(min = 1, max = 255),
        regex(pattern = r"^[^\s/?#%\\]+$"),
        extend(
            "patternErrorMessage" =
                "the name of a realm has no white space and none of \
                 `/ ? # % \\`"
        ),
        example = &"acme"
    )]
    pub(crate) realm: Option<String>,
    /// How scopes that are made from now on are called in the realm, where a
    /// name is unique: `bare` as they are (the default), `qualified` behind the
    /// identifier of their API.
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
    /// the command line names the domain that credentials are sent to, and this
    /// one must be the same, or the host of `AUTH0_AUDIENCE`.
    // With scheme and port where need be, as the domain
    // of an emulator has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(
        with = "String",
        length(min = 1, max = 253),
        regex(pattern = r"^(https?://)?[A-Za-z0-9.-]+(:[0-9]+)?/?$"),
        extend(
            "patternErrorMessage" =
                "a domain is a host name, such as `acme.eu.auth0.com`"
        ),
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
        extend(
            "patternErrorMessage" =
                "a rate limit is BURST/PER_SECOND, such as `10/2`"
        ),
        example = "10/2"
    )]
    pub(crate) rate_limit: Option<RateLimit>,
    /// The share of the tenant's bucket of requests that is left to others, in
    /// percent; 20 without it. The last 20 percent of the tokens are never
    /// drawn, so whoever else uses the tenant finds some. What is added to the
    /// bucket is drawn in full: a run is longer by the time it takes to add the
    /// share once (a second for 20 percent of `10/2`). This holds with
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
    /// are several) and relative to it. It is created if need be, and has at
    /// most 512 MiB.
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
