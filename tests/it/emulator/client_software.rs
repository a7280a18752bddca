//! Requests as Terraform's provider and Auth0's own command line make them,
//! which were seen to fail elsewhere.

use grantry::emulator::{
    MANAGEMENT_CLIENT_ID, MANAGEMENT_CLIENT_SECRET, Transport,
};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::emulator::caller::{Caller, management, start, token};
use crate::helpers::plain_http::plain_http;

/// First by Basic, with nothing in the form but the grant type and an
/// audience that is made from the domain; and where that is refused,
/// with the secret in the form.
#[tokio::test]
async fn a_token_is_got_by_basic_for_the_domain_and_without_a_scope() {
    let emulator = start(Transport::Plain, None).await;
    let http = plain_http();
    let domain = emulator
        .url()
        .strip_prefix("http://")
        .unwrap()
        .to_owned();
    let audience = format!("https://{domain}/api/v2/");
    let by_basic = async |secret: &str| {
        let form = [
            ("audience", audience.as_str()),
            ("grant_type", "client_credentials"),
        ];
        let request = http
            .post(format!("{}/oauth/token", emulator.url()))
            .basic_auth(MANAGEMENT_CLIENT_ID, Some(secret))
            .form(&form);
        let response = request.send().await.unwrap();
        (
            response.status(),
            response.json::<Value>().await.unwrap(),
        )
    };

    let (status, answer) = by_basic(MANAGEMENT_CLIENT_SECRET).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let scopes = answer["scope"].as_str().unwrap();
    assert!(
        scopes.contains("create:client_grants"),
        "{scopes}"
    );
    let clients = http
        .get(format!("{}/api/v2/clients", emulator.url()))
        .bearer_auth(answer["access_token"].as_str().unwrap());
    assert_eq!(
        clients.send().await.unwrap().status(),
        StatusCode::OK
    );

    let (status, _) = by_basic("wrong").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let mut in_form = management(None);
    in_form["audience"] = audience.clone().into();
    let (status, answer) = token(&http, &emulator.url(), &in_form).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn a_token_for_no_audience_is_refused_in_words_of_its_own() {
    let emulator = start(Transport::Plain, None).await;
    let mut request = management(None);
    request
        .as_object_mut()
        .unwrap()
        .remove("audience");
    let (status, refusal) =
        token(&plain_http(), &emulator.url(), &request).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(
        refusal,
        json!({
            "error": "access_denied",
            "error_description":
                "No audience parameter was provided, and no default audience has been configured"
        })
    );

    request["client_secret"] = "wrong".into();
    let (status, _) = token(&plain_http(), &emulator.url(), &request).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn an_api_is_read_by_an_identifier_that_is_escaped_twice() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let mut api = json!({"identifier": "https://api.example/a b+c/"});
    let created = caller
        .post("/resource-servers", api.clone())
        .await;
    for path in [
        "/resource-servers/https:%252F%252Fapi.example%252Fa%2520b+c%252F",
        "/resource-servers/https%253A%252F%252Fapi.example%252Fa%2520b%252Bc%252F",
    ] {
        assert_eq!(caller.get(path).await, created, "{path}");
    }

    // What is called so comes before what would be called so.
    api["identifier"] = "https:%2F%2Fapi.example%2Fa%20b+c%2F".into();
    let literal = caller
        .post("/resource-servers", api)
        .await;
    let path =
        "/resource-servers/https:%252F%252Fapi.example%252Fa%2520b+c%252F";
    assert_eq!(caller.get(path).await, literal);
    let (status, _) = caller
        .send(
            Method::GET,
            "/resource-servers/urn%253Anone",
            None,
        )
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    emulator.stop().await.unwrap();
}

/// Go writes a body that is none as `null`, and says of what
/// has no body that it is JSON.
#[tokio::test]
async fn a_body_that_means_nothing_is_passed_over() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let client = caller
        .post("/clients", json!({"name": "n"}))
        .await;
    let path = format!(
        "/clients/{}",
        client["client_id"].as_str().unwrap()
    );
    let rotation = format!("{path}/rotate-secret");
    let organizations = "/organizations?include_totals=true&per_page=50";
    for (method, path, expected) in [
        (Method::GET, path.as_str(), StatusCode::OK),
        (Method::GET, organizations, StatusCode::OK),
        (Method::POST, &rotation, StatusCode::OK),
        (Method::DELETE, &path, StatusCode::NO_CONTENT),
    ] {
        for body in ["", "null"] {
            // The second time it is gone, which deleting does not mind.
            let request = caller
                .http
                .request(
                    method.clone(),
                    format!("{}/api/v2{path}", caller.url),
                )
                .bearer_auth(&caller.token)
                .header(CONTENT_TYPE, "application/json")
                .body(body);
            let status = request.send().await.unwrap().status();
            assert_eq!(status, expected, "{method} {path} {body}");
        }
    }
    emulator.stop().await.unwrap();
}

/// The provider sets keys, and clears each field by a request of its own that
/// has null and no more.
#[tokio::test]
async fn what_is_cleared_one_by_one_is_gone() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let body = json!({
        "name": "n",
        "addons": {"samlp": {"audience": "a"}},
        "oidc_logout": {"backchannel_logout_urls": ["https://a.example/"]},
        "session_transfer": {},
        "token_quota": {"client_credentials": {"per_day": 5}}
    });
    let client = caller.post("/clients", body).await;
    let path = format!(
        "/clients/{}",
        client["client_id"].as_str().unwrap()
    );
    for field in [
        "addons",
        "oidc_backchannel_logout",
        "session_transfer",
        "token_quota",
        "default_organization",
        "signed_request_object",
    ] {
        let change = json!({field: null});
        let (status, changed) = caller
            .send(Method::PATCH, &path, Some(&change))
            .await;
        assert_eq!(status, StatusCode::OK, "{field}: {changed}");
        assert_eq!(changed.get(field), None);
    }

    let read = caller.get(&path).await;
    assert_eq!(read.get("oidc_logout"), None);

    let api = json!({"identifier": "urn:a", "authorization_details": [{"type": "payment"}]});
    caller
        .post("/resource-servers", api)
        .await;
    for field in [
        "authorization_details",
        "token_encryption",
        "proof_of_possession",
    ] {
        let change = json!({field: null});
        let path = "/resource-servers/urn:a";
        let (status, changed) = caller
            .send(Method::PATCH, path, Some(&change))
            .await;
        assert_eq!(status, StatusCode::OK, "{field}: {changed}");
        assert_eq!(changed.get(field), None);
    }
    emulator.stop().await.unwrap();
}
