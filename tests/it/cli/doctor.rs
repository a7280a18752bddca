//! `doctor` as somebody meets it who does not know what is wrong.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use grantry::emulator::{
    self, Conditions, MANAGEMENT_AUDIENCE, MANAGEMENT_CLIENT_ID,
    MANAGEMENT_CLIENT_SECRET, Settings, Transport,
};
use regex::Regex;
use tokio::runtime::Runtime;

use crate::cli::harness::{Place, STORY};
use crate::helpers::plain_http::plain_http;

/// A tenant, and the runtime it lives in.
struct Tenant {
    runtime: Runtime,
    emulator: emulator::Emulator,
}

impl Tenant {
    fn under(limit: &str) -> Self {
        Self::start(limit, Transport::Plain)
    }

    fn start(limit: &str, transport: Transport) -> Self {
        let runtime = Runtime::new().unwrap();
        let (listen, state) = (([127, 0, 0, 1], 0).into(), None::<PathBuf>);
        let conditions = Conditions {
            rate_limit: limit.parse().unwrap(),
            ..Conditions::default()
        };
        let settings = Settings {
            listen,
            transport,
            state,
            conditions,
            ..Settings::default()
        };
        let emulator = runtime
            .block_on(emulator::start(settings))
            .unwrap();
        Self {
            runtime,
            emulator,
        }
    }

    /// A token of the tenant with these scopes only.
    fn token(&self, scopes: &str) -> String {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", MANAGEMENT_CLIENT_ID),
            ("client_secret", MANAGEMENT_CLIENT_SECRET),
            ("audience", MANAGEMENT_AUDIENCE),
            ("scope", scopes),
        ];
        self.runtime.block_on(async {
            let url = format!("{}/oauth/token", self.emulator.url());
            let answer = plain_http()
                .post(url)
                .form(&form)
                .send()
                .await
                .unwrap();
            let answer: serde_json::Value = answer.json().await.unwrap();
            answer["access_token"]
                .as_str()
                .unwrap()
                .to_owned()
        })
    }

    /// A place with these variables beside those that say where the tenant is.
    fn place(&self, variables: &[(&str, &str)]) -> Place {
        let url = self.emulator.url();
        let there = [
            ("AUTH0_DOMAIN", url.as_str()),
            ("AUTH0_AUDIENCE", MANAGEMENT_AUDIENCE),
        ];
        let all = there.iter().chain(variables);
        let all: Vec<_> = all
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect();
        Place::new().with(&all)
    }

    /// The checks, without what is another each time.
    fn checks(&self, said: &str) -> String {
        let host = self
            .emulator
            .url()
            .replace("http://", "");
        let said = said.replace(&host, "the.tenant:4600");
        let said = Regex::new("in [0-9]+ ms")
            .unwrap()
            .replace(&said, "in 7 ms");
        let said = Regex::new("[0-9]+ left now")
            .unwrap()
            .replace_all(&said, "7 left now");
        // How fast the tenant is can be learned only where the answers come in
        // more than one second.
        let said = said.replace("requests, no more than a second", "requests");
        said.split("\nScopes of")
            .next()
            .unwrap()
            .to_owned()
    }
}

const CLIENT: [(&str, &str); 2] = [
    ("AUTH0_CLIENT_ID", MANAGEMENT_CLIENT_ID),
    ("AUTH0_CLIENT_SECRET", MANAGEMENT_CLIENT_SECRET),
];

const TO_APPLY: &str = "read:resource_servers create:resource_servers update:resource_servers \
                        delete:resource_servers read:clients create:clients update:clients \
                        delete:clients read:client_grants create:client_grants \
                        update:client_grants delete:client_grants";

const DOCTOR: [&str; 3] = ["doctor", "--provider", "auth0"];

#[test]
fn a_tenant_that_is_well_costs_one_page_of_each_kind() {
    let tenant = Tenant::under("essentials");
    let place = tenant.place(&CLIENT);
    place.write("grantry.yaml", STORY);
    place
        .run(&["apply", "--provider", "auth0", "--auto-approve"])
        .exits(0);
    let token = tenant.token(TO_APPLY);
    let place = tenant.place(&[("AUTH0_API_TOKEN", &token)]);
    place.write("grantry.yaml", STORY);
    let before = tenant.emulator.requests().len();
    let said = place.run(&DOCTOR).exits(0);
    insta::assert_snapshot!("doctor_well", tenant.checks(&said.stdout));
    assert_eq!(tenant.emulator.requests().len() - before, 4);
    assert!(!format!("{said:?}").contains(&token));
    assert!(
        said.stdout
            .lines()
            .all(|line| line.chars().count() <= 80),
        "{}",
        said.stdout
    );
}

#[test]
fn a_secret_that_is_wrong_is_told_and_never_shown() {
    let tenant = Tenant::under("none");
    let place =
        tenant.place(&[CLIENT[0], ("AUTH0_CLIENT_SECRET", "hush-hush")]);
    let said = place.run(&DOCTOR).exits(1);
    insta::assert_snapshot!(
        "doctor_wrong_secret",
        tenant.checks(&said.stdout)
    );
    assert!(!format!("{said:?}").contains("hush-hush"));
    assert!(
        !said.stdout.contains("Scopes of"),
        "none is known to be missing: {}",
        said.stdout
    );
}

#[test]
fn scopes_that_are_missing_or_too_much_are_named() {
    let tenant = Tenant::under("none");
    let said = |scopes: &str, code| {
        let place =
            tenant.place(&[("AUTH0_ACCESS_TOKEN", &tenant.token(scopes))]);
        place.write("grantry.yaml", STORY);
        place.run(&DOCTOR).exits(code).stdout
    };
    let all = Place::new()
        .run(&["doctor", "--scopes"])
        .exits(0)
        .stdout;
    let too_few = said("read:clients create:clients", 1);
    assert!(too_few.ends_with(&all), "{too_few}");
    let too_few = tenant.checks(&too_few);
    insta::assert_snapshot!("doctor_missing_scopes", too_few);
    let read = "read:resource_servers read:clients read:client_grants";
    let to_plan = said(read, 0);
    assert!(
        to_plan.contains(
            "ok       scopes         enough to plan; it cannot write"
        ),
        "{to_plan}"
    );
    assert!(!to_plan.contains("Scopes of"), "{to_plan}");
    assert!(
        to_plan.contains("1000000 requests at once, 1000000 left now"),
        "{to_plan}"
    );
    let some = said(
        &format!("{read} create:clients read:organizations"),
        0,
    );
    assert!(
        some.contains(
            "warning  scopes         enough to plan, but not to apply"
        ),
        "{some}"
    );
    assert!(
        some.contains("too much: read:organizations\n"),
        "{some}"
    );
}

#[test]
fn a_token_that_has_expired_is_told_and_not_sent() {
    let tenant = Tenant::under("none");
    let claims = format!(
        r#"{{"azp":"me","aud":"{MANAGEMENT_AUDIENCE}","exp":1000000000}}"#
    );
    let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims));
    let said = tenant
        .place(&[("AUTH0_API_TOKEN", &token)])
        .run(&DOCTOR)
        .exits(1);
    assert!(
        said.stdout
            .contains("the token of `me` expired"),
        "{}",
        said.stdout
    );
    assert!(
        said.stdout
            .contains("help: get a new token"),
        "{}",
        said.stdout
    );
    assert!(!format!("{said:?}").contains(&token));
    assert_eq!(
        tenant.emulator.requests().len(),
        1,
        "only who it is was asked"
    );
}

#[test]
fn what_can_be_looked_at_without_credentials_is() {
    let tenant = Tenant::under("none");
    let said = tenant.place(&[]).run(&DOCTOR).exits(64);
    assert!(
        said.stdout.contains("ok       domain"),
        "{}",
        said.stdout
    );
    assert!(
        said.stdout
            .contains("failed   credentials    AUTH0_CLIENT_ID and"),
        "{}",
        said.stdout
    );
    let said = Place::new().run(&DOCTOR).exits(64);
    assert!(
        said.stdout
            .contains("failed   tenant         AUTH0_DOMAIN, AUTH0_C"),
        "{}",
        said.stdout
    );
}

#[test]
fn a_domain_that_does_not_answer_is_told_once() {
    let tenant = Tenant::under("none");
    let place = tenant.place(&CLIENT);
    let Tenant {
        runtime,
        emulator,
    } = tenant;
    let host = emulator.url().replace("http://", "");
    runtime
        .block_on(emulator.stop())
        .unwrap();
    let said = place
        .run(&DOCTOR)
        .exits(75)
        .stdout
        .replace(&host, "the.tenant:4600");
    let said = Regex::new(r"refused\s+\(os\s+error [0-9]+\)")
        .unwrap()
        .replace(&said, "refused");
    insta::assert_snapshot!("doctor_unreachable", said);
}

#[test]
fn a_certificate_that_is_not_trusted_is_told_from_a_tenant_that_is_not_there() {
    let tenant = Tenant::start("none", Transport::Tls);
    let untrusted = tenant
        .place(&CLIENT)
        .run(&DOCTOR)
        .exits(1)
        .stdout;
    assert!(
        untrusted.contains("SSL_CERT_FILE"),
        "{untrusted}"
    );
}

/// The emulator speaks plain http unless told otherwise, and a domain without a
/// scheme means https.
#[test]
fn plain_http_that_is_taken_for_https_is_told_and_the_other_way_round() {
    for (transport, scheme, other) in [
        (Transport::Plain, "http://", "https://"),
        (Transport::Tls, "https://", "http://"),
    ] {
        let tenant = Tenant::start("none", transport);
        let host = tenant
            .emulator
            .url()
            .replace(scheme, "");
        let wrong = format!("{other}{host}");
        let place = Place::new().with(&[
            ("AUTH0_DOMAIN".to_owned(), wrong),
            ("AUTH0_CLIENT_ID".to_owned(), "me".to_owned()),
            (
                "AUTH0_CLIENT_SECRET".to_owned(),
                "hush-hush".to_owned(),
            ),
        ]);
        place.write("grantry.yaml", STORY);
        let said = place
            .run(&["plan", "--provider", "auth0"])
            .exits(1)
            .stderr;
        let (speaks, write) = match scheme {
            "http://" => ("plain http", format!("`http://{host}`")),
            _ => ("https", format!("`{host}`")),
        };
        let help =
            format!("help: this address speaks {speaks}: write {write}\n");
        assert!(said.contains(&help), "{said}");
    }
}

#[test]
fn a_tenant_file_is_examined_and_left_as_it_is() {
    let place = Place::new();
    place.write("grantry.yaml", STORY);
    place.run(&["doctor"]).exits(0);
    assert!(
        !place.path(".grantry").exists(),
        "it leaves no trace"
    );
    place
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let said = place.run(&["doctor"]).exits(0);
    insta::assert_snapshot!("doctor_file", said.stdout);
    place.write("mine.json", "{}");
    let said = place
        .run(&["doctor", "--provider", "local:mine.json"])
        .exits(1);
    assert!(
        said.stdout.contains("failed   file"),
        "{}",
        said.stdout
    );
    assert!(
        said.stdout.contains("ok       folder"),
        "{}",
        said.stdout
    );
}

#[test]
fn a_configuration_with_problems_is_shown_and_the_tenant_that_is_named_examined()
 {
    let place = Place::new();
    place.write(
        "grantry.yaml",
        &STORY.replace("[geocode:location]", "[geocode:locations]"),
    );
    insta::assert_snapshot!(
        "doctor_problem",
        place.run(&["doctor"]).exits(1).stdout
    );
    let said = place
        .run(&["doctor", "--provider", "local"])
        .exits(1);
    assert!(
        said.stdout.contains("ok       file"),
        "{}",
        said.stdout
    );
    place.write(
        "grantry.yaml",
        &STORY
            .replace("gift-deliveries, ", "gifts, ")
            .replace("{ name:", "{ nmae:"),
    );
    insta::assert_snapshot!(
        "doctor_problems",
        place.run(&["doctor"]).exits(1).stdout
    );
}

#[test]
fn the_scopes_alone_need_nothing_and_take_nothing_else() {
    let said = Place::new()
        .run(&["doctor", "--scopes"])
        .exits(0);
    assert_eq!(said.stderr, "");
    insta::assert_snapshot!("doctor_scopes", said.stdout);
    Place::new()
        .run(&["doctor", "--scopes", "grantry.yaml"])
        .exits(64);
}
