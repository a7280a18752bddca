//! Every kind of trouble at every request of an apply: whatever
//! becomes of the run, the next one ends where it should, and nothing
//! is there twice or left over.

use grantry::apply::Outcome;
use grantry::provider::keycloak::Writer;
use serde_json::Value as Json;

use super::double::{Fault, Trouble};
use super::proxy::Proxy;
use super::realm::TestRealm;
use super::work::{assert_settled, carry_out, desired, try_to_apply};

const BEFORE: &str = "\
stack: laws
resource_servers:
  maps: { identifier: 'https://maps.example/', name: Maps, scopes: { read:maps: Read, write:maps: Write } }
clients:
  courier: { name: Courier }
  old: { name: Old }
grants:
  - { client: courier, resource_server: maps, scopes: [read:maps, write:maps] }
  - { client: old, resource_server: maps, scopes: [read:maps] }
";

/// All that can happen to each kind of object: made, changed, deleted.
const AFTER: &str = "\
stack: laws
resource_servers:
  maps: { identifier: 'https://maps.example/', name: All maps, scopes: { read:maps: Read all, delete:maps: Delete } }
  orders: { identifier: urn:orders, name: Orders, scopes: { read:orders: Read } }
clients:
  courier: { name: The courier, description: Brings parcels }
  billing: { name: Billing }
grants:
  - { client: courier, resource_server: maps, scopes: [read:maps, delete:maps] }
  - { client: billing, resource_server: orders, scopes: [read:orders] }
";

/// The kinds of request, each by its method and a part of its path.
const KINDS: [(&str, &str); 11] = [
    ("POST", "/token"),
    ("GET", "/.well-known"),
    ("GET", "/default-default-client-scopes"),
    ("GET", "/client-scopes"),
    ("GET", "/clients?"),
    ("POST", "/clients"),
    ("POST", "/client-scopes"),
    ("PUT", "/clients/"),
    ("PUT", "/client-scopes/"),
    ("DELETE", "/clients/"),
    ("DELETE", "/client-scopes/"),
];

/// The requests of an apply that nothing happens to, each by its method, what
/// its path begins with behind the realm, and which of these it is.
async fn list_requests() -> Vec<(&'static str, &'static str, usize)> {
    let realm = TestRealm::doubled().await;
    carry_out(&realm.writer(), &desired(BEFORE)).await;
    realm.double().forget_requests();
    carry_out(&realm.writer(), &desired(AFTER)).await;
    let asked = realm.double().requests();

    let counts = KINDS.map(|(method, path)| {
        let alike = asked.iter().filter(|asked| {
            asked.method == method && asked.path.contains(path)
        });
        (method, path, alike.count())
    });
    assert!(
        counts
            .iter()
            .all(|(.., count)| *count > 0),
        "{counts:?}"
    );
    counts
        .into_iter()
        .flat_map(|(method, path, count)| {
            (1..=count).map(move |nth| (method, path, nth))
        })
        .collect()
}

async fn survive(fault: Fault, undisturbed: &Json) {
    let story = format!("{fault:?}");
    let realm = TestRealm::doubled().await;
    carry_out(&realm.writer(), &desired(BEFORE)).await;
    realm.double().fail(fault);
    let after = desired(AFTER);

    // It may be refused, or end half way. What it says was done, was done.
    if let Ok(report) = try_to_apply(&realm.writer(), &after).await {
        let is_applied = report
            .outcomes
            .iter()
            .all(Outcome::is_applied);
        if is_applied {
            assert_settled(&realm.writer(), &after, &story).await;
        }
    }

    carry_out(&realm.writer(), &after).await;
    assert_settled(&realm.writer(), &after, &story).await;
    assert_eq!(names_in(&realm), *undisturbed, "{story}");
}

/// The names of everything in the realm.
fn names_in(realm: &TestRealm) -> Json {
    let dump = realm
        .double()
        .admin()
        .dump(realm.double().realm());
    let names = |list: &str, name: &str| -> Vec<Json> {
        let objects = dump[list].as_array().unwrap().iter();
        let mut names: Vec<Json> = objects
            .map(|object| object[name].clone())
            .collect();
        names.sort_by_key(ToString::to_string);
        names
    };

    serde_json::json!([
        names("clients", "clientId"),
        names("clientScopes", "name")
    ])
}

async fn undisturbed() -> Json {
    let realm = TestRealm::doubled().await;
    carry_out(&realm.writer(), &desired(BEFORE)).await;
    carry_out(&realm.writer(), &desired(AFTER)).await;
    names_in(&realm)
}

#[tokio::test(start_paused = true)]
async fn whatever_happens_to_a_request_the_next_run_ends_where_it_should() {
    let expected = undisturbed().await;
    for (method, path, nth) in list_requests().await {
        for what in [
            Trouble::DropBefore,
            Trouble::DropAfter,
            Trouble::Status(500),
            Trouble::Status(503),
            Trouble::CutShort,
        ] {
            let fault = Fault {
                method,
                path: path.to_owned(),
                nth,
                what,
            };
            survive(fault, &expected).await;
        }
    }
}

/// On a real server, each kind of trouble once at each kind of request.
#[tokio::test]
#[ignore = "takes a real Keycloak: `tests/keycloak/run`"]
async fn whatever_happens_to_a_kind_of_request_the_next_run_ends_where_it_should_for_real()
 {
    let realm = TestRealm::real().await;
    let proxy = Proxy::before(&realm.admin.url).await;
    let writer = || Writer::new(realm.settings_at(&proxy.url)).unwrap();
    for (method, path) in KINDS {
        for what in [
            Trouble::DropBefore,
            Trouble::DropAfter,
            Trouble::Status(500),
            Trouble::Status(503),
        ] {
            let fault = Fault {
                method,
                path: path.to_owned(),
                nth: 1,
                what,
            };
            let story = format!("{fault:?}");
            carry_out(&writer(), &desired(BEFORE)).await;
            proxy.fail(fault);
            let after = desired(AFTER);
            let _ = try_to_apply(&writer(), &after).await;
            assert!(proxy.has_failed(), "{story}: it did not happen");

            carry_out(&writer(), &after).await;
            assert_settled(&writer(), &after, &story).await;
        }
    }
}
