//! A secret of the environment that stands in a plan as well, by accident or
//! because somebody put it there.

use std::fs;

use serde_json::Value;

use crate::cli::harness::{Place, Said};

fn place(secret: &str, description: &str) -> Place {
    let environment = [("AUTH0_CLIENT_SECRET", secret)];
    let place = Place::new().with(
        &environment.map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let configuration = format!(
        "stack: maps\nclients: {{ courier: {{ name: Courier, description: '{description}' }} }}\n"
    );
    place.write("grantry.yaml", &configuration);
    place
}

fn plan(place: &Place, more: &[&str]) -> Said {
    place.run(&[&["plan", "--provider", "local"], more].concat())
}

/// Hidden in it, it would be another plan than the one that was made.
#[test]
fn a_plan_that_says_a_secret_is_not_kept() {
    let place = place("hush-hush", "it is hush-hush here");
    place.write("plan.json", "as another run left it");

    let said = plan(
        &place,
        &["--out", "plan.json", "--format", "json"],
    )
    .exits(1);
    assert!(
        said.stderr
            .contains("says a secret of this environment"),
        "{said:?}"
    );
    let document: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(document["exit_code"], 1);
    assert_eq!(document["error"]["id"], "secret-in-plan");
    assert_eq!(document["plans"][0]["verdict"], "changes");

    let kept = fs::read_to_string(place.path("plan.json")).unwrap();
    assert!(
        !format!("{said:?}{kept}").contains("hush-hush"),
        "{said:?}{kept}"
    );
    let apply = [
        "apply",
        "--provider",
        "local",
        "--plan",
        "plan.json",
    ];
    let said = place.run(&apply).exits(1);
    assert!(
        said.stderr.contains("came to no plan"),
        "{said:?}"
    );
}

/// It is no obstacle to whoever keeps no plan.
#[test]
fn a_document_without_the_secrets_in_it_is_still_one() {
    for secret in [
        "hush-hush",
        "hush-hush\\",
        "hush\"hush",
        "ends in \\\\",
    ] {
        let place = place(secret, &format!("it is {secret}"));
        let said = plan(
            &place,
            &["--format", "json", "--json", "beside.json"],
        )
        .exits(0);

        let beside = fs::read_to_string(place.path("beside.json")).unwrap();
        for text in [&said.stdout, &beside] {
            let document: Value = serde_json::from_str(text)
                .unwrap_or_else(|error| panic!("{error}: {text}"));
            let edits = document["plans"][0]["changes"][0]["edits"].to_string();
            assert!(
                edits.contains("it is (secret)"),
                "{secret}: {edits}"
            );
        }
    }
}

/// Nothing of the command line is known then, and all that it says is repeated.
#[test]
fn a_usage_error_shows_no_secret() {
    let key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n\nhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----";
    for (variable, secret) in [
        ("AUTH0_CLIENT_SECRET", "hush-hush"),
        ("AUTH0_API_TOKEN", "hush-hush\n\nhush hush"),
        ("AUTH0_CLIENT_ASSERTION_PRIVATE_KEY", key),
        ("KEYCLOAK_CLIENT_SECRET", "hush-hush"),
        (
            "KEYCLOAK_CLIENT_SECRET__PRODUCTION",
            "hush-hush",
        ),
        ("KEYCLOAK_CLIENT_ASSERTION_PRIVATE_KEY", key),
    ] {
        let place =
            Place::new().with(&[(variable.to_owned(), secret.to_owned())]);
        let files = [
            "--json",
            "beside.json",
            "--markdown",
            "beside.md",
        ];
        for verb in ["plan", "apply", "validate", "emulator"] {
            for wrong in ["--parallelism", "--listen"] {
                let asked = [verb, wrong, secret, "--format", "json"];
                let said = place
                    .run(&[&asked, &files[..]].concat())
                    .exits(64);

                let beside = ["beside.json", "beside.md"].map(|name| {
                    fs::read_to_string(place.path(name)).unwrap_or_default()
                });
                let all = format!(
                    "{}{}{}",
                    said.stdout,
                    said.stderr,
                    beside.concat()
                );
                for part in ["hush", "MIIEvQIBADANBgkq", "hkiG9w0BAQEFAASC"] {
                    assert!(
                        !all.contains(part),
                        "{variable} {verb} {wrong}: {all}"
                    );
                }
            }
        }

        let asked = [
            "plan",
            "--parallelism",
            secret,
            "--format",
            "json",
        ];
        let said = place.run(&[&asked, &files[..]].concat());
        let beside = fs::read_to_string(place.path("beside.json")).unwrap();
        let comment = fs::read_to_string(place.path("beside.md")).unwrap();
        for text in [&said.stdout, &said.stderr, &beside, &comment] {
            assert!(text.contains("'(secret)"), "{text}");
        }
    }
}
