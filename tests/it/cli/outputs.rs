//! What services need to know of a tenant, and is no secret.

use serde_json::Value;

use crate::cli::harness::{Place, STORY, example};
use crate::cli::serving::{Emulator, block_on};
use crate::helpers::documents;
use crate::helpers::plain_http::plain_http;

/// The document that a run prints, which has a schema.
fn document_of(place: &Place, code: i32) -> Value {
    let said = place
        .run(&["outputs", "--format", "json"])
        .exits(code);
    let schema = documents::schema_of("outputs").unwrap();
    documents::check(schema, &said.stdout, code).unwrap();
    serde_json::from_str(&said.stdout).unwrap()
}

#[test]
fn a_client_has_its_id_once_it_is_there() {
    let place = Place::new();
    place.write("grantry.yaml", STORY);
    let before = place.run(&["outputs"]).exits(0);
    place
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let after = place.run(&["outputs"]).exits(0);

    let document = document_of(&place, 0);
    let id = &document["outputs"]["clients"][0]["client_id"];
    let after = after
        .stdout
        .replace(id.as_str().unwrap(), "(id)");
    insta::assert_snapshot!(format!("{}\n{after}", before.stdout));
}

#[test]
fn variables_are_named_for_the_keys_that_no_other_key_looks_like() {
    let place = Place::new();
    let twins = STORY.replace(
        "clients:\n",
        "clients:\n  gift.deliveries: { external: true, client_id: gifts }\n  its: { external: true, client_id: its }\n",
    );
    place.write("grantry.yaml", &twins);
    let said = place
        .run(&["outputs", "--format", "dotenv"])
        .exits(0);

    let told = "GIFT_DELIVERIES_CLIENT_ID: it would not tell whether `gift-deliveries` and `gift.deliveries` is meant";
    assert!(said.stderr.contains(told), "{}", said.stderr);
    assert_eq!(
        said.stdout,
        "ITS_CLIENT_ID=its\nWORLD_MAPPERS_AUDIENCE=https://api.world-mappers.example/\n"
    );
}

#[test]
fn where_nothing_is_known_the_document_says_why() {
    let place = Place::new();
    place.write("grantry.yaml", STORY);
    place.write(".grantry/tenant.json", "no tenant");

    let document = document_of(&place, 1);
    assert_eq!(document["outputs"], Value::Null);
    assert!(
        document["error"]["message"].is_string(),
        "{document}"
    );
    let said = place
        .run(&["outputs", "--format", "dotenv"])
        .exits(1);
    assert_eq!(said.stdout, "");
}

/// With the secret, which is delivered in another way, it is
/// all that a service needs.
#[test]
fn a_token_is_had_with_what_is_said() {
    let emulator = Emulator::start(
        &Place::new(),
        &["--config", &example("world-mappers.yaml")],
    );
    let place = Place::new().with(&emulator.environment);
    let configuration = example("world-mappers.yaml");
    let arguments = ["outputs", &configuration, "--provider", "auth0"];
    let said = place
        .run(&[&arguments[..], &["--format", "dotenv"]].concat())
        .exits(0);
    let value = |name: &str| {
        let mut lines = said.stdout.lines();
        let line =
            lines.find_map(|line| line.strip_prefix(&format!("{name}=")));
        line.unwrap_or_else(|| panic!("{name} in {}", said.stdout))
            .to_owned()
    };

    let form = [
        ("grant_type", "client_credentials".to_owned()),
        ("client_id", value("GIFT_DELIVERIES_CLIENT_ID")),
        (
            "client_secret",
            emulator
                .variable("GIFT_DELIVERIES_CLIENT_SECRET")
                .to_owned(),
        ),
        ("audience", value("WORLD_MAPPERS_AUDIENCE")),
    ];
    let (token, keys) = block_on(async {
        let http = plain_http();
        let asked = http
            .post(value("TOKEN_ENDPOINT"))
            .form(&form)
            .send();
        let token: Value = asked
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let keys = http
            .get(value("KEY_SET"))
            .send()
            .await
            .unwrap();
        (token, keys.json::<Value>().await.unwrap())
    });
    assert_eq!(token["scope"], "geocode:location", "{token}");
    assert!(keys["keys"][0]["kid"].is_string(), "{keys}");
    let domain = emulator.variable("AUTH0_DOMAIN");
    assert_eq!(value("ISSUER"), format!("{domain}/"));
    assert!(domain.ends_with(&value("DOMAIN")), "{domain}");
}
