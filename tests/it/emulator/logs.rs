//! The log of the tenant: what was done to it, by whom.

use grantry::emulator::{MANAGEMENT_CLIENT_ID, Transport};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::emulator::caller::{Caller, start, token};

fn column<'a>(entries: &'a Value, name: &str) -> Vec<&'a str> {
    let entries = entries.as_array().unwrap();
    entries
        .iter()
        .filter_map(|entry| entry[name].as_str())
        .collect()
}

#[tokio::test]
async fn what_changed_the_tenant_is_written_down_with_its_author() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let url = format!("{}/api/v2/clients", caller.url);
    let made = caller
        .http
        .post(url)
        .bearer_auth(&caller.token)
        .header("x-correlation-id", "run 17, ".repeat(9))
        .json(&json!({"name": "Service", "client_metadata": {"team": "maps"}}))
        .send()
        .await
        .unwrap();
    let client: Value = made.json().await.unwrap();
    let path = format!(
        "/clients/{}",
        client["client_id"].as_str().unwrap()
    );
    // Neither what is only read nor what is refused changes anything.
    caller.get(&path).await;
    caller
        .send(Method::HEAD, &path, None)
        .await;
    caller
        .send(
            Method::POST,
            "/clients",
            Some(&json!({"nam": 1})),
        )
        .await;
    caller
        .send(Method::DELETE, &path, None)
        .await;

    let changes = caller
        .get("/logs?q=type:sapi&sort=date:1")
        .await;
    assert_eq!(
        column(&changes, "description"),
        ["Create a client", "Delete a client"]
    );
    assert_eq!(
        column(&changes, "client_id"),
        [MANAGEMENT_CLIENT_ID; 2]
    );
    let [created, deleted] = [&changes[0], &changes[1]];
    let request = &created["details"]["request"];
    assert_eq!(request["method"], "post");
    assert_eq!(request["path"], "/api/v2/clients");
    assert_eq!(
        request["body"]["client_metadata"],
        json!({"team": "maps"})
    );
    let response = &created["details"]["response"];
    assert_eq!(response["statusCode"], 201);
    assert_eq!(
        response["body"]["client_id"],
        client["client_id"]
    );
    assert_eq!(response["body"]["client_secret"], "…");
    assert_eq!(created["ip"], "127.0.0.1");
    assert_eq!(
        created["hostname"],
        caller.url.trim_start_matches("http://")
    );
    assert_eq!(
        created["references"]["correlation_id"],
        "run 17, ".repeat(8)
    );
    assert_eq!(
        deleted["details"]["request"]["path"],
        format!("/api/v2{path}")
    );
    assert_eq!(deleted.get("references"), None);

    let all = caller.get("/logs").await.to_string();
    assert!(
        !all.contains(
            client["client_secret"]
                .as_str()
                .unwrap()
        )
    );
    assert!(!all.contains(&caller.token));
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn tokens_that_are_issued_or_refused_are_written_down() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let client = caller
        .post("/clients", json!({"name": "Service"}))
        .await;
    caller
        .post(
            "/resource-servers",
            json!({"identifier": "urn:a"}),
        )
        .await;
    let grant = json!({"client_id": client["client_id"], "audience": "urn:a", "scope": ["r", "w"]});
    caller
        .post("/client-grants", grant)
        .await;

    let request = json!({
        "grant_type": "client_credentials", "client_id": client["client_id"],
        "client_secret": client["client_secret"], "audience": "urn:a"
    });
    let mut narrower = request.clone();
    narrower["scope"] = "x".into();
    let mut stranger = request.clone();
    stranger["client_id"] = client["client_secret"].clone();
    for request in [&request, &narrower, &stranger] {
        token(&caller.http, &caller.url, request).await;
    }

    let told = caller
        .get("/logs?q=audience:%22urn:a%22&sort=date:1")
        .await;
    assert_eq!(
        column(&told, "type"),
        ["seccft", "feccft", "feccft"]
    );
    assert_eq!(column(&told, "scope"), ["r w", "x"]);
    assert_eq!(
        column(&told, "description"),
        [
            "",
            "Client has not been granted scopes: x",
            "Unauthorized"
        ]
    );
    assert_eq!(told[0]["client_name"], "Service");
    assert_eq!(told[2].get("client_id"), None);
    assert!(
        !told.to_string().contains(
            client["client_secret"]
                .as_str()
                .unwrap()
        )
    );
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn the_log_is_read_by_pages_and_after_an_entry() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    for number in 0..5 {
        caller
            .post("/clients", json!({"name": number.to_string()}))
            .await;
    }

    let page = caller
        .get("/logs?per_page=2&page=1&include_totals=true")
        .await;
    // The first entry of all is of the token that this caller got.
    assert_eq!(
        (&page["total"], &page["start"]),
        (&json!(6), &json!(2))
    );
    let first = caller.get("/logs?take=4").await;
    let last = column(&first, "log_id")[3].to_owned();
    let rest = caller
        .get(&format!(
            "/logs?from={last}&take=100&fields=log_id"
        ))
        .await;
    assert_eq!(rest.as_array().unwrap().len(), 2);
    assert!(
        column(&rest, "log_id")
            .iter()
            .all(|id| *id > last.as_str())
    );

    let one = caller
        .get(&format!("/logs/{last}"))
        .await;
    assert_eq!(one, first[3]);
    let (status, _) = caller
        .send(Method::GET, "/logs/900", None)
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    emulator.stop().await.unwrap();
}

/// Whoever reads on after the last entry misses none,
/// though the clock was put back.
#[tokio::test]
async fn entries_are_in_the_order_in_which_they_came() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    caller
        .post("/clients", json!({"name": "before"}))
        .await;
    let entries = caller.get("/logs?take=100").await;
    let last = column(&entries, "log_id")
        .last()
        .copied()
        .unwrap()
        .to_owned();

    emulator.move_clock("-2h".parse().unwrap());
    caller
        .post("/clients", json!({"name": "after"}))
        .await;
    let rest = caller
        .get(&format!("/logs?from={last}"))
        .await;
    assert_eq!(
        column(&rest, "description"),
        ["Create a client"]
    );
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn a_secret_in_the_wrong_place_is_not_written_down() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let secret = "s3cr3t".repeat(11);
    let deed = json!({"aws_secret_access_key": "k3y", "nested": [{"password": ["k3y"]}]});
    let sns = "/guardian/factors/push-notification/providers/sns";
    caller
        .send(Method::PUT, sns, Some(&deed))
        .await;
    let addons = json!({"name": "n", "addons": {"azure_blob": {"storageAccessKey": "k3y"}}});
    caller.post("/clients", addons).await;
    // Deleting what is not there succeeds, and is a deed like any other.
    let path = format!("/clients/{secret}?client_secret=k3y%2Bmore");
    caller
        .send(Method::DELETE, &path, None)
        .await;

    let told = caller.get("/logs").await.to_string();
    for leaked in ["k3y", "more", &secret] {
        assert!(!told.contains(leaked), "{leaked}: {told}");
    }
    assert!(told.contains("storageAccessKey"), "{told}");
    emulator.stop().await.unwrap();
}
