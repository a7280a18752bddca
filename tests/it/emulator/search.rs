//! Searching the three kinds, in an index that may be behind.

use grantry::emulator::{Conditions, Transport};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::emulator::caller::{Caller, start};

fn names<'a>(page: &'a Value, plural: &str) -> Vec<&'a str> {
    let found = page[plural].as_array().unwrap();
    found
        .iter()
        .map(|object| object["name"].as_str().unwrap())
        .collect()
}

async fn make_clients(caller: &Caller, count: usize) {
    for number in 0..count {
        let team = if number % 2 == 0 {
            "even"
        } else {
            "odd"
        };
        let body = json!({"name": format!("Client {number}"), "client_metadata": {"team": team}});
        caller.post("/clients", body).await;
    }
}

#[tokio::test]
async fn clients_are_found_by_what_they_carry_page_by_page() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    make_clients(&caller, 7).await;

    let search = "/clients/search?take=2&q=metadata.team:even";
    let first = caller.get(search).await;
    assert_eq!(
        names(&first, "clients"),
        ["Client 0", "Client 2"]
    );
    let next = first["next"].as_str().unwrap();
    let second = caller
        .get(&format!("{search}&from={next}"))
        .await;
    assert_eq!(
        names(&second, "clients"),
        ["Client 4", "Client 6"]
    );
    assert_eq!(second.get("next"), None);
    for hidden in ["client_secret", "signing_keys"] {
        assert_eq!(
            first["clients"][0].get(hidden),
            None,
            "{hidden}"
        );
    }

    let scim = "/clients/search?parser=scim&q=metadata.team%20eq%20%22odd%22%20and%20name%20ew%20%225%22&fields=name";
    assert_eq!(
        caller.get(scim).await,
        json!({"clients": [{"name": "Client 5"}]})
    );

    let long =
        json!({"name": "Long", "client_metadata": {"team": "x".repeat(65)}});
    caller.post("/clients", long).await;
    let found = caller
        .get("/clients/search?q=metadata.team:x*")
        .await;
    assert_eq!(found, json!({"clients": []}));
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn grants_and_apis_are_found_and_sorted() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let client = caller
        .post("/clients", json!({"name": "Service"}))
        .await;
    for name in ["b", "c", "a"] {
        let api = json!({"identifier": format!("urn:{name}"), "name": name, "signing_alg": "HS256"});
        caller
            .post("/resource-servers", api)
            .await;
        let grant = json!({
            "client_id": client["client_id"], "audience": format!("urn:{name}"), "scope": []
        });
        caller
            .post("/client-grants", grant)
            .await;
    }

    let search = "/resource-servers/search?take=2&sort=name&q=identifier:urn*";
    let first = caller.get(search).await;
    assert_eq!(names(&first, "resource_servers"), ["a", "b"]);
    assert_eq!(
        first["resource_servers"][0].get("signing_secret"),
        None
    );
    let next = first["next"].as_str().unwrap();
    let second = caller
        .get(&format!("{search}&from={next}"))
        .await;
    assert_eq!(names(&second, "resource_servers"), ["c"]);

    let id = client["client_id"].as_str().unwrap();
    let path = format!(
        "/client-grants/search?q=client_id:{id}%20AND%20audience:%22urn:b%22"
    );
    let found = caller.get(&path).await;
    assert_eq!(
        found["client_grants"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(found["client_grants"][0]["audience"], "urn:b");
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn what_was_changed_of_late_is_found_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let settings = grantry::emulator::Settings {
        state: Some(folder.path().join("state.json")),
        clock: "-2d".parse().unwrap(),
        ..Default::default()
    };
    let emulator = grantry::emulator::start(settings.clone())
        .await
        .unwrap();
    let caller = Caller::new(&emulator).await;
    make_clients(&caller, 3).await;
    emulator.move_clock("+0s".parse().unwrap());
    let caller = Caller::new(&emulator).await;
    // The latest entry is of the token that the caller has just got.
    let entries = caller.get("/logs?per_page=1").await;
    let since = entries[0]["date"].as_str().unwrap();
    let made = caller
        .post("/clients", json!({"name": "New"}))
        .await;
    let first = caller
        .get("/clients/search?q=name:%22Client%201%22")
        .await;
    let id = first["clients"][0]["client_id"]
        .as_str()
        .unwrap();
    let path = format!("/clients/{id}");
    caller
        .send(
            Method::PATCH,
            &path,
            Some(&json!({"name": "Renamed"})),
        )
        .await;

    let search = format!(
        "/clients/search?sort=updated_at&q=updated_at:[{since}%20TO%20*]"
    );
    let found = caller.get(&search).await;
    assert_eq!(names(&found, "clients"), ["New", "Renamed"]);
    assert_eq!(
        found["clients"][0]["client_id"],
        made["client_id"]
    );
    emulator.stop().await.unwrap();

    let now = grantry::emulator::Settings {
        clock: grantry::emulator::ClockOffset::default(),
        ..settings
    };
    let emulator = grantry::emulator::start(now)
        .await
        .unwrap();
    let caller = Caller::new(&emulator).await;
    assert_eq!(caller.get(&search).await, found);
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn a_search_that_cannot_be_is_refused() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    for query in [
        "q=nonsense",
        "q=client_secret:a",
        "q=name:a%20AND%20name:b%20AND%20name:c%20AND%20name:d%20AND%20name:e%20AND%20name:f",
        "take=101",
        "from=x",
        "parser=sql",
        "sort=client_secret",
        "page=1",
    ] {
        let path = format!("/clients/search?{query}");
        let (status, body) = caller
            .send(Method::GET, &path, None)
            .await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(
            body["errorCode"], "invalid_query_string",
            "{query}"
        );
    }
    let path = "/resource-servers/search?q=scopes:a";
    let (_, body) = caller
        .send(Method::GET, path, None)
        .await;
    assert_eq!(
        body["message"],
        "Query validation error: 'scopes cannot be searched for, but id, identifier, name, \
         updated_at' on property q."
    );
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn a_search_may_be_behind_and_nothing_else_is() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    make_clients(&caller, 1).await;
    let lag = "GET /clients/search:lag=3600s"
        .parse()
        .unwrap();
    emulator.change_conditions(Conditions {
        faults: vec![lag],
        ..Conditions::default()
    });

    let made = caller
        .post("/clients", json!({"name": "New"}))
        .await;
    let search = "/clients/search?q=name:*&fields=name";
    let before = caller.get(search).await;
    assert!(names(&before, "clients").contains(&"Client 0"));
    assert!(!names(&before, "clients").contains(&"New"));
    let listed = caller.get("/clients?fields=name").await;
    assert!(listed.to_string().contains("New"));

    // Nor is a grant, by which its client is found.
    caller
        .post(
            "/resource-servers",
            json!({"identifier": "urn:a"}),
        )
        .await;
    let grant = json!({
        "client_id": made["client_id"], "audience": "urn:a", "scope": [],
        "organization_usage": "allow", "allow_any_organization": true
    });
    caller
        .post("/client-grants", grant)
        .await;
    let any = "/clients/search?q=client_grant.allow_any_organization:true";
    assert_eq!(caller.get(any).await, json!({"clients": []}));

    // Neither what is gone nor what is changed is known.
    let old = before["clients"]
        .as_array()
        .unwrap()
        .len();
    let path = format!(
        "/clients/{}",
        made["client_id"].as_str().unwrap()
    );
    caller
        .send(Method::DELETE, &path, None)
        .await;
    let first = caller
        .get("/clients?is_global=false")
        .await;
    let path = format!(
        "/clients/{}",
        first[1]["client_id"].as_str().unwrap()
    );
    caller
        .send(
            Method::PATCH,
            &path,
            Some(&json!({"name": "Renamed"})),
        )
        .await;
    let after = caller.get(search).await;
    assert_eq!(
        after["clients"]
            .as_array()
            .unwrap()
            .len(),
        old
    );
    assert!(!after.to_string().contains("Renamed"));

    emulator.change_conditions(Conditions::default());
    let known = caller.get(search).await;
    assert!(names(&known, "clients").contains(&"Renamed"));
    emulator.stop().await.unwrap();
}
