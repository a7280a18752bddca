//! APIs as whoever keeps a lock in one meets them: small, closed, taken once,
//! known by a URN.

use grantry::emulator::Transport;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::emulator::caller::{Caller, start};

const IDENTIFIER: &str = "urn:grantry:lock:maps:df2a1b1b";
const PATH: &str = "/resource-servers/urn%3Agrantry%3Alock%3Amaps%3Adf2a1b1b";

/// An API that nobody can get a token for, with a name as long as names may be.
fn closed(name: &str) -> Value {
    json!({
        "identifier": IDENTIFIER,
        "name": name,
        "scopes": [],
        "subject_type_authorization": {
            "client": {"policy": "deny_all"},
            "user": {"policy": "deny_all"}
        }
    })
}

#[tokio::test]
async fn a_closed_api_is_taken_once_renamed_by_id_and_free_again() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let name = "n".repeat(200);
    let made = caller
        .post("/resource-servers", closed(&name))
        .await;
    assert_eq!(made["name"], name);
    assert_eq!(made["scopes"], json!([]));
    assert_eq!(
        made["subject_type_authorization"],
        closed("")["subject_type_authorization"]
    );

    let (status, refusal) = caller
        .send(
            Method::POST,
            "/resource-servers",
            Some(&closed("another")),
        )
        .await;
    assert_eq!(status, StatusCode::CONFLICT);
    let message = "A resource server with the same identifier already exists";
    assert_eq!(refusal["message"], message);
    let (status, _) = caller
        .send(
            Method::POST,
            "/resource-servers",
            Some(&closed(&"n".repeat(201))),
        )
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);

    let by_id = format!(
        "/resource-servers/{}",
        made["id"].as_str().unwrap()
    );
    let renamed = json!({"name": "held"});
    let (status, answer) = caller
        .send(Method::PATCH, &by_id, Some(&renamed))
        .await;
    assert_eq!(
        (status, &answer["name"]),
        (StatusCode::OK, &json!("held"))
    );
    assert_eq!(caller.get(PATH).await, answer);
    assert_eq!(caller.get(&by_id).await, answer);

    for path in [&by_id, PATH] {
        assert_eq!(
            caller
                .send(Method::DELETE, path, None)
                .await
                .0,
            StatusCode::NO_CONTENT
        );
        assert_eq!(
            caller
                .send(Method::GET, PATH, None)
                .await
                .0,
            StatusCode::NOT_FOUND
        );
        let again = caller
            .post("/resource-servers", closed("another"))
            .await;
        assert_ne!(again["id"], made["id"]);
    }
    emulator.stop().await.unwrap();
}

/// What Auth0 does is not observed. A caller that relies on either is wrong, so
/// the one that is harder to meet is what happens here.
#[tokio::test]
async fn a_deleted_api_leaves_its_grants() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    caller
        .post(
            "/resource-servers",
            json!({"identifier": "urn:a"}),
        )
        .await;
    let client = caller
        .post("/clients", json!({"name": "A"}))
        .await;
    let grant = json!({"client_id": client["client_id"], "audience": "urn:a", "scope": ["r"]});
    let made = caller
        .post("/client-grants", grant)
        .await;

    let (status, _) = caller
        .send(Method::DELETE, "/resource-servers/urn:a", None)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(
        caller
            .get("/client-grants?audience=urn:a")
            .await,
        json!([made])
    );
    emulator.stop().await.unwrap();
}

/// Whoever measures time by the tenant's clock reads it from any answer.
#[tokio::test]
async fn every_answer_says_when_it_was_given() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    emulator.change_conditions(grantry::emulator::Conditions {
        faults: vec![
            "GET /clients:500".parse().unwrap(),
            "*:truncate:nth=4".parse().unwrap(),
        ],
        ..grantry::emulator::Conditions::default()
    });
    let client = "/api/v2/clients/none";
    for path in [
        "/api/v2/clients",
        "/api/v2/resource-servers",
        client,
        "/nowhere",
    ] {
        let request = caller
            .http
            .get(format!("{}{path}", caller.url))
            .bearer_auth(&caller.token);
        let answer = request.send().await.unwrap();
        let date = answer.headers()["date"]
            .to_str()
            .unwrap();
        assert!(
            httpdate::parse_http_date(date).is_ok(),
            "{path}: {date}"
        );
    }
    emulator.stop().await.unwrap();
}
