//! The addresses of a tenant: its web site and its Management API.

use std::fmt;

use url::Url;

use super::invalid::{InvalidSetting, invalid};
use crate::model::Identifier;
use crate::model::is_loopback;
use crate::provider::ProviderError;
use crate::provider::web::hide_setting;

/// The path every Management API audience ends in.
pub(super) const API_PATH: &str = "/api/v2/";

/// Where a tenant is reached: by https, or on this machine by plain
/// http; without a path. Two that are equal are reached alike,
/// however they were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain(Box<Url>);

impl Domain {
    /// Reads a domain as in `acme.eu.auth0.com`; no scheme means https.
    pub fn parse(domain: &str) -> Result<Self, ProviderError> {
        let domain = domain.trim();
        if domain.is_empty() {
            return Err(invalid(InvalidSetting::NoDomain));
        }
        if domain.contains('@') {
            // Not shown: what stands before the `@` may be a password.
            return Err(invalid(InvalidSetting::DomainWithCredentials));
        }

        let with_scheme = if domain.contains("://") {
            domain.to_owned()
        } else {
            format!("https://{domain}")
        };
        let url = Url::parse(&with_scheme).map_err(|problem| {
            refuse_domain(domain, &format!("is no domain ({problem})"))
        })?;
        if url.path() != "/" || has_query_or_fragment(&url) {
            return Err(refuse_domain(
                domain,
                "holds more than a domain",
            ));
        }

        match url.scheme() {
            "https" => Ok(Self(Box::new(url))),
            "http" if is_loopback(&url) => Ok(Self(Box::new(url))),
            "http" => Err(refuse_domain(
                domain,
                "would send secrets in the clear: plain http is only for this \
                 machine",
            )),
            _ => Err(refuse_domain(domain, "is not an https address")),
        }
    }

    /// The host, with its port if it has one.
    #[must_use]
    pub fn authority(&self) -> String {
        format_authority(&self.0)
    }

    /// Whether Auth0 itself gave this domain to a tenant, which no other tenant
    /// can have then.
    pub(super) fn is_canonical(&self) -> bool {
        // With the dot before it: `not-auth0.com` can be anybody's.
        self.host().ends_with(".auth0.com")
    }

    pub(super) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The root of the tenant's web site.
    pub(super) fn into_url(self) -> Url {
        *self.0
    }
}

fn refuse_domain(domain: &str, why: &str) -> ProviderError {
    invalid(InvalidSetting::Domain {
        shown: hide_setting(domain),
        why: why.to_owned(),
    })
}

/// As it may be written, as short as that is possible.
impl fmt::Display for Domain {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.scheme() {
            "https" => formatter.write_str(&self.authority()),
            scheme => write!(formatter, "{scheme}://{}", self.authority()),
        }
    }
}

/// What a domain is to its tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DomainName {
    /// The one Auth0 gave it.
    Canonical,
    /// An address of this machine, as an emulator has.
    Loopback,
    /// Another one; the Management API is still known by the canonical one.
    Custom {
        /// The audience of its tokens.
        api: Identifier,
    },
}

/// The tenant's Management API, and the domain Auth0 gave the tenant, which no
/// custom domain changes.
pub(super) fn parse_management_api(
    audience: &str,
) -> Result<(Identifier, String), ProviderError> {
    let url = Url::parse(audience).map_err(|_| refuse_audience(audience))?;
    if !is_management_api(&url) {
        return Err(refuse_audience(audience));
    }

    let domain = url
        .host_str()
        .map(str::to_owned)
        .ok_or_else(|| refuse_audience(audience))?;
    // Hosts know no case; identifiers do.
    let identifier = url
        .as_str()
        .parse()
        .map_err(|_| refuse_audience(audience))?;

    Ok((identifier, domain))
}

fn is_management_api(url: &Url) -> bool {
    let is_web = matches!(url.scheme(), "https" | "http");
    let has_credentials =
        !url.username().is_empty() || url.password().is_some();

    is_web
        && url.path() == API_PATH
        && !has_credentials
        && !has_query_or_fragment(url)
}

fn has_query_or_fragment(url: &Url) -> bool {
    url.query().is_some() || url.fragment().is_some()
}

fn refuse_audience(audience: &str) -> ProviderError {
    invalid(InvalidSetting::Audience {
        shown: hide_setting(audience),
    })
}

/// The host, with its port if it has one.
pub(super) fn format_authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
