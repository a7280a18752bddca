//! Which realm credentials are sent to.

use super::*;

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
