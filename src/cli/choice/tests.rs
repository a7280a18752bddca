use super::*;

fn unless_empty(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// What a choice comes to, in a word or two.
fn say_choice(
    told: &str,
    written: &str,
    (domain, audience): (&str, &str),
    variables: &[&str],
) -> String {
    let told: Option<Provider> =
        unless_empty(told).map(|told| told.parse().unwrap());
    let written = match written.split_once(' ').unwrap_or((written, "")) {
        ("local", file) => Some(ProviderChoice::Local {
            file: file.into(),
        }),
        ("auth0", domain) => Some(ProviderChoice::Auth0 {
            domain: unless_empty(domain),
            rate_limit: None,
            reserve: Reserve::default(),
        }),
        _ => None,
    };
    let variables = variables.iter().map(|name| (*name).to_owned());
    let surroundings = Surroundings {
        variables: Arc::new(variables.collect()),
        domain: unless_empty(domain),
        domain_variable: "AUTH0_DOMAIN".to_owned(),
        audience: unless_empty(audience),
        url: None,
        url_variable: "KEYCLOAK_URL".to_owned(),
        realm: None,
        realm_variable: "KEYCLOAK_REALM".to_owned(),
        keyed_tenants: Arc::new(BTreeSet::from(["keyed.example".to_owned()])),
    };

    say(&choose(
        told.as_ref(),
        written.as_ref(),
        &surroundings,
    ))
}

fn say(choice: &Result<Choice, Unsettled>) -> String {
    let by = |by: &NamedBy| match by {
        NamedBy::CommandLine => "CommandLine".to_owned(),
        NamedBy::Variable(variable) => variable.clone(),
    };

    match choice {
        Ok(Choice::Local(file)) => format!("here {}", file.display()),
        Ok(Choice::LocalBeside(file)) => format!("beside {}", file.display()),
        Ok(Choice::Auth0 { domain, .. }) => format!("to {domain}"),
        Ok(Choice::Keycloak {
            realm,
            scope_naming,
        }) => format!("to {realm}, {scope_naming:?}"),
        Err(Unsettled::NoProvider { variables }) => {
            format!("no provider: {}", are(variables))
        }
        Err(Unsettled::NoRealm { stated: None }) => "no realm".to_owned(),
        Err(Unsettled::NoRealm {
            stated: Some(stated),
        }) => format!("only stated: {stated}"),
        Err(Unsettled::TwoRealms {
            field,
            stated,
            named,
            by: who,
        }) => format!("stated {field}: {stated}, {}: {named}", by(who)),
        Err(Unsettled::NoDomain { stated: None }) => "no domain".to_owned(),
        Err(Unsettled::NoDomain {
            stated: Some(stated),
        }) => format!("only stated: {stated}"),
        Err(Unsettled::TwoDomains {
            stated,
            named,
            by: who,
        }) => format!("stated: {stated}, {}: {named}", by(who)),
        Err(Unsettled::Settings(error)) => error.to_string(),
    }
}

#[test]
fn the_provider_is_told_or_written_or_local_where_nothing_hints_at_another() {
    let here = "AUTH0_DOMAIN";
    for (told, written, variables, expected) in [
        ("", "", &[][..], "beside .grantry/tenant.json"),
        (
            "",
            "",
            &[here][..],
            "no provider: AUTH0_DOMAIN is",
        ),
        (
            "",
            "",
            &["KEYCLOAK_URL", here],
            "no provider: AUTH0_DOMAIN and KEYCLOAK_URL are",
        ),
        ("", "local a.json", &[here], "beside a.json"),
        (
            "",
            "auth0 acme.example",
            &[here],
            "to acme.example",
        ),
        (
            "local",
            "",
            &[here],
            "beside .grantry/tenant.json",
        ),
        (
            "local",
            "local a.json",
            &[here],
            "beside a.json",
        ),
        (
            "local",
            "auth0 evil.example",
            &[here],
            "beside .grantry/tenant.json",
        ),
        (
            "local:b.json",
            "local a.json",
            &[here],
            "here b.json",
        ),
        (
            "auth0",
            "local a.json",
            &[here],
            "to acme.example",
        ),
        ("auth0", "", &[here], "to acme.example"),
    ] {
        let said = say_choice(told, written, ("acme.example", ""), variables);
        assert_eq!(
            said, expected,
            "--provider {told:?}, {written:?}, {variables:?}"
        );
    }
}

const API: &str = "https://acme.eu.auth0.com/api/v2/";
const LOGIN: &str = "login.acme.example";
const EMULATOR: &str = "http://127.0.0.1:4600";

/// What is told, what is written, the domain and the audience of the
/// environment, and what the choice comes to.
type Domains<'a> = (&'a str, &'a str, (&'a str, &'a str), &'a str);

fn expect_domains(cases: &[Domains<'_>]) {
    for (told, written, environment, expected) in cases {
        let said = say_choice(
            told,
            written,
            *environment,
            &["AUTH0_CLIENT_SECRET"],
        );
        assert_eq!(
            said, *expected,
            "--provider {told:?}, {written:?}, {environment:?}"
        );
    }
}

#[test]
fn a_file_names_no_domain_and_picks_one_of_those_with_credentials() {
    expect_domains(&[
        // Nobody but a file names a domain.
        ("", "auth0", ("", ""), "no domain"),
        ("auth0", "", ("", API), "no domain"),
        (
            "",
            "auth0 evil.example",
            ("", ""),
            "only stated: evil.example",
        ),
        (
            "auth0",
            "auth0 HTTPS://evil.example/",
            ("", ""),
            "only stated: evil.example",
        ),
        // It picks one of those that credentials are at hand for.
        (
            "",
            "auth0 https://KEYED.example/",
            ("", ""),
            "to keyed.example",
        ),
        (
            "",
            "auth0 keyed.example",
            (LOGIN, ""),
            "stated: keyed.example, AUTH0_DOMAIN: login.acme.example",
        ),
    ]);
}

#[test]
fn a_file_agrees_with_the_domain_that_is_named_in_whatever_spelling() {
    expect_domains(&[
        (
            "",
            "auth0",
            (LOGIN, ""),
            "to login.acme.example",
        ),
        (
            "",
            "auth0 https://LOGIN.acme.example:443/",
            (LOGIN, ""),
            "to login.acme.example",
        ),
        (
            "",
            "auth0 http://127.0.0.1:4600/",
            (EMULATOR, ""),
            "to http://127.0.0.1:4600",
        ),
        (
            "",
            "auth0 acme.eu.auth0.com",
            (LOGIN, API),
            "to login.acme.example",
        ),
    ]);
}

#[test]
fn a_file_does_not_lead_away_from_the_domain_that_is_named() {
    expect_domains(&[
        (
            "",
            "auth0 evil.example",
            (LOGIN, API),
            "stated: evil.example, AUTH0_DOMAIN: login.acme.example",
        ),
        (
            "",
            "auth0 login.acme.example:8443",
            (LOGIN, ""),
            "stated: login.acme.example:8443, AUTH0_DOMAIN: login.acme.example",
        ),
        (
            "",
            "auth0 acme.eu.auth0.com:8443",
            (LOGIN, API),
            "stated: acme.eu.auth0.com:8443, AUTH0_DOMAIN: login.acme.example",
        ),
        (
            "",
            "auth0 127.0.0.1:4600",
            (EMULATOR, ""),
            "stated: 127.0.0.1:4600, AUTH0_DOMAIN: http://127.0.0.1:4600",
        ),
        (
            "",
            "auth0 acme.eu.auth0.com",
            (
                EMULATOR,
                "https://grantry-emulator.eu.auth0.com/api/v2/",
            ),
            "stated: acme.eu.auth0.com, AUTH0_DOMAIN: http://127.0.0.1:4600",
        ),
    ]);
}

#[test]
fn the_command_line_names_a_domain_before_the_environment_does() {
    expect_domains(&[
        (
            "auth0:b.example",
            "",
            (LOGIN, ""),
            "to b.example",
        ),
        (
            "auth0:b.example",
            "auth0 b.example",
            (LOGIN, ""),
            "to b.example",
        ),
        (
            "auth0:b.example",
            "auth0 login.acme.example",
            (LOGIN, ""),
            "stated: login.acme.example, CommandLine: b.example",
        ),
    ]);
}

#[test]
fn what_would_leak_is_refused_wherever_it_is_said() {
    for (told, written, domain) in [
        ("", "auth0 http://evil.example", "acme.example"),
        ("", "auth0", "http://evil.example"),
        ("auth0:http://evil.example", "", "acme.example"),
    ] {
        let said = say_choice(told, written, (domain, ""), &[]);
        assert!(said.contains("in the clear"), "{said}");
    }
}

/// What a choice of a realm comes to, where the configuration says this, and
/// the environment that.
fn say_realm(told: &str, written: [&str; 2], environment: [&str; 2]) -> String {
    let told: Option<Provider> =
        unless_empty(told).map(|told| told.parse().unwrap());
    let [url, realm] = written.map(unless_empty);
    let written = ProviderChoice::Keycloak {
        url,
        realm,
        scope_names: ScopeNaming::Qualified,
    };
    let [url, realm] = environment.map(unless_empty);
    let surroundings = Surroundings {
        url,
        realm,
        url_variable: "KEYCLOAK_URL".to_owned(),
        realm_variable: "KEYCLOAK_REALM".to_owned(),
        keyed_tenants: Arc::new(BTreeSet::from([
            "https://keyed.example/realms/a".to_owned(),
        ])),
        ..Surroundings::default()
    };

    say(&choose(
        told.as_ref(),
        Some(&written),
        &surroundings,
    ))
}

const SSO: &str = "https://sso.example";
const HERE: &str = "to https://sso.example/realms/a, Qualified";

/// What is told, what is written, what the environment says, and what the
/// choice comes to.
type Realms<'a> = (&'a str, [&'a str; 2], [&'a str; 2], &'a str);

fn expect_realms(cases: &[Realms<'_>]) {
    for (told, written, environment, expected) in cases {
        let said = say_realm(told, *written, *environment);
        assert_eq!(
            said, *expected,
            "{told:?}, {written:?}, {environment:?}"
        );
    }
}

#[test]
fn a_file_names_no_realm_and_picks_one_of_those_with_credentials() {
    expect_realms(&[
        // Nobody but a file names it, or all of it.
        ("", ["", ""], ["", ""], "no realm"),
        ("", ["", ""], [SSO, ""], "no realm"),
        ("", ["", ""], ["", "a"], "no realm"),
        ("", ["", "a"], [SSO, ""], "no realm"),
        ("keycloak", ["", ""], ["", ""], "no realm"),
        (
            "",
            ["https://evil.example", "a"],
            ["", ""],
            "only stated: https://evil.example/realms/a",
        ),
        (
            "",
            ["https://keyed.example/", "a"],
            ["", ""],
            "to https://keyed.example/realms/a, Qualified",
        ),
    ]);
}

#[test]
fn half_a_realm_is_filled_up_from_no_file() {
    expect_realms(&[
        (
            "",
            [SSO, "a"],
            [SSO, ""],
            "only stated: https://sso.example/realms/a",
        ),
        (
            "",
            [SSO, "a"],
            ["", "a"],
            "only stated: https://sso.example/realms/a",
        ),
        (
            "",
            ["https://keyed.example", "a"],
            ["https://keyed.example", ""],
            "only stated: https://keyed.example/realms/a",
        ),
        (
            "",
            ["https://evil.example", "a"],
            [SSO, ""],
            "stated url: https://evil.example, KEYCLOAK_URL: https://sso.example",
        ),
        (
            "",
            [SSO, "master"],
            ["", "a"],
            "stated realm: master, KEYCLOAK_REALM: a",
        ),
    ]);
}

#[test]
fn a_file_agrees_with_the_realm_that_is_named_in_whatever_spelling() {
    expect_realms(&[
        ("", ["", ""], [SSO, "a"], HERE),
        (
            "",
            ["HTTPS://SSO.example:443/", "a"],
            [SSO, "a"],
            HERE,
        ),
        ("", ["", "a"], [SSO, "a"], HERE),
        ("keycloak", ["", ""], [SSO, "a"], HERE),
    ]);
}

#[test]
fn a_file_does_not_lead_away_from_the_realm_that_is_named() {
    expect_realms(&[
        (
            "",
            ["https://evil.example", "a"],
            [SSO, "a"],
            "stated url: https://evil.example, KEYCLOAK_URL: https://sso.example",
        ),
        (
            "",
            [SSO, "master"],
            [SSO, "a"],
            "stated realm: master, KEYCLOAK_REALM: a",
        ),
        (
            "",
            ["https://sso.example/auth", "a"],
            [SSO, "a"],
            "stated url: https://sso.example/auth, KEYCLOAK_URL: https://sso.example",
        ),
    ]);
}

#[test]
fn the_command_line_names_a_realm_before_the_environment_does() {
    expect_realms(&[
        (
            "keycloak:https://sso.example/a",
            ["", ""],
            ["https://other.example", "b"],
            HERE,
        ),
        (
            "keycloak:https://sso.example/realms/a",
            ["https://sso.example", "a"],
            ["https://other.example", ""],
            HERE,
        ),
        (
            "keycloak:https://sso.example/a",
            ["", "b"],
            ["https://other.example", "b"],
            "stated realm: b, CommandLine: a",
        ),
    ]);
}

#[test]
fn a_keycloak_in_the_clear_is_refused() {
    let said = say_realm("", ["", ""], ["http://evil.example", "a"]);
    assert!(said.contains("in the clear"), "{said}");
}
