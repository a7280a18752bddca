//! The addresses of a tenant: its web site and its Management API.

use url::{Host, Url};

use super::refusal::discreet;
use super::settings::settings;
use crate::model::Identifier;
use crate::provider::ProviderError;

/// The path every Management API audience ends in.
pub(super) const API_PATH: &str = "/api/v2/";

/// The root of the tenant's web site.
pub(super) fn site(domain: &str) -> Result<Url, ProviderError> {
    if domain.is_empty() {
        return Err(settings(
            "no Auth0 domain: set AUTH0_DOMAIN, or `provider.auth0.domain` in the configuration",
        ));
    }
    if domain.contains('@') {
        // Not shown: what stands before the `@` may be a password.
        return Err(settings(
            "the Auth0 domain holds credentials; give only the domain, as in `acme.eu.auth0.com`",
        ));
    }
    let with_scheme =
        if domain.contains("://") { domain.to_owned() } else { format!("https://{domain}") };
    let refused = |why: &str| {
        let shown = discreet(domain);
        settings(format!("the Auth0 domain `{shown}` {why}; write it as in `acme.eu.auth0.com`"))
    };
    let url = Url::parse(&with_scheme)
        .map_err(|problem| refused(&format!("is no domain ({problem})")))?;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(refused("holds more than a domain"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => {
            Err(refused("would send secrets in the clear: plain http is only for this machine"))
        }
        _ => Err(refused("is not an https address")),
    }
}

/// The tenant's Management API, and the domain Auth0 gave the tenant, which no custom domain
/// changes.
pub(super) fn management_api(audience: &str) -> Result<(Identifier, String), ProviderError> {
    let refused = || {
        settings(format!(
            "the Auth0 audience `{}` is not a Management API; set AUTH0_AUDIENCE as in \
             `https://acme.eu.auth0.com{API_PATH}`, or leave it out",
            discreet(audience)
        ))
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
    Ok((url.as_str().parse().map_err(|_| refused())?, domain))
}

pub(super) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
