//! The life of a client's credentials, in each kind of sink and over each
//! tenant that gives tokens: they are delivered, a token is had with them, they
//! go to another place, and away with their client. Nobody has said the secret
//! then, and it lies nowhere.
//!
//! `sinks` keeps and reads them. A tenant is what the variables of a run say;
//! those of realms are in `keycloak`.

pub(crate) mod sinks;

use std::cell::RefCell;

use sinks::{Kind, Store};

use crate::cli::harness::{Place, Said};
use crate::cli::serving::Emulator;

/// What is applied: `PROVIDER`, `FIRST` and `LATER` are sinks and a provider.
const CONFIGURATION: &str = "\
stack: maps
provider: { PROVIDER: {} }
prune: true
sinks:
  first: { FIRST }
  later: { LATER }
resource_servers:
  maps: { identifier: \"https://api.maps.example/\", name: Maps, scopes: { read:maps: Read, write:maps: Write } }
clients:
  courier: { name: Courier, deliver: first }
  drone: { name: Drone }
grants:
  - { client: courier, resource_server: maps, scopes: [read:maps] }
  - { client: drone, resource_server: maps, scopes: [read:maps] }
";

/// A place to run Grantry in, for one tenant and with sinks of one kind.
struct World<'a> {
    place: Place,
    store: &'a Store,
    /// All that was said, with the requests.
    said: RefCell<String>,
}

impl World<'_> {
    fn write(&self, configuration: &str) {
        self.place
            .write("grantry.yaml", configuration);
    }

    /// Runs it as whoever applies.
    fn run(&self, command: &str) -> Said {
        let programs = self.store.programs(&self.place);
        let mut arguments: Vec<&str> = command.split(' ').collect();
        arguments.extend(programs.iter().map(String::as_str));
        arguments.push("-vv");
        self.keep(self.place.run(&arguments))
    }

    fn keep(&self, said: Said) -> Said {
        let mut all = self.said.borrow_mut();
        all.push_str(&said.stdout);
        all.push_str(&said.stderr);
        said
    }

    /// Runs it as whoever has the service's credentials, from where they were
    /// delivered to.
    fn run_as_service(
        &self,
        command: &str,
        [id, secret]: &[String; 2],
    ) -> Said {
        let arguments: Vec<&str> = command
            .split(' ')
            .chain(["-vv"])
            .collect();
        let mut command = self.place.command(&arguments);
        // What cannot be read back, the service itself has in its environment.
        if !self.store.kind.is_readable() {
            command.env("GRANTRY_CLIENT_ID", id);
            command.env("GRANTRY_CLIENT_SECRET", secret);
        }
        self.keep(Said::of(command.output().unwrap()))
    }

    /// Nothing is left to do, and nothing is said to be amiss.
    #[track_caller]
    fn is_quiet(&self) {
        let plan = self
            .run("plan --detailed-exitcode")
            .exits(0);
        assert!(
            plan.stdout.contains("No changes."),
            "{}",
            plan.stdout
        );
        assert!(
            !plan.stdout.contains("deliveries."),
            "{}",
            plan.stdout
        );
    }
}

/// With what was delivered there are tokens, which hold what is granted.
fn prove(world: &World, delivered: &[String; 2]) {
    let token = world
        .run_as_service("token courier maps --decode", delivered)
        .exits(0);
    let audience = "\"aud\": \"https://api.maps.example/\"";
    assert!(
        token.stdout.contains(audience),
        "{}",
        token.stdout
    );
    let proof = world
        .run_as_service(
            "verify --report report.json --client courier",
            delivered,
        )
        .exits(0);
    assert!(
        proof.stdout.contains("1 verified"),
        "{}",
        proof.stdout
    );
    assert!(
        !proof.stdout.contains("failed"),
        "{}",
        proof.stdout
    );
}

/// Lives it, from the first apply until nothing is left.
pub(crate) fn live(provider: &str, variables: &[(String, String)], kind: Kind) {
    let place = Place::new();
    let store = Store::of(kind, &place);
    let temporary = place.write("temporary/none", "");
    let temporary = temporary
        .parent()
        .unwrap()
        .display()
        .to_string();
    let temporary = ("TMPDIR".to_owned(), temporary);
    let place =
        place.with(&[variables, &store.variables, &[temporary]].concat());
    let world = World {
        place,
        store: &store,
        said: RefCell::default(),
    };
    let [first, later] = store.sinks();
    let configuration = CONFIGURATION
        .replace("PROVIDER", provider)
        .replace("FIRST", &first)
        .replace("LATER", &later);

    world.write(&configuration);
    world
        .run("apply --auto-approve --json report.json")
        .exits(0);
    let delivered = store.read(&world.place, "first");
    let delivered =
        delivered.unwrap_or_else(|| panic!("{kind:?} has no entry"));
    assert_eq!(store.read(&world.place, "later"), None);
    world.is_quiet();

    prove(&world, &delivered);

    // A client in use is given no other secret, so that somebody has to say
    // that it may be shown again.
    world.write(&configuration.replace("deliver: first", "deliver: later"));
    let said = world
        .run("apply --auto-approve")
        .exits(0);
    assert!(
        said.stdout.contains("1 not delivered"),
        "{}",
        said.stdout
    );
    assert_eq!(
        store
            .read(&world.place, "first")
            .as_ref(),
        Some(&delivered)
    );
    world
        .run("apply --auto-approve --reveal-existing")
        .exits(0);
    assert_eq!(
        store
            .read(&world.place, "later")
            .as_ref(),
        Some(&delivered)
    );
    assert_eq!(store.read(&world.place, "first"), None);
    world.is_quiet();

    let without: Vec<&str> = configuration
        .lines()
        .filter(|line| !line.contains("courier"))
        .collect();
    world.write(&without.join("\n"));
    world
        .run("apply --auto-approve")
        .exits(0);
    assert_eq!(store.read(&world.place, "later"), None);
    world.is_quiet();

    let [_, secret] = &delivered;
    let said = world.said.take();
    assert!(
        said.contains("/token"),
        "no request was said: {said}"
    );
    assert!(!said.contains(secret), "{said}");
    world
        .place
        .insist_on_nowhere_else(secret, &[]);
}

#[test]
fn credentials_live_in_each_kind_of_sink() {
    for kind in Kind::ALL {
        let emulator = Emulator::start(&Place::new(), &[]);
        live("auth0", &emulator.environment, kind);
    }
}
