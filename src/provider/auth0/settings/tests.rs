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

    let error =
        api_of(one, Some("https://other.eu.auth0.com/api/v2/")).unwrap_err();
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
    let key = "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----";

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
        let error = parse("login.acme.example", Some(audience)).unwrap_err();
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
