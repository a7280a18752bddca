//! Which tenant is meant, and that no secret goes to another.

use std::net::TcpListener;

use grantry::emulator::MANAGEMENT_AUDIENCE;

use crate::cli::harness::{Place, STORY};
use crate::cli::serving::Emulator;

/// Somebody who would take whatever is sent.
struct Listener(TcpListener);

impl Listener {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn domain(&self) -> String {
        format!("http://{}", self.0.local_addr().unwrap())
    }

    #[track_caller]
    fn heard_nothing(&self) {
        assert!(self.0.accept().is_err(), "something arrived");
    }
}

fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn story_at(domain: &str) -> String {
    format!("provider: {{ auth0: {{ domain: \"{domain}\" }} }}\n{STORY}")
}

/// A token that says of itself what Grantry asks of one.
const TOKEN: &str = "e30.eyJhenAiOiJtZSJ9.aHVzaC1odXNo";

const CREDENTIALS: [&[(&str, &str)]; 3] = [
    &[
        ("AUTH0_CLIENT_ID", "me"),
        ("AUTH0_CLIENT_SECRET", "hush-hush"),
    ],
    &[("AUTH0_API_TOKEN", TOKEN)],
    &[("AUTH0_ACCESS_TOKEN", TOKEN)],
];

/// Every verb that asks a tenant and reads a configuration; a second is enough
/// to be caught in.
const VERBS: [&[&str]; 3] = [
    &["plan", "--deadline", "1s"],
    &["apply", "--deadline", "1s", "--auto-approve"],
    &["doctor", "--deadline", "1s"],
];

#[test]
fn a_file_does_not_decide_where_a_secret_goes() {
    let (evil, ours) = (Listener::start(), Listener::start());
    for credentials in CREDENTIALS {
        let alone = variables(credentials);
        let named = [
            alone.clone(),
            variables(&[("AUTH0_DOMAIN", &ours.domain())]),
        ]
        .concat();
        for (environment, told) in [
            (alone.clone(), vec![]),
            (
                alone.clone(),
                vec!["--provider".to_owned(), "auth0".to_owned()],
            ),
            (named, vec![]),
            (
                alone,
                vec![
                    "--provider".to_owned(),
                    format!("auth0:{}", ours.domain()),
                ],
            ),
        ] {
            let place = Place::new().with(&environment);
            place.write("grantry.yaml", &story_at(&evil.domain()));
            for verb in VERBS {
                let told = told.iter().map(String::as_str);
                let arguments: Vec<&str> = verb
                    .iter()
                    .copied()
                    .chain(told)
                    .collect();
                let said = place.run(&arguments).exits(64);
                let (all, evil) = (
                    format!("{}{}", said.stdout, said.stderr),
                    evil.domain(),
                );
                assert!(all.contains(&evil), "{all}");
                assert!(
                    !all.contains("hush-hush") && !all.contains(TOKEN),
                    "{all}"
                );
            }
        }
    }
    evil.heard_nothing();
    ours.heard_nothing();
}

#[test]
fn both_places_are_named_and_what_to_set() {
    let emulator = [
        ("AUTH0_DOMAIN", "http://127.0.0.1:4600"),
        CREDENTIALS[0][0],
        CREDENTIALS[0][1],
    ];
    let place = Place::new().with(&variables(&emulator));
    place.write("grantry.yaml", &story_at("acme.eu.auth0.com"));
    insta::assert_snapshot!(
        "two_domains",
        place.run(&["plan"]).exits(64).stderr
    );
    insta::assert_snapshot!(
        "two_domains_doctor",
        place.run(&["doctor"]).exits(64).stdout
    );
    let told = ["plan", "--provider", "auth0:login.acme.example"];
    insta::assert_snapshot!(
        "two_domains_told",
        place.run(&told).exits(64).stderr
    );
    let place = Place::new().with(&variables(CREDENTIALS[0]));
    place.write("grantry.yaml", &story_at("acme.eu.auth0.com"));
    insta::assert_snapshot!(
        "domain_in_the_file_alone",
        place.run(&["plan"]).exits(64).stderr
    );
    let place = Place::new();
    place.write("grantry.yaml", &story_at("acme.eu.auth0.com"));
    insta::assert_snapshot!(
        "nothing_but_a_file",
        place.run(&["plan"]).exits(64).stderr
    );
}

#[test]
fn a_file_may_state_the_domain_that_is_spoken_to_or_the_one_of_the_audience() {
    let emulator = Emulator::start(&Place::new(), &[]);
    let place = Place::new().with(&emulator.environment);
    let domain = emulator.variable("AUTH0_DOMAIN");
    let stated = MANAGEMENT_AUDIENCE
        .trim_start_matches("https://")
        .trim_end_matches("/api/v2/");
    for domain in [format!("{domain}/"), stated.to_owned()] {
        place.write("grantry.yaml", &story_at(&domain));
        place.run(&["plan"]).exits(0);
    }
    emulator.stop();
}

#[test]
fn whoever_has_a_provider_in_mind_has_to_say_so() {
    let verbs = [
        &["plan"][..],
        &["apply", "--auto-approve"],
        &["export", "--stack", "world-mappers"],
        &["doctor"],
    ];
    for name in [
        "AUTH0_DOMAIN",
        "AUTH0_CLIENT_SECRET",
        "AUTH0_DEBUG",
        "KEYCLOAK_URL",
    ] {
        let place = Place::new().with(&variables(&[(name, "hush-hush")]));
        place.write("grantry.yaml", STORY);
        for verb in verbs {
            let said = place.run(verb).exits(64);
            let all = format!("{}{}", said.stdout, said.stderr)
                .replace(['\n', ' '], "");
            for part in [name, "`--providerauth0`", "`--providerlocal`"] {
                assert!(all.contains(part), "{part}: {all}");
            }
            assert!(!all.contains("hush-hush"), "{all}");
        }
        assert!(
            !place.path(".grantry").exists(),
            "nothing is written"
        );
        place
            .run(&["plan", "--provider", "local"])
            .exits(0);
        place.write(
            "grantry.yaml",
            &format!("provider: local\n{STORY}"),
        );
        place.run(&["plan"]).exits(0);
    }
    let place = Place::new().with(&variables(&[("AUTH0_DOMAIN", "")]));
    place.write("grantry.yaml", STORY);
    place.run(&["plan"]).exits(0);
}

#[test]
fn a_custom_domain_is_said_in_one_line() {
    let custom = [
        ("AUTH0_DOMAIN", "login.acme.invalid"),
        (
            "AUTH0_AUDIENCE",
            "https://acme.eu.auth0.com/api/v2/",
        ),
        CREDENTIALS[0][0],
        CREDENTIALS[0][1],
    ];
    let place = Place::new().with(&variables(&custom));
    place.write("grantry.yaml", STORY);
    let said = place
        .run(&[
            "plan",
            "--provider",
            "auth0",
            "--deadline",
            "1s",
        ])
        .stdout;
    let line = "Tenant: auth0 login.acme.invalid, a custom domain beside \
                https://acme.eu.auth0.com/api/v2/\n";
    assert!(said.starts_with(line), "{said}");
}

#[test]
fn what_is_of_two_tenants_is_refused_before_anything_is_sent() {
    let two = [
        ("AUTH0_DOMAIN", "acme.eu.auth0.com"),
        (
            "AUTH0_AUDIENCE",
            "https://other.eu.auth0.com/api/v2/",
        ),
        CREDENTIALS[0][0],
        CREDENTIALS[0][1],
    ];
    let place = Place::new().with(&variables(&two));
    place.write("grantry.yaml", STORY);
    let said = place
        .run(&["plan", "--provider", "auth0"])
        .exits(1);
    insta::assert_snapshot!("two_tenants", said.stderr);
}

#[test]
fn a_provider_may_be_written_bare() {
    let emulator = Emulator::start(&Place::new(), &[]);
    let place = Place::new().with(&emulator.environment);
    place.write(
        "grantry.yaml",
        &format!("provider: auth0\n{STORY}"),
    );
    let said = place.run(&["plan"]).exits(0);
    assert!(
        said.stdout
            .starts_with("Tenant: auth0 127.0.0.1:"),
        "{}",
        said.stdout
    );
    emulator.stop();
    for provider in ["local", "{ local: {} }"] {
        let place = Place::new();
        place.write(
            "grantry.yaml",
            &format!("provider: {provider}\n{STORY}"),
        );
        place
            .run(&["apply", "--auto-approve"])
            .exits(0);
        assert!(
            place
                .path(".grantry/tenant.json")
                .exists(),
            "{provider}"
        );
    }
}
