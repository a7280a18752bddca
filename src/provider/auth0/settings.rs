//! Where the tenant is and how to get in, checked before anything is sent.

use std::num::NonZeroUsize;

use secrecy::SecretString;
use url::{Host, Url};

use super::token::Session;
use crate::model::{ClientId, Identifier, TenantHash};
use crate::provider::ProviderError;

/// How many requests run at once, unless told otherwise.
const PARALLELISM: NonZeroUsize = NonZeroUsize::MIN.saturating_add(7);

/// The path every Management API audience ends in.
const API_PATH: &str = "/api/v2/";

/// Everything needed to reach one tenant.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(super) site: Url,
    pub(super) management_api: Identifier,
    pub(super) tenant: TenantHash,
    pub(super) canonical_domain: String,
    pub(super) credentials: Credentials,
    pub(super) parallelism: NonZeroUsize,
    pub(super) authority: Option<String>,
}

/// How to get in.
#[derive(Debug, Clone)]
pub struct Credentials(pub(super) Entrance);

/// The ways in.
#[derive(Debug, Clone)]
pub(super) enum Entrance {
    /// A client asks for a token with its secret.
    Secret { client_id: ClientId, secret: SecretString },
    /// The token is there already.
    Token(Session),
}

impl Credentials {
    /// A client that may ask for tokens of the Management API, and its secret.
    pub fn client_secret(client_id: &str, secret: SecretString) -> Result<Self, ProviderError> {
        use secrecy::ExposeSecret;
        let client_id = client_id.trim().parse().map_err(|problem| {
            settings(format!("the Auth0 client id is no client id: {problem}; set AUTH0_CLIENT_ID"))
        })?;
        if secret.expose_secret().is_empty() {
            return Err(settings("the Auth0 client secret is empty; set AUTH0_CLIENT_SECRET"));
        }
        Ok(Self(Entrance::Secret { client_id, secret }))
    }

    /// A ready token of the Management API.
    pub fn token(token: &SecretString) -> Result<Self, ProviderError> {
        Session::of(token).map(|session| Self(Entrance::Token(session))).map_err(|problem| {
            settings(format!(
                "the Auth0 API token {problem}; set AUTH0_API_TOKEN to an access token of the \
                     Management API"
            ))
        })
    }
}

impl Settings {
    /// Checks the domain (as in `acme.eu.auth0.com`; no scheme means https) and the audience of the
    /// Management API, which is only needed where the domain is a custom one.
    pub fn parse(
        domain: &str,
        credentials: Credentials,
        audience: Option<&str>,
    ) -> Result<Self, ProviderError> {
        let site = site(domain.trim())?;
        let audience = audience.map_or_else(
            || format!("https://{}{API_PATH}", authority(&site)),
            |audience| audience.trim().to_owned(),
        );
        let canonical_domain = canonical_domain(&audience)?;
        let management_api = audience
            .parse()
            .map_err(|problem| settings(format!("the Auth0 audience is refused: {problem}")))?;
        Ok(Self {
            site,
            management_api,
            tenant: TenantHash::of(&canonical_domain),
            canonical_domain,
            credentials,
            parallelism: PARALLELISM,
            authority: None,
        })
    }

    /// How many requests may run at once.
    #[must_use]
    pub fn with_parallelism(self, parallelism: NonZeroUsize) -> Self {
        Self { parallelism, ..self }
    }

    /// An authority, in PEM, that is trusted beside those of the system.
    #[must_use]
    pub fn with_authority(self, pem: &str) -> Self {
        Self { authority: Some(pem.to_owned()), ..self }
    }

    /// The domain the tenant is reached at, with its port if it has one.
    #[must_use]
    pub fn domain(&self) -> String {
        authority(&self.site)
    }

    /// Whether the tenant is on this machine, as an emulator is.
    pub(super) fn is_local(&self) -> bool {
        is_loopback(&self.site)
    }
}

/// The root of the tenant's web site.
fn site(domain: &str) -> Result<Url, ProviderError> {
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
        settings(format!("the Auth0 domain `{domain}` {why}; write it as in `acme.eu.auth0.com`"))
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

/// The domain Auth0 gave the tenant, which no custom domain changes.
fn canonical_domain(audience: &str) -> Result<String, ProviderError> {
    let refused = || {
        settings(format!(
            "the Auth0 audience `{audience}` is not a Management API; set AUTH0_AUDIENCE as in \
             `https://acme.eu.auth0.com{API_PATH}`, or leave it out"
        ))
    };
    let url = Url::parse(audience).map_err(|_| refused())?;
    if !matches!(url.scheme(), "https" | "http") || url.path() != API_PATH {
        return Err(refused());
    }
    url.host_str().map(str::to_owned).ok_or_else(refused)
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn settings(problem: impl Into<String>) -> ProviderError {
    ProviderError::Settings(problem.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(domain: &str, audience: Option<&str>) -> Result<Settings, String> {
        let credentials = Credentials::client_secret("grantry", "s3cret".into()).unwrap();
        Settings::parse(domain, credentials, audience).map_err(|error| error.to_string())
    }

    #[test]
    fn a_domain_may_be_written_in_four_ways() {
        for (written, site, audience) in [
            (
                "acme.eu.auth0.com",
                "https://acme.eu.auth0.com/",
                "https://acme.eu.auth0.com/api/v2/",
            ),
            (
                " https://ACME.eu.auth0.com/ ",
                "https://acme.eu.auth0.com/",
                "https://acme.eu.auth0.com/api/v2/",
            ),
            ("127.0.0.1:4600", "https://127.0.0.1:4600/", "https://127.0.0.1:4600/api/v2/"),
            ("http://127.9.9.9:4600", "http://127.9.9.9:4600/", "https://127.9.9.9:4600/api/v2/"),
            ("http://[::1]:4600/", "http://[::1]:4600/", "https://[::1]:4600/api/v2/"),
            ("http://localhost:80", "http://localhost/", "https://localhost/api/v2/"),
        ] {
            let settings = parse(written, None).unwrap();
            assert_eq!(settings.site.as_str(), site, "{written}");
            assert_eq!(settings.management_api.as_str(), audience, "{written}");
        }
    }

    #[test]
    fn a_domain_that_would_leak_or_mislead_is_refused() {
        for (written, problem) in [
            ("", "no Auth0 domain"),
            ("http://acme.eu.auth0.com", "in the clear"),
            ("http://localhost.evil.example", "in the clear"),
            ("http://128.0.0.1", "in the clear"),
            ("ftp://acme.eu.auth0.com", "is not an https address"),
            ("https://acme.eu.auth0.com/api/v2/", "more than a domain"),
            ("acme.eu.auth0.com?x", "more than a domain"),
            ("https://", "is no domain"),
        ] {
            let error = parse(written, None).unwrap_err();
            assert!(error.contains(problem), "{written}: {error}");
        }
        let error = parse("https://me:hunter2@acme.eu.auth0.com", None).unwrap_err();
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[test]
    fn the_tenant_is_known_by_its_audience_not_by_a_custom_domain() {
        let custom =
            parse("login.acme.example", Some("https://acme.eu.auth0.com/api/v2/")).unwrap();
        assert_eq!(custom.tenant, parse("acme.eu.auth0.com", None).unwrap().tenant);
        for audience in ["acme.eu.auth0.com", "https://acme.eu.auth0.com/api/v2", "urn:x", ""] {
            let error = parse("login.acme.example", Some(audience)).unwrap_err();
            assert!(error.contains("AUTH0_AUDIENCE"), "{audience}: {error}");
        }
    }

    #[test]
    fn credentials_that_cannot_work_are_refused_and_never_shown() {
        let error = Credentials::client_secret("a b", "s3cret".into()).unwrap_err().to_string();
        assert!(error.contains("AUTH0_CLIENT_ID"), "{error}");
        let error = Credentials::client_secret("a", "".into()).unwrap_err().to_string();
        assert!(error.contains("AUTH0_CLIENT_SECRET"), "{error}");
        let error = Credentials::token(&"opaque-t0ken".into()).unwrap_err().to_string();
        assert!(error.contains("AUTH0_API_TOKEN") && !error.contains("t0ken"), "{error}");
        let settings = format!("{:?}", parse("acme.eu.auth0.com", None));
        assert!(!settings.contains("s3cret"), "{settings}");
    }
}
