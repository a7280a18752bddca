//! Clients as the tools meet them that set more than machines need: what is
//! filled in, what stays.

use grantry::emulator::Transport;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::emulator::caller::{Caller, start};
use crate::emulator::credentials::{key_pair, public_key};

#[tokio::test]
async fn a_change_within_an_object_leaves_the_rest_of_it() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let body = json!({
        "name": "App", "app_type": "native", "token_endpoint_auth_method": "none",
        "session_transfer": {},
        "mobile": {"android": {"app_package_name": "a.b"}, "ios": {"team_id": "T"}},
        "signed_request_object": {"required": true, "credentials": [public_key(&key_pair())]}
    });
    let client = caller.post("/clients", body).await;
    assert_eq!(
        client["grant_types"],
        json!([
            "authorization_code",
            "implicit",
            "refresh_token"
        ])
    );
    let path = format!(
        "/clients/{}",
        client["client_id"].as_str().unwrap()
    );
    let credentials = caller
        .get(&format!("{path}/credentials"))
        .await;
    assert_eq!(
        client["signed_request_object"]["credentials"], credentials,
        "what it brought is answered whole, this once"
    );

    let change = json!({
        "session_transfer": {"enforce_device_binding": "none"},
        "mobile": {"ios": {"team_id": "U"}},
        "signed_request_object": {"required": false}
    });
    let (status, changed) = caller
        .send(Method::PATCH, &path, Some(&change))
        .await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    let mut transfer = client["session_transfer"].clone();
    transfer["enforce_device_binding"] = "none".into();
    assert_eq!(changed["session_transfer"], transfer);
    assert_eq!(
        changed["mobile"],
        json!({"android": {"app_package_name": "a.b"}, "ios": {"team_id": "U"}})
    );
    assert_eq!(
        changed["signed_request_object"],
        json!({"required": false, "credentials": [{"id": credentials[0]["id"]}]})
    );
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn an_api_shows_the_client_that_acts_for_it() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    caller
        .post(
            "/resource-servers",
            json!({"identifier": "urn:a"}),
        )
        .await;
    let client = json!({
        "name": "Of the API", "app_type": "resource_server", "resource_server_identifier": "urn:a"
    });
    let client = caller.post("/clients", client).await;
    let id = client["client_id"].as_str().unwrap();
    assert_eq!(
        caller
            .get("/resource-servers/urn:a")
            .await["client_id"],
        id
    );

    let path = format!("/clients/{id}");
    let (status, _) = caller
        .send(Method::DELETE, &path, None)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let api = caller
        .get("/resource-servers/urn:a")
        .await;
    assert_eq!(api.get("client_id"), None);
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn an_alias_that_is_taken_is_a_conflict() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let body = json!({"name": "n", "client_aliases": ["https://a.example/"]});
    caller
        .post("/clients", body.clone())
        .await;
    let (status, refusal) = caller
        .send(Method::POST, "/clients", Some(&body))
        .await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(
        refusal,
        json!({
            "statusCode": 409,
            "error": "Conflict",
            "message": "Another client exists with the same alias"
        })
    );
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn an_api_has_a_thousand_scopes_and_no_more() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let scopes = |count: usize| -> Vec<_> {
        (0..count)
            .map(|number| json!({"value": format!("s{number}")}))
            .collect()
    };
    let api = json!({"identifier": "urn:a", "scopes": scopes(1000)});
    caller
        .post("/resource-servers", api)
        .await;
    let change = json!({"scopes": scopes(1001)});
    let (status, refusal) = caller
        .send(
            Method::PATCH,
            "/resource-servers/urn:a",
            Some(&change),
        )
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(
        refusal["message"],
        "Payload validation error: 'Array is too long (1001), maximum 1000' on property scopes."
    );
    emulator.stop().await.unwrap();
}
