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
    /// tenants is an error: a domain that Auth0 gave to one and the
    /// audience of the other, or a token for another tenant than the one that
    /// is meant.
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

    /// How fast requests may follow each other, whatever the tenant's answers
    /// say.
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

    /// Where services get their tokens: at the domain that was named, a custom
    /// one too.
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
mod tests {
    use super::*;

    fn parse(domain: &str, audience: Option<&str>) -> Result<Settings, String> {
        let settings = Settings::parse(domain, client(), audience);

        settings.map_err(|error| error.to_string())
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
            (
                "127.0.0.1:4600",
                "https://127.0.0.1:4600/",
                "https://127.0.0.1:4600/api/v2/",
            ),
            (
                "http://127.9.9.9:4600",
                "http://127.9.9.9:4600/",
                "https://127.9.9.9:4600/api/v2/",
            ),
            (
                "http://[::1]:4600/",
                "http://[::1]:4600/",
                "https://[::1]:4600/api/v2/",
            ),
            (
                "http://localhost:80",
                "http://localhost/",
                "https://localhost/api/v2/",
            ),
        ] {
            let settings = parse(written, None).unwrap();

            assert_eq!(settings.site.as_str(), site, "{written}");
            assert_eq!(
                settings.management_api.as_str(),
                audience,
                "{written}"
            );
        }
    }

    #[test]
    fn a_domain_that_would_leak_or_mislead_is_refused() {
        for (written, problem) in [
            ("", "domain is empty"),
            ("http://acme.eu.auth0.com", "in the clear"),
            ("http://localhost.evil.example", "in the clear"),
            ("http://128.0.0.1", "in the clear"),
            (
                "ftp://acme.eu.auth0.com",
                "is not an https address",
            ),
            (
                "https://acme.eu.auth0.com/api/v2/",
                "more than a domain",
            ),
            ("acme.eu.auth0.com?x", "more than a domain"),
            ("https://", "is no domain"),
        ] {
            let error = parse(written, None).unwrap_err();
            assert!(error.contains(problem), "{written}: {error}");
        }

        let error =
            parse("https://me:hunter2@acme.eu.auth0.com", None).unwrap_err();
        assert!(!error.contains("hunter2"), "{error}");
    }

    fn client() -> Credentials {
        Credentials::client_secret("grantry", "s3cret".into()).unwrap()
    }

    /// A ready token for these audiences, as JSON.
    fn token(audiences: &str) -> Credentials {
        use base64::Engine as _;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;

        let claims = format!(r#"{{"azp":"grantry","aud":{audiences}}}"#);
        let claims = URL_SAFE_NO_PAD.encode(claims);
        Credentials::token(&format!("e30.{claims}.c2ln").into()).unwrap()
    }

    /// The Management API at a custom domain.
    fn api_of(
        credentials: Credentials,
        audience: Option<&str>,
    ) -> Result<String, String> {
        match Settings::parse("login.acme.example", credentials, audience) {
            Ok(settings) => Ok(settings.management_api.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn a_ready_token_says_which_tenant_it_is_for() {
        let own = "https://acme.eu.auth0.com/api/v2/";
        let one = token(&format!("\"{own}\""));
        let several = token(&format!(
            "[\"{own}\", \"https://acme.eu.auth0.com/userinfo\"]"
        ));

        assert_eq!(api_of(one.clone(), None).unwrap(), own);
        assert_eq!(api_of(several, None).unwrap(), own);

        let same = api_of(
            one.clone(),
            Some("https://ACME.eu.auth0.com/api/v2/"),
        );
        assert_eq!(same.unwrap(), own);

        let error = api_of(one, Some("https://other.eu.auth0.com/api/v2/"))
            .unwrap_err();
        assert!(
            error.contains("is for `https://acme.eu"),
            "{error}"
        );
    }

    #[test]
    fn what_is_plainly_of_two_tenants_is_refused() {
        let other = "https://other.eu.auth0.com/api/v2/";
        let error = parse("acme.eu.auth0.com", Some(other)).unwrap_err();
        assert!(error.contains("of two tenants"), "{error}");

        for audiences in [
            format!("\"{other}\""),
            format!("[\"urn:me\", \"{other}\"]"),
        ] {
            let settings =
                Settings::parse("acme.eu.auth0.com", token(&audiences), None);
            let error = settings.unwrap_err().to_string();
            assert!(
                error.contains("is for `https://other.eu.auth0.com"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_domain_is_what_the_tenant_says_it_is() {
        let api = "https://acme.eu.auth0.com/api/v2/";
        let custom = DomainName::Custom {
            api: api.parse().unwrap(),
        };

        for (domain, audience, name) in [
            ("acme.eu.auth0.com", None, DomainName::Canonical),
            (
                "ACME.eu.auth0.com",
                Some(api),
                DomainName::Canonical,
            ),
            ("login.acme.example", Some(api), custom),
            (
                "http://127.0.0.1:4600",
                Some(api),
                DomainName::Loopback,
            ),
            ("localhost:4600", None, DomainName::Loopback),
        ] {
            let settings = parse(domain, audience).unwrap();
            assert_eq!(settings.domain_name(), name, "{domain}");
        }
    }

    #[test]
    fn a_secret_in_the_place_of_another_setting_is_refused_unseen() {
        let key =
            "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----";

        for (domain, audience) in [
            (
                "acme.auth0.com",
                Some("https://me:hunter2@acme.auth0.com/api/v2/"),
            ),
            (
                "acme.auth0.com",
                Some("https://acme.auth0.com/api/v2/?hunter"),
            ),
            ("acme.auth0.com", Some(key)),
            (key, None),
        ] {
            let error = parse(domain, audience).unwrap_err();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn the_tenant_is_known_by_its_audience_not_by_a_custom_domain() {
        let custom = parse(
            "login.acme.example",
            Some("https://acme.eu.auth0.com/api/v2/"),
        )
        .unwrap();
        let own = parse("acme.eu.auth0.com", None).unwrap();
        assert_eq!(custom.canonical_domain, own.canonical_domain);

        for audience in [
            "acme.eu.auth0.com",
            "https://acme.eu.auth0.com/api/v2",
            "urn:x",
            "",
        ] {
            let error =
                parse("login.acme.example", Some(audience)).unwrap_err();
            assert!(
                error.contains("is not a Management API"),
                "{audience}: {error}"
            );
        }
    }

    #[test]
    fn settings_never_show_the_secret() {
        let settings = format!("{:?}", parse("acme.eu.auth0.com", None));
        assert!(!settings.contains("s3cret"), "{settings}");
    }
}
