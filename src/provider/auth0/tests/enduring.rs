//! Complete or not at all: paging, and what passes by itself.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::super::{Credentials, Reader, Settings};
use super::server::{Got, Reply, Server};
use super::{
    Tenant, client, either, grant, page, parallelism, read, settings, stretch, with_token,
};
use crate::model::Snapshot;
use crate::provider::{Observe, ProviderError};

/// Reads a tenant of so many objects of each kind, and says how many requests that took.
async fn read_large(apis: usize, clients: usize, grants: usize) -> (Server, [usize; 3]) {
    let number = |kind: &'static str, many: usize| (0..many).map(move |n| format!("{kind}{n}"));
    let tenant = Tenant {
        resource_servers: number("api", apis)
            .map(|id| json!({ "id": id, "identifier": id }))
            .collect(),
        clients: number("c", clients).map(|id| client(&id)).collect(),
        grants: number("g", grants).map(|id| grant(&id, &id, "api1")).collect(),
    };
    let server = Server::start(with_token(move |got| tenant.answer(got))).await;
    let reader = Reader::new(settings(&server).with_parallelism(parallelism(5))).unwrap();
    let snapshot = reader.read().await.unwrap();
    assert_eq!(snapshot.found.len(), apis + clients + grants);
    assert_eq!(server.count("POST", "/oauth/token"), 1);
    let counts = ["resource-servers", "clients", "client-grants"]
        .map(|path| server.count("GET", &format!("/api/v2/{path}")));
    (server, counts)
}

#[tokio::test(start_paused = true)]
async fn what_pages_by_number_reach_is_read_side_by_side() {
    let (server, counts) = read_large(250, 1000, 1000).await;
    assert_eq!(counts, [3, 10, 10]);
    assert_eq!(server.most_at_once(), 5);
    assert!(server.got().iter().all(|got| got.query("take").is_none()));
}

#[tokio::test(start_paused = true)]
async fn a_longer_listing_is_read_from_one_checkpoint_to_the_next() {
    let (server, counts) = read_large(1050, 1001, 2001).await;
    assert_eq!(counts, [11, 1 + 11, 1 + 21]);
    let far = |got: &Got| got.query("page").is_some_and(|page| page.len() > 1);
    assert!(server.got().iter().all(|got| !far(got) || got.path().ends_with("resource-servers")));
}

/// Reads 1,200 clients, of which the later stretches are what a test makes of them.
async fn with_stretches(
    answer: impl Fn(&[Json], &Got) -> Reply + Send + Sync + 'static,
) -> Result<Snapshot, ProviderError> {
    let clients: Vec<_> = (0..1200).map(|n| client(&format!("c{n}"))).collect();
    let server = Server::start(with_token(move |got| match (got.path(), got.query("from")) {
        ("/api/v2/clients", Some(_)) => answer(&clients, got),
        ("/api/v2/clients", None) => either("clients", &clients, got),
        _ => Tenant::default().answer(got),
    }));
    read(&server.await).await
}

#[tokio::test(start_paused = true)]
async fn checkpoints_lead_to_the_end_or_nowhere() {
    let grown = with_stretches(|clients, got| {
        let more = [clients, &[client("new")]].concat();
        stretch("clients", &more, got)
    });
    assert_eq!(grown.await.unwrap().found.len(), 1201);
    let shrunk = with_stretches(|clients, got| stretch("clients", &clients[..1100], got)).await;
    let said = "the listing of clients is not complete: 1100 of 1200 seen";
    assert_eq!(shrunk.unwrap_err().to_string(), said);
    let circle = |clients: &[Json], _: &Got| {
        Reply::json(200, &json!({ "clients": clients[..100], "next": "1" }))
    };
    let said = "the listing of clients is not complete: 100 of 1200 seen";
    assert_eq!(with_stretches(circle).await.unwrap_err().to_string(), said);
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_refuses_a_page_by_its_number_is_read_by_checkpoints() {
    let clients: Vec<_> = (0..900).map(|n| client(&format!("c{n}"))).collect();
    let server = Server::start(with_token(move |got| match (got.path(), got.query("page")) {
        ("/api/v2/clients", Some(page)) if page == "8" => Reply::json(
            400,
            &json!({ "message": "Requesting page exceeds the allowed maximum of 1000 records.",
                "errorCode": "invalid_paging" }),
        ),
        ("/api/v2/clients", _) => either("clients", &clients, got),
        _ => Tenant::default().answer(got),
    }));
    assert_eq!(read(&server.await).await.unwrap().found.len(), 900);
}

/// Reads 150 clients, of which the second page is what a test makes of it.
async fn with_second_page(
    second: impl Fn(&[Json], &Got) -> Reply + Send + Sync + 'static,
) -> String {
    let clients: Vec<_> = (0..150).map(|n| client(&format!("c{n}"))).collect();
    let server = Server::start(with_token(move |got| match (got.path(), got.query("page")) {
        ("/api/v2/clients", Some(page)) if page == "1" => second(&clients, got),
        ("/api/v2/clients", _) => page("clients", &clients, got),
        _ => Tenant::default().answer(got),
    }));
    read(&server.await).await.unwrap_err().to_string()
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_moves_while_it_is_read_is_not_complete() {
    let incomplete = |seen| format!("the listing of clients is not complete: {seen} of 150 seen");
    let one_went = with_second_page(|clients, got| page("clients", &clients[1..], got)).await;
    assert_eq!(one_went, incomplete(149));
    let cut = |clients: &[Json], _: &Got| {
        let some = &clients[100..120];
        Reply::json(200, &json!({ "total": 150, "start": 100, "limit": 100, "clients": some }))
    };
    assert_eq!(with_second_page(cut).await, incomplete(120));
    let repeated = |clients: &[Json], _: &Got| {
        let some = &clients[99..149];
        Reply::json(200, &json!({ "total": 150, "start": 100, "limit": 100, "clients": some }))
    };
    assert_eq!(with_second_page(repeated).await, incomplete(149));
}

#[tokio::test(start_paused = true)]
async fn a_tenant_with_smaller_pages_is_read_to_its_end() {
    let clients: Vec<_> = (0..120).map(|n| client(&format!("c{n}"))).collect();
    let server = Server::start(with_token(move |got| {
        let mut got = got.clone();
        got.target = got.target.replace("per_page=100", "per_page=50");
        match got.path() {
            "/api/v2/clients" => page("clients", &clients, &got),
            _ => Tenant::default().answer(&got),
        }
    }));
    let server = server.await;
    assert_eq!(read(&server).await.unwrap().found.len(), 120);
    assert_eq!(server.count("GET", "/api/v2/clients"), 3);
}

/// Reads an empty tenant whose first answers to a path are as a test says.
async fn stumbling(
    path: &'static str,
    times: usize,
    fault: fn() -> Reply,
) -> (Server, Result<Snapshot, ProviderError>) {
    let count = AtomicUsize::new(0);
    let answer = with_token(|got| Tenant::default().answer(got));
    let server = Server::start(move |got: &Got| {
        if got.path() == path && count.fetch_add(1, Ordering::SeqCst) < times {
            fault()
        } else {
            answer(got)
        }
    });
    let server = server.await;
    let outcome = read(&server).await;
    (server, outcome)
}

#[tokio::test(start_paused = true)]
async fn a_read_survives_faults_that_pass() {
    let busy = || Reply::json(503, &json!({}));
    let failed = || Reply::json(500, &json!({}));
    let slow = || Reply::json(408, &json!({}));
    let garbled = || Reply::json(200, &json!("of another shape"));
    for path in ["/api/v2/clients", "/oauth/token"] {
        for fault in [
            busy,
            failed,
            slow,
            garbled,
            || Reply::HangUp,
            || Reply::BreakOff,
            || Reply::too_many("2"),
        ] {
            let (_, outcome) = stumbling(path, 3, fault).await;
            assert!(outcome.is_ok(), "{path}: {outcome:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_gives_up_in_the_end() {
    let said = async |fault| {
        stumbling("/api/v2/clients", usize::MAX, fault).await.1.unwrap_err().to_string()
    };
    let busy = said(|| Reply::json(503, &json!({ "message": "busy" }))).await;
    assert_eq!(busy, "GET /api/v2/clients was refused with 503: busy");
    let gone = said(|| Reply::HangUp).await;
    assert!(gone.starts_with("no answer from http://127.0.0.1:"), "{gone}");
    let limited = said(|| Reply::too_many("30")).await;
    assert_eq!(limited, "GET /api/v2/clients was refused for too many requests");
}

#[tokio::test(start_paused = true)]
async fn one_refusal_for_too_many_requests_slows_every_task() {
    let count = AtomicUsize::new(0);
    let server = Server::start(with_token(move |got| match count.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::too_many("30"),
        _ => Tenant::default().answer(got),
    }));
    let server = server.await;
    let reader = Reader::new(settings(&server).with_parallelism(parallelism(1))).unwrap();
    reader.read().await.unwrap();
    let got = server.got();
    let refused = got[1].at;
    assert_eq!(got.len(), 1 + 1 + 3);
    assert!(got[2..].iter().all(|got| (got.at - refused).as_secs() >= 29), "{got:?}");
}

#[tokio::test(start_paused = true)]
async fn refused_credentials_are_not_tried_again() {
    let refused = || {
        Reply::json(401, &json!({ "error": "access_denied", "error_description": "Unauthorized" }))
    };
    let (server, outcome) = stumbling("/oauth/token", usize::MAX, refused).await;
    let error = outcome.unwrap_err();
    assert!(matches!(error, ProviderError::Unauthorized { .. }), "{error}");
    assert_eq!(server.got().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_not_understood_is_not_quoted() {
    let (_, outcome) =
        stumbling("/oauth/token", usize::MAX, || Reply::json(200, &json!("t0ken"))).await;
    let error = outcome.unwrap_err().to_string();
    assert!(
        error.contains("not the JSON it should be at line 1") && !error.contains("t0ken"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_and_no_read_waited_for_once_the_time_is_over() {
    let forever = || Reply::too_many("60");
    let server = Server::start(with_token(move |_| forever())).await;
    let start = Instant::now();
    let ends = start + Duration::from_secs(90);
    let reader = Reader::new(settings(&server).with_deadline(Some(ends))).unwrap();
    let error = reader.read().await.unwrap_err();
    assert!(matches!(error, ProviderError::OutOfTime { .. }), "{error}");
    assert!(start.elapsed() <= Duration::from_secs(90), "{:?}", start.elapsed());
    let sent = server.got().len();
    let error = reader.read().await.unwrap_err();
    assert!(matches!(error, ProviderError::OutOfTime { .. }), "{error}");
    assert_eq!(server.got().len(), sent);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_does_not_come_is_not_waited_for_once_the_time_is_over() {
    // Connections are taken, and nothing is ever answered.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let domain = format!("http://{}", silent.local_addr().unwrap());
    let credentials = Credentials::client_secret("grantry", "s3cret".into()).unwrap();
    let start = Instant::now();
    let settings = Settings::parse(&domain, credentials, None).unwrap();
    let settings = settings.with_deadline(Some(start + Duration::from_secs(2)));
    let error = Reader::new(settings).unwrap().read().await.unwrap_err();
    assert!(matches!(error, ProviderError::OutOfTime { .. }), "{error}");
    assert!(start.elapsed() <= Duration::from_secs(3), "{:?}", start.elapsed());
}
