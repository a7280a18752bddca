//! Credentials over a realm: their life, and what becomes of them when
//! something goes wrong on their way.

use tokio::runtime::Runtime;

use super::double::{Fault, Trouble};
use super::realm::TestRealm;
use crate::cli::harness::Place;
use crate::credentials::live;
use crate::credentials::sinks::Kind;

const DELIVERED: &str = "\
stack: maps
provider: keycloak
sinks: { files: { file: { path: \"secrets/${client.key}.env\" } } }
resource_servers:
  maps: { identifier: \"https://api.maps.example/\", name: Maps, scopes: { read:maps: Read } }
clients:
  courier: { name: Courier, deliver: files }
grants:
  - { client: courier, resource_server: maps, scopes: [read:maps] }
";

/// The kinds of request of an apply that delivers, each by its method and a
/// part of its path.
const KINDS: [(&str, &str); 6] = [
    ("POST", "/token"),
    ("POST", "/client-scopes"),
    ("POST", "/clients"),
    ("GET", "/clients/"),
    ("PUT", "/clients/"),
    ("GET", "/clients?"),
];

/// Who applies in a realm, and where.
fn variables_of(realm: &TestRealm) -> [(String, String); 4] {
    let variables = [
        ("KEYCLOAK_URL", realm.admin.url.as_str()),
        ("KEYCLOAK_REALM", &realm.admin.realm),
        ("KEYCLOAK_CLIENT_ID", "grantry-apply"),
        ("KEYCLOAK_CLIENT_SECRET", "grantry-apply-secret"),
    ];

    variables.map(|(name, value)| (name.to_owned(), value.to_owned()))
}

/// Lives it in each kind of sink, each in a realm of its own.
fn live_in_each(found: impl AsyncFn() -> TestRealm) {
    let runtime = Runtime::new().unwrap();
    for kind in Kind::ALL {
        let realm = runtime.block_on(found());
        live("keycloak", &variables_of(&realm), kind);
    }
}

#[test]
fn credentials_live_in_each_kind_of_sink() {
    live_in_each(TestRealm::doubled);
}

#[test]
#[ignore = "takes a real Keycloak: `tests/keycloak/run`"]
fn credentials_live_in_each_kind_of_sink_for_real() {
    live_in_each(TestRealm::real);
}

/// A realm of the double, and a place to apply from.
struct World {
    place: Place,
    realm: TestRealm,
    /// It serves as long as this lives.
    _runtime: Runtime,
}

impl World {
    fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let realm = runtime.block_on(TestRealm::doubled());
        let place = Place::new().with(&variables_of(&realm));
        place.write("grantry.yaml", DELIVERED);
        Self {
            place,
            realm,
            _runtime: runtime,
        }
    }

    /// Each of the requests of an apply that nothing happens to, by its kind
    /// and which of these it is.
    fn list_requests() -> Vec<(&'static str, &'static str, usize)> {
        let world = Self::new();
        world.realm.double().forget_requests();
        world
            .place
            .run(&["apply", "--auto-approve"])
            .exits(0);
        let asked = world.realm.double().requests();

        let kinds = KINDS
            .into_iter()
            .flat_map(|(method, path)| {
                let alike = asked.iter().filter(|asked| {
                    asked.method == method && asked.path.contains(path)
                });
                let count = alike.count();
                assert!(count > 0, "{method} {path}");
                (1..=count).map(move |nth| (method, path, nth))
            });
        kinds.collect()
    }
}

/// Whatever becomes of the run, the next one delivers: with one client, and a
/// secret that the realm knows.
fn survive(fault: Fault) {
    let story = format!("{fault:?}");
    let world = World::new();
    world.realm.double().fail(fault);
    let first = world
        .place
        .run(&["apply", "--auto-approve", "-vv"]);

    let second = world
        .place
        .run(&["apply", "--auto-approve"]);
    assert_eq!(
        second.code,
        Some(0),
        "{story}: {first:?} {second:?}"
    );
    let plan = world
        .place
        .run(&["plan", "--detailed-exitcode"]);
    let is_quiet = plan
        .stdout
        .contains("No changes. 3 objects are as declared.\n");
    assert!(
        plan.code == Some(0) && is_quiet,
        "{story}: {plan:?}"
    );
    let proof = world.place.run(&["verify", "--all"]);
    assert!(
        proof.stdout.contains("1 verified"),
        "{story}: {proof:?}"
    );

    let entry =
        std::fs::read_to_string(world.place.path("secrets/courier.env"))
            .unwrap();
    let mut lines = entry.lines();
    let secret = lines.find_map(|line| line.strip_prefix("CLIENT_SECRET="));
    let secret = secret.unwrap();
    for said in [&first, &second] {
        let all = format!("{}{}", said.stdout, said.stderr);
        assert!(!all.contains(secret), "{story}: {all}");
    }
    let sinks = ["secrets/courier.env"];
    world
        .place
        .insist_on_nowhere_else(secret, &sinks);
}

#[test]
fn an_answer_of_a_realm_that_is_lost_loses_no_credentials() {
    let writes = World::list_requests().into_iter();
    let writes = writes.filter(|(method, path, _)| {
        *method != "GET" && path.contains("/clients")
    });
    for (method, path, nth) in writes {
        survive(Fault {
            method,
            path: path.to_owned(),
            nth,
            what: Trouble::DropAfter,
        });
    }
}

#[test]
#[ignore = "it takes minutes"]
fn after_any_trouble_at_any_request_to_a_realm_the_next_apply_delivers() {
    for (method, path, nth) in World::list_requests() {
        for what in [
            Trouble::Status(403),
            Trouble::Status(500),
            Trouble::DropBefore,
            Trouble::DropAfter,
            Trouble::CutShort,
        ] {
            survive(Fault {
                method,
                path: path.to_owned(),
                nth,
                what,
            });
        }
    }
}
