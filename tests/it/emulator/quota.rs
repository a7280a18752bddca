//! Token quotas, as a client meets them.

use grantry::emulator::{MANAGEMENT_CLIENT_ID, Transport};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::emulator::caller::{Caller, management, start};

async fn ask(caller: &Caller) -> Response {
    let url = format!("{}/oauth/token", caller.url);
    caller
        .http
        .post(url)
        .form(&management(None))
        .send()
        .await
        .unwrap()
}

async fn limit(caller: &Caller, quota: Value) {
    let path = format!("/clients/{MANAGEMENT_CLIENT_ID}");
    let change = json!({"token_quota": quota});
    let (status, answer) = caller
        .send(Method::PATCH, &path, Some(&change))
        .await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}

#[tokio::test]
async fn a_quota_is_said_with_each_token_and_ends_in_a_refusal() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    assert_eq!(
        ask(&caller)
            .await
            .headers()
            .get("auth0-client-quota-limit"),
        None
    );

    limit(
        &caller,
        json!({"client_credentials": {"per_day": 1}}),
    )
    .await;
    let response = ask(&caller).await;
    assert_eq!(response.status(), StatusCode::OK);
    let left = response.headers()["auth0-client-quota-limit"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        left.starts_with("b=per_day;q=1;r=0;t="),
        "{left}"
    );

    let mut response = ask(&caller).await;
    if response.status() == StatusCode::OK {
        // Midnight came between the two.
        response = ask(&caller).await;
    }
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    let headers = response.headers();
    let number = |name| {
        headers[name]
            .to_str()
            .unwrap()
            .parse::<u64>()
            .unwrap()
    };
    assert!((1..=86_400).contains(&number("retry-after")));
    assert_eq!(
        (
            number("x-ratelimit-limit"),
            number("x-ratelimit-remaining")
        ),
        (1, 0)
    );
    assert_eq!(number("x-ratelimit-reset") % 86_400, 0);
    assert!(
        headers["auth0-client-quota-limit"]
            .to_str()
            .unwrap()
            .contains(";r=0;")
    );
    assert_eq!(
        response.json::<Value>().await.unwrap(),
        json!({
            "error": "too_many_requests", "error_description": "Client quota exceeded"
        })
    );

    limit(
        &caller,
        json!({"client_credentials": {"per_day": 1, "enforce": false}}),
    )
    .await;
    assert_eq!(ask(&caller).await.status(), StatusCode::OK);
    limit(&caller, Value::Null).await;
    assert_eq!(
        ask(&caller)
            .await
            .headers()
            .get("auth0-client-quota-limit"),
        None
    );
    emulator.stop().await.unwrap();
}
