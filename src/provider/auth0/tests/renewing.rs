//! A token that the tenant stops taking in the middle of a run.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::super::{Credentials, Reader, Settings, Writer};
use super::server::{Got, Reply, Server};
use super::{Tenant, parallelism, settings};
use crate::model::{Address, Attrs, ClientRef, Value};
use crate::provider::{Distrust, Mutate, Observe, ProviderError, Write, WriteError};

fn expired() -> Reply {
    let message = "Expired token received for JSON Web Token validation";
    Reply::json(
        401,
        &json!({ "statusCode": 401, "error": "Unauthorized", "message": message }),
    )
}

/// A tenant whose tokens have a number, the first being 1; `takes` says of each whether it counts.
async fn tenant(takes: impl Fn(usize, &Got) -> bool + Send + Sync + 'static) -> Server {
    let issued = AtomicUsize::new(0);
    Server::start(move |got| {
        if got.path() == "/oauth/token" {
            let number = issued.fetch_add(1, Ordering::SeqCst) + 1;
            return Reply::json(200, &json!({ "access_token": format!("number-{number}") }));
        }
        let (_, token) = got.head.split_once("Bearer number-").unwrap();
        let number = token.lines().next().unwrap().parse().unwrap();
        match &*got.method {
            _ if !takes(number, got) => expired(),
            "POST" => Reply::json(201, &json!({ "client_id": "abc" })),
            _ => Tenant::default().answer(got),
        }
    })
    .await
}

fn create() -> Write {
    Write::Create {
        address: Address::Client(ClientRef::Key("courier".parse().unwrap())),
        attrs: Attrs::from_iter([("name".into(), Value::from("Courier"))]),
    }
}

fn is_expired(error: &ProviderError) -> bool {
    matches!(
        error,
        ProviderError::Unauthorized {
            distrust: Distrust::Expired,
            ..
        }
    )
}

#[tokio::test(start_paused = true)]
async fn requests_refused_at_the_same_time_share_one_new_token_and_are_asked_once_more() {
    // Clients and grants are asked for side by side.
    let takes = |number, got: &Got| number > 1 || got.path() == "/api/v2/resource-servers";
    let server = tenant(takes).await;
    Reader::new(settings(&server))
        .unwrap()
        .read()
        .await
        .unwrap();
    assert_eq!(server.count("POST", "/oauth/token"), 2);
    assert_eq!(server.got().len(), 2 + 1 + 2 * 2);
}

#[tokio::test(start_paused = true)]
async fn what_creates_is_sent_again_too_for_what_is_refused_was_not_carried_out() {
    let server = tenant(|number, got| number > 1 || got.method == "GET").await;
    let writer = Writer::new(settings(&server)).unwrap();
    writer.reader().read().await.unwrap();
    assert_eq!(writer.write(&create()).await.unwrap().as_str(), "abc");
    assert_eq!(server.count("POST", "/oauth/token"), 2);
    assert_eq!(server.count("POST", "/api/v2/clients"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_outlives_its_tokens_gets_one_after_the_other() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    // Each token counts for three requests.
    let server = tenant(move |number, _| {
        let earlier = count.load(Ordering::SeqCst);
        let counts = earlier < 3 * number;
        count.fetch_add(usize::from(counts), Ordering::SeqCst);
        counts
    })
    .await;
    let reader = Reader::new(settings(&server).with_parallelism(parallelism(1))).unwrap();
    for _ in 0..4 {
        reader.read().await.unwrap();
    }
    assert_eq!(server.count("POST", "/oauth/token"), 4);
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_takes_no_token_is_asked_for_no_third() {
    let server = tenant(|_, _| false).await;
    let writer = Writer::new(settings(&server)).unwrap();
    let error = writer.reader().read().await.unwrap_err();
    assert!(is_expired(&error), "{error}");
    let outcome = writer.write(&create()).await;
    assert!(
        matches!(&outcome, Err(WriteError::Refused(error)) if is_expired(error)),
        "{outcome:?}"
    );
    assert_eq!(server.count("POST", "/oauth/token"), 2);
    assert_eq!(server.count("POST", "/api/v2/clients"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_ready_token_cannot_be_renewed() {
    let server = Server::start(|_| expired()).await;
    let credentials = Credentials::token(&super::TOKEN.into()).unwrap();
    let audience = Some("https://acme.eu.auth0.com/api/v2/");
    let settings = Settings::parse(&server.domain(), credentials, audience).unwrap();
    let writer = Writer::new(settings).unwrap();
    let outcome = writer.write(&create()).await;
    assert!(
        matches!(&outcome, Err(WriteError::Refused(error)) if is_expired(error)),
        "{outcome:?}"
    );
    assert_eq!(server.got().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn where_no_new_token_is_given_that_is_the_reason() {
    let issued = AtomicUsize::new(0);
    let server = Server::start(move |got| match got.path() {
        "/oauth/token" if issued.fetch_add(1, Ordering::SeqCst) == 0 => {
            Reply::json(200, &json!({ "access_token": "number-1" }))
        }
        "/oauth/token" => Reply::json(
            401,
            &json!({ "error": "access_denied", "error_description": "Unauthorized" }),
        ),
        _ => expired(),
    })
    .await;
    let writer = Writer::new(settings(&server)).unwrap();
    let reason = |outcome: Result<_, WriteError>| match outcome {
        Err(WriteError::Refused(ProviderError::Unauthorized { distrust, .. })) => distrust,
        other => panic!("{other:?}"),
    };
    assert_eq!(reason(writer.write(&create()).await), Distrust::Credentials);
    assert_eq!(reason(writer.write(&create()).await), Distrust::Expired);
    assert_eq!(server.count("POST", "/oauth/token"), 2);
}
