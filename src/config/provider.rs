//! Where a configuration says the tenant is.

use std::fmt;
use std::path::{Component, PathBuf};

use url::Url;

use super::file::Provider;
use crate::model::{RateLimit, Reserve, ScopeNaming, safe, safe_path};

/// Where the tenant is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProviderChoice {
    /// A tenant in a file, relative to the folder of the configuration.
    Local {
        /// The file.
        file: PathBuf,
    },
    /// An Auth0 tenant.
    Auth0 {
        /// The domain it is said to have. It comes from elsewhere, and this is
        /// compared with it.
        domain: Option<String>,
        /// How fast it may be spoken to; if there is none, its answers say.
        rate_limit: Option<RateLimit>,
        /// What is left to others.
        reserve: Reserve,
    },
    /// A realm of a Keycloak.
    Keycloak {
        /// Where the Keycloak is said to be. That comes from elsewhere, and
        /// this is compared with it.
        url: Option<String>,
        /// The realm it is said to be; the same holds.
        realm: Option<String>,
        /// How the scopes of APIs are called there.
        scope_names: ScopeNaming,
    },
}

/// A tenant, however its name is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum TenantName {
    /// A file, from the folder of the configuration.
    Local(PathBuf),
    /// A domain.
    Auth0(String),
    /// A realm, by the address of its issuer.
    Keycloak(String),
}

impl fmt::Display for TenantName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local(file) => formatter.write_str(&safe_path(file)),
            Self::Auth0(name) | Self::Keycloak(name) => {
                formatter.write_str(&safe(name))
            }
        }
    }
}

impl ProviderChoice {
    /// Which tenant it names; none, where only the surroundings say it.
    #[must_use]
    pub fn tenant(&self) -> Option<TenantName> {
        match self {
            Self::Local { file } => {
                let steps = file.components();
                let plain =
                    steps.filter(|step| !matches!(step, Component::CurDir));
                Some(TenantName::Local(plain.collect()))
            }
            Self::Auth0 { domain, .. } => {
                let domain = domain.as_ref()?.to_lowercase();
                let host = domain
                    .rsplit("://")
                    .next()
                    .unwrap_or_default();
                let host = host
                    .trim_end_matches('/')
                    .trim_end_matches(":443");
                Some(TenantName::Auth0(
                    host.trim_end_matches('.').to_owned(),
                ))
            }
            Self::Keycloak { url, realm, .. } => {
                let (url, realm) = (url.as_ref()?, realm.as_ref()?);
                let url = Url::parse(url).ok()?;
                let url = url.as_str().trim_end_matches('/');
                Some(TenantName::Keycloak(format!(
                    "{url}/realms/{realm}"
                )))
            }
        }
    }

    /// How the scopes of APIs are called there.
    #[must_use]
    pub fn scope_naming(&self) -> ScopeNaming {
        match self {
            Self::Keycloak {
                scope_names, ..
            } => *scope_names,
            Self::Local { .. } | Self::Auth0 { .. } => ScopeNaming::Bare,
        }
    }

    pub(super) fn of(declared: &Provider) -> Self {
        match declared {
            Provider::Local(local) => Self::Local {
                file: local.file.clone(),
            },
            Provider::Auth0(auth0) => Self::Auth0 {
                domain: auth0.domain.clone(),
                rate_limit: auth0.rate_limit,
                reserve: auth0.reserve.unwrap_or_default(),
            },
            Provider::Keycloak(keycloak) => Self::Keycloak {
                url: keycloak.url.clone(),
                realm: keycloak.realm.clone(),
                scope_names: keycloak.scope_names.unwrap_or_default(),
            },
        }
    }
}
