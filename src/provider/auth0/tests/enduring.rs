//! Complete or not at all: paging, and what passes by itself.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::super::{Credentials, Reader, Settings};
use super::server::{Got, Reply, Server};
use super::{
    Tenant, client, either, grant, own_api, page, parallelism, read, settings, stretch, with_token,
};
use crate::model::{Address, Snapshot};
use crate::provider::{Observe, ProviderError};

/// Reads a tenant of so many objects of each kind, and says how many requests that took.
async fn read_large(apis: usize, clients: usize, grants: usize) -> (Server, [usize; 3]) {
    let number = |kind: &'static str, many: usize| (0..many).map(move |n| format!("{kind}{n}"));
    let tenant = Tenant {
        resource_servers: number("api", apis - 1)
            .map(|id| json!({ "id": id, "identifier": id }))
            .chain([own_api()])
            .collect(),
        clients: number("c", clients - 1)
            .map(|id| client(&id))
            .chain([client("me")])
            .collect(),
        grants: (0..grants)
            .map(|n| {
                let (client, api) = (n % (clients - 1), n / (clients - 1));
                grant(
                    &format!("g{n}"),
                    &format!("c{client}"),
                    &format!("api{api}"),
                )
            })
            .collect(),
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
async fn a_listing_of_one_page_takes_one_request() {
    let (server, counts) = read_large(100, 100, 100).await;
    assert_eq!(counts, [1, 1, 1]);
    assert!(server.got().iter().all(|got| got.query("take").is_none()));
}

#[tokio::test(start_paused = true)]
async fn a_longer_listing_is_read_from_one_checkpoint_to_the_next() {
    let (_, counts) = read_large(100, 101, 2001).await;
    assert_eq!(counts, [1, 1 + 2, 1 + 21]);
}

#[tokio::test(start_paused = true)]
async fn apis_have_no_checkpoints_and_are_read_twice() {
    let (server, counts) = read_large(250, 100, 100).await;
    assert_eq!(counts, [3 + 3, 1, 1]);
    assert_eq!(server.most_at_once(), 3);
}

/// Reads 1,200 clients, of which the later stretches are what a test makes of them.
async fn with_stretches(
    answer: impl Fn(&[Json], &Got) -> Reply + Send + Sync + 'static,
) -> Result<Snapshot, ProviderError> {
    let clients: Vec<_> = (1..1200)
        .map(|n| client(&format!("c{n}")))
        .chain([client("me")])
        .collect();
    let server = Server::start(with_token(move |got| {
        match (got.path(), got.query("from")) {
            ("/api/v2/clients", Some(_)) => answer(&clients, got),
            ("/api/v2/clients", None) => either("clients", &clients, got),
            _ => Tenant::default().answer(got),
        }
    }));
    read(&server.await).await
}

/// How many clients there are, beside the tenant's own API.
fn count_clients(snapshot: &Snapshot) -> usize {
    snapshot.found.len() - 1
}

#[tokio::test(start_paused = true)]
async fn checkpoints_lead_to_the_end_or_nowhere() {
    let grown = with_stretches(|clients, got| {
        let more = [clients, &[client("new")]].concat();
        stretch("clients", &more, got)
    });
    assert_eq!(count_clients(&grown.await.unwrap()), 1201);

    let shrunk = with_stretches(|clients, got| stretch("clients", &clients[..1100], got)).await;
    let said = "the listing of clients is not complete: 1100 of 1200 seen";
    assert_eq!(shrunk.unwrap_err().to_string(), said);

    let circle = |clients: &[Json], _: &Got| {
        Reply::json(200, &json!({ "clients": clients[..100], "next": "1" }))
    };
    let said = "the listing of clients is not complete: it changed while it was read";
    assert_eq!(with_stretches(circle).await.unwrap_err().to_string(), said);
}

/// Reads 150 APIs. A test makes of each page by its number, and of how often it was asked for
/// before, what the tenant says; so it tells what moves between two requests.
async fn with_moving_apis(
    answer: impl Fn(&[Json], &Got, usize) -> Reply + Send + Sync + 'static,
) -> (Server, Result<Snapshot, ProviderError>) {
    let api = |n: usize| json!({ "id": format!("a{n}"), "identifier": format!("urn:{n}") });
    let apis: Vec<_> = (1..150).map(api).chain([own_api()]).collect();
    let asked = [AtomicUsize::new(0), AtomicUsize::new(0)];
    let server = Server::start(with_token(move |got| {
        let page = got
            .query("page")
            .filter(|_| got.path() == "/api/v2/resource-servers");
        match page.and_then(|page| page.parse::<usize>().ok()) {
            Some(number) => answer(&apis, got, asked[number].fetch_add(1, Ordering::SeqCst)),
            None => Tenant::default().answer(got),
        }
    }))
    .await;
    let seen = read(&server).await;
    (server, seen)
}

/// What a test cannot see in the totals: one API of the first page is deleted and another made, and so
/// the one that was first on the second page is on neither.
#[tokio::test(start_paused = true)]
async fn a_listing_that_moves_while_its_total_stays_is_read_again() {
    let (server, seen) = with_moving_apis(|apis, got, times| {
        let has_moved = got.query("page").as_deref() != Some("0") || times > 0;
        let new = json!({ "id": "new", "identifier": "urn:new" });
        let moved = [&apis[1..], &[new]].concat();
        page(
            "resource_servers",
            if has_moved { &moved } else { apis },
            got,
        )
    })
    .await;
    let seen = seen.unwrap();
    let is_there = |identifier: &str| {
        seen.found
            .contains_key(&Address::ResourceServer(identifier.parse().unwrap()))
    };
    assert!(is_there("urn:101") && is_there("urn:new") && !is_there("urn:1"));
    assert_eq!(server.count("GET", "/api/v2/resource-servers"), 2 * (2 + 2));
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_never_rests_is_not_believed() {
    let (server, seen) = with_moving_apis(|apis, got, times| {
        page(
            "resource_servers",
            &[&apis[times..], &apis[..times]].concat(),
            got,
        )
    })
    .await;
    let said = "the listing of resource-servers is not complete: it changed while it was read";
    assert_eq!(seen.unwrap_err().to_string(), said);
    assert_eq!(server.count("GET", "/api/v2/resource-servers"), 3 * (2 + 2));
}

#[tokio::test(start_paused = true)]
async fn pages_that_say_another_number_than_they_hold_are_not_believed() {
    let cut = |apis: &[Json], got: &Got, _| match got.query("page").as_deref() {
        Some("0") => page("resource_servers", apis, got),
        _ => Reply::json(
            200,
            &json!({ "total": 150, "start": 100, "limit": 100, "resource_servers": apis[100..120] }),
        ),
    };
    let said = "the listing of resource-servers is not complete: 120 of 150 seen";
    assert_eq!(with_moving_apis(cut).await.1.unwrap_err().to_string(), said);
}

#[tokio::test(start_paused = true)]
async fn a_tenant_with_smaller_pages_is_read_to_its_end() {
    let clients: Vec<_> = (1..120)
        .map(|n| client(&format!("c{n}")))
        .chain([client("me")])
        .collect();
    let server = Server::start(with_token(move |got| {
        let mut got = got.clone();
        got.target = got
            .target
            .replace("per_page=100", "per_page=50")
            .replace("take=100", "take=50");
        match got.path() {
            "/api/v2/clients" => either("clients", &clients, &got),
            _ => Tenant::default().answer(&got),
        }
    }));
    let server = server.await;
    assert_eq!(count_clients(&read(&server).await.unwrap()), 120);
    assert_eq!(server.count("GET", "/api/v2/clients"), 1 + 3);
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
        stumbling("/api/v2/clients", usize::MAX, fault)
            .await
            .1
            .unwrap_err()
            .to_string()
    };
    let busy = said(|| Reply::json(503, &json!({ "message": "busy" }))).await;
    assert_eq!(busy, "GET /api/v2/clients was refused with 503: busy");
    let gone = said(|| Reply::HangUp).await;
    assert!(
        gone.starts_with("no answer from http://127.0.0.1:"),
        "{gone}"
    );
    let limited = said(|| Reply::too_many("30")).await;
    assert_eq!(
        limited,
        "GET /api/v2/clients was refused for too many requests"
    );
}

#[tokio::test(start_paused = true)]
async fn one_refusal_for_too_many_requests_slows_every_task() {
    let count = AtomicUsize::new(0);
    let server = Server::start(with_token(move |got| {
        match count.fetch_add(1, Ordering::SeqCst) {
            0 => Reply::too_many("30"),
            _ => Tenant::default().answer(got),
        }
    }));
    let server = server.await;
    let reader = Reader::new(settings(&server).with_parallelism(parallelism(1))).unwrap();
    reader.read().await.unwrap();
    let got = server.got();
    let refused = got[1].at;
    assert_eq!(got.len(), 1 + 1 + 3);
    assert!(
        got[2..]
            .iter()
            .all(|got| (got.at - refused).as_secs() >= 29),
        "{got:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn refused_credentials_are_not_tried_again() {
    let refused = || {
        Reply::json(
            401,
            &json!({ "error": "access_denied", "error_description": "Unauthorized" }),
        )
    };
    let (server, outcome) = stumbling("/oauth/token", usize::MAX, refused).await;
    let error = outcome.unwrap_err();
    assert!(
        matches!(error, ProviderError::Unauthorized { .. }),
        "{error}"
    );
    assert_eq!(server.got().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_not_understood_is_not_quoted() {
    let (_, outcome) = stumbling("/oauth/token", usize::MAX, || {
        Reply::json(200, &json!("t0ken"))
    })
    .await;
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
    assert!(
        start.elapsed() <= Duration::from_secs(90),
        "{:?}",
        start.elapsed()
    );
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
    assert!(
        start.elapsed() <= Duration::from_secs(3),
        "{:?}",
        start.elapsed()
    );
}
