//! A token that the tenant stops taking in the middle of a run.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::server::{Received, Reply, Server};
use super::writes::{create_client, writer_for};
use super::{FakeTenant, parallelism, settings_for, settings_with};
use crate::model::RemoteId;
use crate::provider::auth0::{Credentials, Reader, Writer};
use crate::provider::{
    Mutate, Observe, ProviderError, UnauthorizedReason, WriteError,
};

const TOKENS: &str = "/oauth/token";

fn expired() -> Reply {
    let message = "Expired token received for JSON Web Token validation";
    Reply::error(401, "Unauthorized", message)
}

/// A tenant whose tokens have a number, the first being 1; `takes` says of each
/// whether it counts.
async fn tenant(
    takes: impl Fn(usize, &Received) -> bool + Send + Sync + 'static,
) -> Server {
    let issued = AtomicUsize::new(0);

    Server::start(move |got| {
        if got.path() == TOKENS {
            let number = issued.fetch_add(1, Ordering::SeqCst) + 1;
            return Reply::json(
                200,
                &json!({ "access_token": format!("number-{number}") }),
            );
        }

        let (_, token) = got
            .head
            .split_once("Bearer number-")
            .unwrap();
        let number = token
            .lines()
            .next()
            .unwrap()
            .parse()
            .unwrap();
        match &*got.method {
            _ if !takes(number, got) => expired(),
            "POST" => Reply::json(201, &json!({ "client_id": "abc" })),
            _ => FakeTenant::default().answer(got),
        }
    })
    .await
}

fn is_expired(error: &ProviderError) -> bool {
    matches!(
        error,
        ProviderError::Unauthorized {
            distrust: UnauthorizedReason::Expired,
            ..
        }
    )
}

/// Why a write was refused with 401.
#[track_caller]
fn distrust_of(outcome: &Result<RemoteId, WriteError>) -> UnauthorizedReason {
    match outcome {
        Err(WriteError::Refused(ProviderError::Unauthorized {
            distrust,
            ..
        })) => *distrust,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn requests_refused_at_the_same_time_share_one_new_token_and_are_asked_once_more()
 {
    // Clients and grants are asked for side by side.
    let takes = |number, got: &Received| {
        number > 1 || got.path() == "/api/v2/resource-servers"
    };
    let server = tenant(takes).await;

    let reader = Reader::new(settings_for(&server)).unwrap();
    reader.read().await.unwrap();

    assert_eq!(server.count("POST", TOKENS), 2);
    assert_eq!(server.got().len(), 2 + 1 + 2 * 2);
}

#[tokio::test(start_paused = true)]
async fn what_creates_is_sent_again_too_for_what_is_refused_was_not_carried_out()
 {
    let server = tenant(|number, got| number > 1 || got.method == "GET").await;
    let writer = writer_for(&server);

    writer.reader().read().await.unwrap();
    assert_eq!(
        writer
            .write(&create_client())
            .await
            .unwrap()
            .as_str(),
        "abc"
    );

    assert_eq!(server.count("POST", TOKENS), 2);
    assert_eq!(server.count("POST", "/api/v2/clients"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_outlives_its_tokens_gets_one_after_the_other() {
    let asked = AtomicUsize::new(0);
    // Each token counts for three requests.
    let server = tenant(move |number, _| {
        let earlier = asked.load(Ordering::SeqCst);
        let counts = earlier < 3 * number;
        asked.fetch_add(usize::from(counts), Ordering::SeqCst);
        counts
    })
    .await;

    let reader =
        Reader::new(settings_for(&server).with_parallelism(parallelism(1)))
            .unwrap();
    for _ in 0..4 {
        reader.read().await.unwrap();
    }

    assert_eq!(server.count("POST", TOKENS), 4);
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_takes_no_token_is_asked_for_no_third() {
    let server = tenant(|_, _| false).await;
    let writer = writer_for(&server);

    let error = writer
        .reader()
        .read()
        .await
        .unwrap_err();
    assert!(is_expired(&error), "{error}");
    let outcome = writer.write(&create_client()).await;
    assert_eq!(
        distrust_of(&outcome),
        UnauthorizedReason::Expired
    );

    assert_eq!(server.count("POST", TOKENS), 2);
    assert_eq!(server.count("POST", "/api/v2/clients"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_ready_token_cannot_be_renewed() {
    let server = Server::start(|_| expired()).await;
    let credentials = Credentials::token(&super::TOKEN.into()).unwrap();
    let writer = Writer::new(settings_with(&server, credentials)).unwrap();

    let outcome = writer.write(&create_client()).await;

    assert_eq!(
        distrust_of(&outcome),
        UnauthorizedReason::Expired
    );
    assert_eq!(server.got().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn where_no_new_token_is_given_that_is_the_reason() {
    let issued = AtomicUsize::new(0);
    let unauthorized = json!({ "error": "access_denied", "error_description": "Unauthorized" });
    let server = Server::start(move |got| match got.path() {
        TOKENS if issued.fetch_add(1, Ordering::SeqCst) == 0 => {
            Reply::json(200, &json!({ "access_token": "number-1" }))
        }
        TOKENS => Reply::json(401, &unauthorized),
        _ => expired(),
    })
    .await;
    let writer = writer_for(&server);

    let first = writer.write(&create_client()).await;
    assert_eq!(
        distrust_of(&first),
        UnauthorizedReason::Credentials
    );
    let second = writer.write(&create_client()).await;
    assert_eq!(
        distrust_of(&second),
        UnauthorizedReason::Expired
    );

    assert_eq!(server.count("POST", TOKENS), 2);
}
