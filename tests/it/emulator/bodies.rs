//! What a body may be written in, and how long it may be.

use grantry::emulator::Transport;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::emulator::caller::{Caller, start};

async fn send(
    caller: &Caller,
    method: Method,
    path: &str,
    content_type: &str,
    body: String,
) -> (StatusCode, Value) {
    let request = caller
        .http
        .request(method, format!("{}/api/v2{path}", caller.url));
    let request = request
        .bearer_auth(&caller.token)
        .header(CONTENT_TYPE, content_type)
        .body(body);
    let response = request.send().await.unwrap();
    (
        response.status(),
        response.json().await.unwrap(),
    )
}

#[tokio::test]
async fn a_form_says_what_json_says() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let form = "application/x-www-form-urlencoded";
    let body = "identifier=https%3A%2F%2Fapi.example%2F&token_lifetime=600&enforce_policies=true\
                &scopes[0][value]=read:maps&scopes[0][description]=Read+maps";
    let (status, api) = send(
        &caller,
        Method::POST,
        "/resource-servers",
        form,
        body.to_owned(),
    )
    .await;
    assert_eq!(status, StatusCode::CREATED, "{api}");
    assert_eq!(
        (&api["token_lifetime"], &api["enforce_policies"]),
        (&json!(600), &json!(true))
    );
    assert_eq!(
        api["scopes"],
        json!([{"value": "read:maps", "description": "Read maps"}])
    );

    let client = caller
        .post("/clients", json!({"name": "A"}))
        .await;
    let id = client["client_id"].as_str().unwrap();
    let grant =
        format!("client_id={id}&audience=https://api.example/&scope=read:maps");
    let (status, grant) = send(
        &caller,
        Method::POST,
        "/client-grants",
        form,
        grant,
    )
    .await;
    assert_eq!(
        (status, &grant["scope"]),
        (StatusCode::CREATED, &json!(["read:maps"]))
    );

    let change =
        "oidc_conformant=true&grant_types[]=client_credentials&name=true"
            .to_owned();
    let (status, client) = send(
        &caller,
        Method::PATCH,
        &format!("/clients/{id}"),
        form,
        change,
    )
    .await;
    assert_eq!(
        (
            status,
            &client["oidc_conformant"],
            &client["grant_types"],
            &client["name"]
        ),
        (
            StatusCode::OK,
            &json!(true),
            &json!(["client_credentials"]),
            &json!("true")
        )
    );

    let (status, body) = send(
        &caller,
        Method::POST,
        "/clients",
        form,
        "name=A&sso=maybe".to_owned(),
    )
    .await;
    let message = "Payload validation error: \
                   'Expected type boolean but found type string' on property sso.";
    assert_eq!(
        (status, &body["message"]),
        (StatusCode::BAD_REQUEST, &json!(message))
    );
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn bodies_of_another_kind_or_size_are_refused() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let long = |length: usize| {
        json!({"name": "A", "logo_uri": "x".repeat(length)}).to_string()
    };
    for (content_type, body, expected) in [
        (
            "application/json; charset=utf-8",
            long(1),
            StatusCode::CREATED,
        ),
        (
            "text/plain",
            long(1),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
        (
            "application/json",
            "{".to_owned(),
            StatusCode::BAD_REQUEST,
        ),
        (
            "application/json",
            "[]".to_owned(),
            StatusCode::BAD_REQUEST,
        ),
        (
            "application/json",
            "[".repeat(100_000),
            StatusCode::BAD_REQUEST,
        ),
        (
            "application/json",
            long(1024 * 1024 - 100),
            StatusCode::CREATED,
        ),
        (
            "application/json",
            long(1024 * 1024),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
    ] {
        let (status, body) = send(
            &caller,
            Method::POST,
            "/clients",
            content_type,
            body,
        )
        .await;
        assert_eq!(status, expected, "{body}");
        if status.is_client_error() {
            assert_eq!(body["statusCode"], status.as_u16());
        }
    }
    emulator.stop().await.unwrap();
}
