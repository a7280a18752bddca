//! Where the tenant is and how to get in, checked before anything is sent.

use std::num::NonZeroUsize;

use tokio::time::Instant;
use url::Url;

use super::correlation::CorrelationId;
use super::credentials::Credentials;
use super::invalid::{InvalidSetting, invalid};
use super::site::{
    API_PATH, Domain, DomainName, format_authority, parse_management_api,
};
use crate::model::is_loopback;
use crate::model::{Endpoints, Identifier, RateLimit, Reserve, Secrets};
use crate::provider::ProviderError;
use crate::words::sanitize;

/// How many requests run at once, unless told otherwise.
const PARALLELISM: NonZeroUsize = NonZeroUsize::MIN.saturating_add(7);

/// Everything needed to reach one tenant.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(super) site: Url,
    pub(super) management_api: Identifier,
    pub(super) canonical_domain: String,
    pub(super) credentials: Credentials,
    pub(super) parallelism: NonZeroUsize,
    pub(super) rate_limit: Option<RateLimit>,
    pub(super) reserve: Reserve,
    pub(super) deadline: Option<Instant>,
    pub(super) correlation: Option<CorrelationId>,
    pub(super) authority: Option<String>,
    /// What no error of this tenant may say.
    pub(super) secrets: Secrets,
}

impl Settings {
    /// Checks the domain and the audience as [`Settings::new`] does.
    pub fn parse(
        domain: &str,
        credentials: Credentials,
        audience: Option<&str>,
    ) -> Result<Self, ProviderError> {
        Self::new(Domain::parse(domain)?, credentials, audience)
    }

    /// A tenant at a domain, and the audience of its Management API, which is
    /// only needed where the domain is a custom one. What is plainly of two
    /// tenants is an error: a domain that Auth0 gave to one and the audience of
    /// the other, or a token for another tenant than the one that is meant.
    pub fn new(
        domain: Domain,
        credentials: Credentials,
        audience: Option<&str>,
    ) -> Result<Self, ProviderError> {
        let issued_for = credentials.management_audiences();
        let audience = choose_audience(&domain, audience, &issued_for);
        let (management_api, canonical_domain) =
            parse_management_api(&audience)?;

        refuse_foreign_audience(&domain, &management_api, &canonical_domain)?;
        refuse_foreign_token(&issued_for, &management_api)?;

        Ok(Self {
            site: domain.into_url(),
            management_api,
            canonical_domain,
            credentials,
            parallelism: PARALLELISM,
            rate_limit: None,
            reserve: Reserve::default(),
            deadline: None,
            correlation: None,
            authority: None,
            secrets: Secrets::default(),
        })
    }

    /// How many requests may run at once.
    #[must_use]
    pub fn with_parallelism(self, parallelism: NonZeroUsize) -> Self {
        Self {
            parallelism,
            ..self
        }
    }

    /// How fast requests may follow each other, whatever
    /// the tenant's answers say.
    #[must_use]
    pub fn with_rate_limit(self, limit: RateLimit) -> Self {
        Self {
            rate_limit: Some(limit),
            ..self
        }
    }

    /// What of the tenant's bucket of requests is left to others.
    #[must_use]
    pub fn with_reserve(self, reserve: Reserve) -> Self {
        Self {
            reserve,
            ..self
        }
    }

    /// When the run must be over: nothing is sent from then on.
    #[must_use]
    pub fn with_deadline(self, deadline: Option<Instant>) -> Self {
        Self {
            deadline,
            ..self
        }
    }

    /// What every change is sent with, to be found again in the tenant's logs.
    #[must_use]
    pub fn with_correlation(self, correlation: CorrelationId) -> Self {
        Self {
            correlation: Some(correlation),
            ..self
        }
    }

    /// An authority, in PEM, that is trusted beside those of the system.
    #[must_use]
    pub fn with_authority(self, pem: &str) -> Self {
        Self {
            authority: Some(pem.to_owned()),
            ..self
        }
    }

    /// Where the secrets become known that this tenant is sent or sends, for
    /// others to hide as well.
    #[must_use]
    pub fn with_secrets(self, secrets: Secrets) -> Self {
        Self {
            secrets,
            ..self
        }
    }

    /// The domain the tenant is reached at, with its port if it has one.
    #[must_use]
    pub fn domain(&self) -> String {
        format_authority(&self.site)
    }

    /// Where services get their tokens: at the domain that was
    /// named, a custom one too.
    #[must_use]
    pub fn endpoints(&self) -> Endpoints {
        let at = |path: &str| {
            let mut url = self.site.clone();
            url.set_path(path);
            url.to_string()
        };

        Endpoints {
            domain: Some(self.domain()),
            issuer: at("/"),
            token_endpoint: at("/oauth/token"),
            key_set: at("/.well-known/jwks.json"),
        }
    }

    /// What the domain is to the tenant.
    #[must_use]
    pub fn domain_name(&self) -> DomainName {
        match self.site.host_str() {
            _ if self.is_local() => DomainName::Loopback,
            Some(host) if host == self.canonical_domain => {
                DomainName::Canonical
            }
            _ => DomainName::Custom {
                api: self.management_api.clone(),
            },
        }
    }

    /// Whether the tenant is on this machine, as an emulator is.
    pub(super) fn is_local(&self) -> bool {
        is_loopback(&self.site)
    }
}

/// The audience that is meant where none is given.
fn choose_audience(
    domain: &Domain,
    given: Option<&str>,
    issued_for: &[&str],
) -> String {
    if let Some(audience) = given {
        return audience.trim().to_owned();
    }

    match issued_for.first() {
        // A custom domain does not tell whose it is. Any other does, and a
        // token does not outvote it.
        Some(audience) if !domain.is_canonical() => (*audience).to_owned(),
        _ => api_at(&domain.authority()),
    }
}

fn api_at(authority: &str) -> String {
    format!("https://{authority}{API_PATH}")
}

fn refuse_foreign_audience(
    domain: &Domain,
    management_api: &Identifier,
    canonical_domain: &str,
) -> Result<(), ProviderError> {
    // A custom domain, and one of this machine, may stand for any tenant.
    if !domain.is_canonical() || canonical_domain == domain.host() {
        return Ok(());
    }

    Err(invalid(InvalidSetting::TwoTenants {
        domain: domain.to_string(),
        audience: management_api.to_string(),
        api: api_at(domain.host()),
    }))
}

fn refuse_foreign_token(
    issued_for: &[&str],
    management_api: &Identifier,
) -> Result<(), ProviderError> {
    // A token that names no Management API is tried: the tenant decides.
    let Some(other) = issued_for.first() else {
        return Ok(());
    };
    if issued_for.contains(&management_api.as_str()) {
        return Ok(());
    }

    Err(invalid(InvalidSetting::ForeignToken {
        issued_for: sanitize(other),
        audience: management_api.to_string(),
    }))
}

#[cfg(test)]
mod tests;
