//! Exit code 75, told apart from 1 in every verb: nothing was written, and
//! trying again is worth it.

use std::fs::File;
use std::net::TcpListener;

use grantry::emulator::MANAGEMENT_AUDIENCE;

use crate::cli::harness::{Place, STORY};
use crate::cli::serving::Emulator;
use crate::helpers::side_by_side::all_at_once;

const VERBS: [&[&str]; 4] = [
    &["plan"],
    &["apply", "--auto-approve"],
    &["export", "--stack", "world-mappers"],
    &["doctor"],
];

/// What a tenant does that answers every request in the same
/// way, and how a run ends then.
const ANSWERS: [(&str, i32); 5] = [
    // A quota of an hour is not waited for.
    ("*:429:retry-after=3600", 75),
    ("*:503", 75),
    ("*:slow=30s", 75),
    ("*:400", 1),
    ("*:403", 1),
];

#[test]
fn what_passes_by_itself_is_told_from_what_takes_a_person_in_every_verb() {
    all_at_once(ANSWERS, |(fault, code)| {
        let emulator = Emulator::start(&Place::new(), &["--fault", fault]);
        let place = Place::new().with(&emulator.environment);
        place.write("grantry.yaml", STORY);

        let deadline = if fault.contains("slow") {
            "1s"
        } else {
            "1h"
        };
        let more = ["--provider", "auth0", "--deadline", deadline];
        all_at_once(VERBS, |verb| {
            let said = place.run(&[verb, &more].concat());
            assert_eq!(
                said.code,
                Some(code),
                "{fault}, {verb:?}: {said:?}"
            );
        });
        emulator.stop();
    });
}

#[test]
fn a_tenant_that_is_not_there_may_come() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let place = client_of(&format!("http://{closed}"), "hush-hush");

    all_at_once(VERBS, |verb| {
        let said = place
            .run(&[verb, &["--provider", "auth0"]].concat())
            .exits(75);
        assert!(
            !format!("{said:?}").contains("hush-hush"),
            "{said:?}"
        );
    });
}

#[test]
fn a_wrong_secret_takes_a_person() {
    let emulator = Emulator::start(&Place::new(), &[]);
    let place = client_of(emulator.variable("AUTH0_DOMAIN"), "hush-hush");
    for verb in VERBS {
        place
            .run(&[verb, &["--provider", "auth0"]].concat())
            .exits(1);
    }
    emulator.stop();
}

#[test]
fn a_certificate_that_is_not_trusted_takes_a_person() {
    let emulator = Emulator::start(&Place::new(), &["--tls"]);
    let place = client_of(emulator.variable("AUTH0_DOMAIN"), "hush-hush");
    for verb in VERBS {
        place
            .run(&[verb, &["--provider", "auth0"]].concat())
            .exits(1);
    }
    emulator.stop();
}

#[test]
fn a_listing_that_changed_while_it_was_read_is_read_again_later() {
    let emulator = Emulator::start(
        &Place::new(),
        &["--fault", "GET /clients:short-page"],
    );
    let place = Place::new().with(&emulator.environment);
    place.write("grantry.yaml", STORY);
    for verb in &VERBS[..3] {
        place
            .run(&[*verb, &["--provider", "auth0"]].concat())
            .exits(75);
    }
    emulator.stop();
}

/// The file of a local tenant is locked by whoever writes to it.
#[test]
fn a_lock_that_is_held_is_waited_for_by_whoever_tries_again() {
    let place = Place::new();
    place.write("grantry.yaml", STORY);
    let lock =
        File::create(place.write(".grantry/tenant.json.lock", "")).unwrap();
    lock.try_lock().unwrap();
    place
        .run(&["apply", "--auto-approve"])
        .exits(75);
    assert!(
        !place
            .path(".grantry/tenant.json")
            .exists()
    );
    drop(lock);
    place
        .run(&["apply", "--auto-approve"])
        .exits(0);
}

#[test]
fn nothing_was_written_by_whoever_is_told_to_try_again() {
    for (paths, refusal, code) in [
        (
            &["/clients", "/resource-servers"][..],
            "429:retry-after=3600",
            75,
        ),
        (&["/clients"], "429:retry-after=3600", 5),
        (&["/clients", "/resource-servers"], "403", 1),
        (&["/clients"], "403", 5),
    ] {
        let faults: Vec<String> = paths
            .iter()
            .map(|path| format!("--fault=POST {path}:{refusal}"))
            .collect();
        let arguments: Vec<&str> = faults
            .iter()
            .map(String::as_str)
            .collect();
        let emulator = Emulator::start(&Place::new(), &arguments);
        let place = Place::new().with(&emulator.environment);
        place.write("grantry.yaml", STORY);
        let apply = ["apply", "--provider", "auth0", "--auto-approve"];
        let said = place.run(&apply);
        assert_eq!(said.code, Some(code), "{faults:?}: {said:?}");
        let left = place
            .run(&["plan", "--provider", "auth0"])
            .exits(0)
            .stdout;
        let to_create = if code == 5 {
            "Plan: 2 to create"
        } else {
            "Plan: 3 to create"
        };
        assert!(left.contains(to_create), "{faults:?}: {left}");
        emulator.stop();
    }
}

/// A client is refused for too many requests. Whether it is there all the same
/// decides how the run ends.
#[test]
fn a_client_that_was_made_though_it_was_refused_is_found() {
    for (refusal, code, to_do) in [
        ("commit-then-429", 0, "No changes"),
        ("429", 75, "1 to create"),
    ] {
        let fault = format!("--fault=POST /clients:{refusal}:retry-after=3600");
        let emulator = Emulator::start(&Place::new(), &[&fault]);
        let place = Place::new().with(&emulator.environment);
        place.write(
            "grantry.yaml",
            "stack: maps\nclients: { courier: { name: Courier } }\n",
        );

        place
            .run(&["apply", "--provider", "auth0", "--auto-approve"])
            .exits(code);
        let left = place
            .run(&["plan", "--provider", "auth0"])
            .exits(0)
            .stdout;
        assert!(left.contains(to_do), "{refusal}: {left}");
        emulator.stop();
    }
}

fn client_of(domain: &str, secret: &str) -> Place {
    let variables = [
        ("AUTH0_DOMAIN", domain),
        ("AUTH0_AUDIENCE", MANAGEMENT_AUDIENCE),
        (
            "AUTH0_CLIENT_ID",
            grantry::emulator::MANAGEMENT_CLIENT_ID,
        ),
        ("AUTH0_CLIENT_SECRET", secret),
    ];
    let variables =
        variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let place = Place::new().with(&variables);
    place.write("grantry.yaml", STORY);
    place
}
