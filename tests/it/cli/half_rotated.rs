//! A run that ended half way through changing the keys of a client, and what
//! was approved of the rest.

use std::fs;
use std::path::Path;

use grantry::emulator::{
    self, Conditions, Emulator, MANAGEMENT_AUDIENCE, MANAGEMENT_CLIENT_ID,
    MANAGEMENT_CLIENT_SECRET, Settings,
};
use reqwest::Method;
use serde_json::json;

use crate::cli::harness::Place;
use crate::helpers::management::Management;
use crate::helpers::plain_http::plain_http;
use crate::helpers::served::in_memory;

const OLD: &str =
    "{ private_key_jwt: { credentials: [{ pem_file: billing-2026-11.pem }] } }";
const NEW: &str =
    "{ private_key_jwt: { credentials: [{ pem_file: billing-2027-02.pem }] } }";
const NONE: &str = "~";

/// A client with such keys, and an approved plan that gives it others; this
/// goes wrong with the first try.
struct World {
    emulator: Emulator,
    place: Place,
}

impl World {
    async fn with_plan(before: &str, after: &str, fault: &str) -> Self {
        let settings = Settings {
            conditions: Conditions {
                faults: vec![fault.parse().unwrap()],
                ..Conditions::default()
            },
            ..in_memory()
        };
        let emulator = emulator::start(settings).await.unwrap();
        let url = emulator.url();
        let environment = [
            ("AUTH0_DOMAIN", url.as_str()),
            ("AUTH0_AUDIENCE", MANAGEMENT_AUDIENCE),
            ("AUTH0_CLIENT_ID", MANAGEMENT_CLIENT_ID),
            ("AUTH0_CLIENT_SECRET", MANAGEMENT_CLIENT_SECRET),
        ];
        let environment = environment
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let place = Place::new().with(&environment);
        for key in ["billing-2026-11.pem", "billing-2027-02.pem"] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("examples/keys/public");
            place.write(
                key,
                &fs::read_to_string(folder.join(key)).unwrap(),
            );
        }

        let world = Self {
            emulator,
            place,
        };
        world.declare(before);
        world.run(&["apply", "--auto-approve"], 0);
        world.declare(after);
        world.run(&["plan", "--out", "plan.json"], 0);
        world
    }

    fn declare(&self, methods: &str) {
        let configuration = format!(
            "stack: ledger\n\
             clients: {{ billing: {{ name: Billing, client_authentication_methods: {methods} }} }}\n"
        );
        self.place
            .write("grantry.yaml", &configuration);
    }

    fn run(&self, arguments: &[&str], code: i32) -> String {
        let more = ["--provider", "auth0"];
        let said = self
            .place
            .run(&[arguments, &more].concat())
            .exits(code);
        said.stdout + &said.stderr
    }

    fn apply_approved(&self, code: i32) -> String {
        self.run(&["apply", "--plan", "plan.json"], code)
    }

    /// Adds a key behind Grantry's back, without naming it in the client.
    async fn add_by_hand(&self, key: &str) {
        let management = Management::of(&self.emulator, &plain_http()).await;
        let clients = management
            .ask(Method::GET, "clients", None)
            .await;
        let mut clients = clients.as_array().unwrap().iter();
        let billing = clients
            .find(|client| client["name"] == "Billing")
            .unwrap();
        let path = format!(
            "clients/{}/credentials",
            billing["client_id"].as_str().unwrap()
        );

        let pem = fs::read_to_string(self.place.path(key)).unwrap();
        let body = json!({ "credential_type": "public_key", "pem": pem });
        management
            .ask(Method::POST, &path, Some(&body))
            .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_run_left_behind_is_covered_by_its_own_plan() {
    let switch = "PATCH /clients/*:403:nth=1";
    let clear_away = "DELETE /clients/*/credentials/*:403:nth=1";
    for (before, after, fault) in [
        (OLD, NEW, switch),
        (OLD, NEW, clear_away),
        (NONE, NEW, switch),
        (OLD, NONE, clear_away),
    ] {
        let world = World::with_plan(before, after, fault).await;
        world.apply_approved(5);
        let plan = world.run(&["plan"], 0);
        assert!(plan.contains("detached"), "{plan}");

        world.apply_approved(0);
        world.run(&["plan", "--detailed-exitcode"], 0);
    }
}

/// It looks like one that was left behind, and nobody
/// has approved to delete it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_somebody_else_added_is_covered_by_no_plan() {
    let never = "GET /organizations:500";
    let world = World::with_plan(NONE, OLD, never).await;
    world
        .add_by_hand("billing-2027-02.pem")
        .await;
    let said = world.apply_approved(4);
    assert!(
        said.contains("what would change is not what was approved"),
        "{said}"
    );
}
