//! The addresses of a tenant: its web site and its Management API.

use std::fmt;

use url::{Host, Url};

use super::invalid::{InvalidSetting, invalid};
use super::text::discreet;
use crate::model::Identifier;
use crate::provider::ProviderError;

/// The path every Management API audience ends in.
pub(super) const API_PATH: &str = "/api/v2/";

/// Where a tenant is reached: by https, or on this machine by plain http; without a path. Two that
/// are equal are reached alike, however they were written.
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
        let refused = |why: &str| {
            let (shown, why) = (discreet(domain), why.to_owned());
            invalid(InvalidSetting::Domain { shown, why })
        };
        let url = Url::parse(&with_scheme)
            .map_err(|problem| refused(&format!("is no domain ({problem})")))?;
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(refused("holds more than a domain"));
        }

        match url.scheme() {
            "https" => Ok(Self(Box::new(url))),
            "http" if is_loopback(&url) => Ok(Self(Box::new(url))),
            "http" => Err(refused(
                "would send secrets in the clear: plain http is only for this machine",
            )),
            _ => Err(refused("is not an https address")),
        }
    }

    /// The host, with its port if it has one.
    #[must_use]
    pub fn authority(&self) -> String {
        authority(&self.0)
    }

    /// Whether Auth0 itself gave this domain to a tenant, which no other tenant can have then.
    pub(super) fn is_canonical(&self) -> bool {
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

/// The tenant's Management API, and the domain Auth0 gave the tenant, which no custom domain
/// changes.
pub(super) fn management_api(audience: &str) -> Result<(Identifier, String), ProviderError> {
    let refused = || {
        invalid(InvalidSetting::Audience {
            shown: discreet(audience),
        })
    };
    let url = Url::parse(audience).map_err(|_| refused())?;
    let is_plain = url.username().is_empty() && url.password().is_none();
    let is_whole = url.query().is_none() && url.fragment().is_none();
    if !matches!(url.scheme(), "https" | "http") || url.path() != API_PATH || !is_plain || !is_whole
    {
        return Err(refused());
    }
    let domain = url.host_str().map(str::to_owned).ok_or_else(refused)?;
    // Hosts know no case; identifiers do.
    let identifier = url.as_str().parse().map_err(|_| refused())?;
    Ok((identifier, domain))
}

pub(super) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
