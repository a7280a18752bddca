//! Tokens for an organization.

use grantry::emulator::Transport;
use jsonwebtoken::dangerous::insecure_decode;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::emulator::caller::{Caller, start, token};

#[tokio::test]
async fn a_token_names_the_organization_it_is_for() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let organization = caller
        .post("/organizations", json!({"name": "some-org"}))
        .await;
    caller
        .post(
            "/resource-servers",
            json!({"identifier": "urn:a"}),
        )
        .await;
    let client = caller
        .post("/clients", json!({"name": "Service"}))
        .await;
    let grant = json!({
        "client_id": client["client_id"], "audience": "urn:a", "scope": [],
        "organization_usage": "require", "allow_any_organization": true
    });
    caller
        .post("/client-grants", grant)
        .await;
    let mut request = json!({
        "grant_type": "client_credentials",
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "audience": "urn:a"
    });
    let (status, refusal) = token(&caller.http, &caller.url, &request).await;
    assert_eq!(
        (status, &refusal["error"]),
        (
            StatusCode::BAD_REQUEST,
            &json!("invalid_request")
        )
    );

    for name in ["id", "name"] {
        request["organization"] = organization[name].clone();
        let (_, answer) = token(&caller.http, &caller.url, &request).await;
        let issued =
            insecure_decode::<Value>(answer["access_token"].as_str().unwrap())
                .unwrap();
        assert_eq!(issued.claims["org_id"], organization["id"]);
    }
    request["organization"] = "another-org".into();
    let (status, refusal) = token(&caller.http, &caller.url, &request).await;
    assert_eq!(
        (status, &refusal["error"]),
        (StatusCode::FORBIDDEN, &json!("access_denied"))
    );
    emulator.stop().await.unwrap();
}
