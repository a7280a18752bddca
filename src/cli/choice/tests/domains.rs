//! Which domain credentials are sent to.

use super::say_choice;

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
