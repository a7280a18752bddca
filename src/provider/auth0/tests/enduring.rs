//! Complete or not at all: paging, and what passes by itself.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value as Json, json};

use super::server::{Received, Reply, Server};
use super::{
    FakeTenant, client, grant, list, list_from_checkpoint, list_page, own_api,
    parallelism, read, settings_for, with_token,
};
use crate::model::{Address, Snapshot};
use crate::provider::auth0::Reader;
use crate::provider::{Observe, ProviderError};

/// A tenant of so many objects of each kind, its own API and
/// our own client among them.
fn large_tenant(apis: usize, clients: usize, grants: usize) -> FakeTenant {
    let other_apis = (0..apis - 1).map(|n| {
        let id = format!("api{n}");
        json!({ "id": id, "identifier": id })
    });
    let other_clients = (0..clients - 1).map(|n| client(&format!("c{n}")));
    let grants = (0..grants).map(|n| {
        let client = format!("c{}", n % (clients - 1));
        let api = format!("api{}", n / (clients - 1));
        grant(&format!("g{n}"), &client, &api)
    });

    FakeTenant {
        resource_servers: other_apis.chain([own_api()]).collect(),
        clients: other_clients
            .chain([client("me")])
            .collect(),
        grants: grants.collect(),
    }
}

/// Reads a tenant of so many objects of each kind, and says
/// how many requests that took.
async fn read_large(
    apis: usize,
    clients: usize,
    grants: usize,
) -> (Server, [usize; 3]) {
    let tenant = large_tenant(apis, clients, grants);
    let server = Server::start(with_token(move |got| tenant.answer(got))).await;

    let reader =
        Reader::new(settings_for(&server).with_parallelism(parallelism(5)))
            .unwrap();
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
    assert!(
        server
            .got()
            .iter()
            .all(|got| got.query("take").is_none())
    );
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

/// So many clients, of which the last is our own.
fn make_clients(many: usize) -> Vec<Json> {
    let others = (1..many).map(|n| client(&format!("c{n}")));
    others.chain([client("me")]).collect()
}

/// Reads 1,200 clients, of which all pages but the first are
/// what a test makes of them.
async fn read_clients(
    answer: impl Fn(&[Json], &Received) -> Reply + Send + Sync + 'static,
) -> Result<Snapshot, ProviderError> {
    let clients = make_clients(1200);
    let server = Server::start(with_token(move |got| {
        match (got.path(), got.query("from")) {
            ("/api/v2/clients", Some(_)) => answer(&clients, got),
            ("/api/v2/clients", None) => list("clients", &clients, got),
            _ => FakeTenant::default().answer(got),
        }
    }))
    .await;

    read(&server).await
}

/// How many clients there are, beside the tenant's own API.
fn count_clients(snapshot: &Snapshot) -> usize {
    snapshot.found.len() - 1
}

#[tokio::test(start_paused = true)]
async fn checkpoints_lead_to_the_end_or_nowhere() {
    let grown = read_clients(|clients, got| {
        let more = [clients, &[client("new")]].concat();
        list_from_checkpoint("clients", &more, got)
    });
    assert_eq!(count_clients(&grown.await.unwrap()), 1201);

    let shrunk = read_clients(|clients, got| {
        list_from_checkpoint("clients", &clients[..1100], got)
    });
    let said = "the listing of clients is not complete: 1100 of 1200 seen";
    assert_eq!(shrunk.await.unwrap_err().to_string(), said);

    let circle = read_clients(|clients, _| {
        Reply::json(
            200,
            &json!({ "clients": clients[..100], "next": "1" }),
        )
    });
    let said =
        "the listing of clients is not complete: it changed while it was read";
    assert_eq!(circle.await.unwrap_err().to_string(), said);
}

const RESOURCE_SERVERS: &str = "/api/v2/resource-servers";

/// Reads 150 APIs. A test makes of each page by its number, and of how often it
/// was asked for before, what the tenant says; so it tells what moves between
/// two requests.
async fn read_moving_apis(
    answer: impl Fn(&[Json], &Received, usize) -> Reply + Send + Sync + 'static,
) -> (Server, Result<Snapshot, ProviderError>) {
    let others = (1..150).map(
        |n| json!({ "id": format!("a{n}"), "identifier": format!("urn:{n}") }),
    );
    let apis: Vec<_> = others.chain([own_api()]).collect();
    let asked = [AtomicUsize::new(0), AtomicUsize::new(0)];
    let server = Server::start(with_token(move |got| {
        match (got.path(), got.query_number("page")) {
            (RESOURCE_SERVERS, Some(number)) => {
                let earlier = asked[number].fetch_add(1, Ordering::SeqCst);
                answer(&apis, got, earlier)
            }
            _ => FakeTenant::default().answer(got),
        }
    }))
    .await;

    let seen = read(&server).await;
    (server, seen)
}

/// What a test cannot see in the totals: one API of the first page is
/// deleted and another made, and so the one that was first on the
/// second page is on neither.
#[tokio::test(start_paused = true)]
async fn a_listing_that_moves_while_its_total_stays_is_read_again() {
    let (server, seen) = read_moving_apis(|apis, got, earlier| {
        let new = json!({ "id": "new", "identifier": "urn:new" });
        let moved = [&apis[1..], &[new]].concat();
        let has_moved = got.query_number("page") != Some(0) || earlier > 0;
        let apis = if has_moved { &moved } else { apis };
        list_page("resource_servers", apis, got)
    })
    .await;

    let found = seen.unwrap().found;
    let is_there = |identifier: &str| {
        found.contains_key(&Address::ResourceServer(
            identifier.parse().unwrap(),
        ))
    };
    assert!(is_there("urn:101") && is_there("urn:new") && !is_there("urn:1"));
    assert_eq!(
        server.count("GET", RESOURCE_SERVERS),
        2 * (2 + 2)
    );
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_never_rests_is_not_believed() {
    let (server, seen) = read_moving_apis(|apis, got, earlier| {
        let moved = [&apis[earlier..], &apis[..earlier]].concat();
        list_page("resource_servers", &moved, got)
    })
    .await;

    let said = "the listing of resource-servers is not complete: it changed while it was read";
    assert_eq!(seen.unwrap_err().to_string(), said);
    assert_eq!(
        server.count("GET", RESOURCE_SERVERS),
        3 * (2 + 2)
    );
}

#[tokio::test(start_paused = true)]
async fn pages_that_say_another_number_than_they_hold_are_not_believed() {
    let (_, seen) = read_moving_apis(|apis, got, _| match got.query_number("page") {
        Some(0) => list_page("resource_servers", apis, got),
        _ => Reply::json(
            200,
            &json!({ "total": 150, "start": 100, "limit": 100, "resource_servers": apis[100..120] }),
        ),
    })
    .await;

    let said =
        "the listing of resource-servers is not complete: 120 of 150 seen";
    assert_eq!(seen.unwrap_err().to_string(), said);
}

#[tokio::test(start_paused = true)]
async fn a_tenant_with_smaller_pages_is_read_to_its_end() {
    let clients = make_clients(120);
    let server = Server::start(with_token(move |got| {
        let mut got = got.clone();
        got.target = got
            .target
            .replace("per_page=100", "per_page=50")
            .replace("take=100", "take=50");
        match got.path() {
            "/api/v2/clients" => list("clients", &clients, &got),
            _ => FakeTenant::default().answer(&got),
        }
    }))
    .await;

    assert_eq!(
        count_clients(&read(&server).await.unwrap()),
        120
    );
    assert_eq!(server.count("GET", "/api/v2/clients"), 1 + 3);
}

/// Reads an empty tenant whose first answers to a path are as a test says.
async fn read_with_faults(
    path: &'static str,
    times: usize,
    fault: fn() -> Reply,
) -> (Server, Result<Snapshot, ProviderError>) {
    let count = AtomicUsize::new(0);
    let answer = with_token(|got| FakeTenant::default().answer(got));
    let server = Server::start(move |got: &Received| {
        if got.path() == path && count.fetch_add(1, Ordering::SeqCst) < times {
            fault()
        } else {
            answer(got)
        }
    })
    .await;

    let outcome = read(&server).await;
    (server, outcome)
}

/// Faults that pass by themselves.
const PASSING: [fn() -> Reply; 7] = [
    || Reply::json(503, &json!({})),
    || Reply::json(500, &json!({})),
    || Reply::json(408, &json!({})),
    || Reply::json(200, &json!("of another shape")),
    || Reply::HangUp,
    || Reply::BreakOff,
    || Reply::too_many("2"),
];

#[tokio::test(start_paused = true)]
async fn a_read_survives_faults_that_pass() {
    for path in ["/api/v2/clients", "/oauth/token"] {
        for fault in PASSING {
            let (_, outcome) = read_with_faults(path, 3, fault).await;
            assert!(outcome.is_ok(), "{path}: {outcome:?}");
        }
    }
}

/// How a reading ends whose clients are never listed.
async fn read_in_vain(fault: fn() -> Reply) -> String {
    let (_, outcome) =
        read_with_faults("/api/v2/clients", usize::MAX, fault).await;
    outcome.unwrap_err().to_string()
}

#[tokio::test(start_paused = true)]
async fn a_read_gives_up_in_the_end() {
    let busy =
        read_in_vain(|| Reply::json(503, &json!({ "message": "busy" }))).await;
    assert_eq!(
        busy,
        "GET /api/v2/clients was refused with 503: busy"
    );

    let gone = read_in_vain(|| Reply::HangUp).await;
    let said = "no answer from http://127.0.0.1:";
    assert!(gone.starts_with(said), "{gone}");

    let limited = read_in_vain(|| Reply::too_many("30")).await;
    let said = "GET /api/v2/clients was refused for too many requests";
    assert_eq!(limited, said);
}

#[tokio::test(start_paused = true)]
async fn one_refusal_for_too_many_requests_slows_every_task() {
    let count = AtomicUsize::new(0);
    let server = Server::start(with_token(move |got| {
        match count.fetch_add(1, Ordering::SeqCst) {
            0 => Reply::too_many("30"),
            _ => FakeTenant::default().answer(got),
        }
    }))
    .await;

    let reader =
        Reader::new(settings_for(&server).with_parallelism(parallelism(1)))
            .unwrap();
    reader.read().await.unwrap();

    let got = server.got();
    assert_eq!(got.len(), 1 + 1 + 3);
    let refused_at = got[1].at;
    let have_waited = got[2..]
        .iter()
        .all(|got| (got.at - refused_at).as_secs() >= 29);
    assert!(have_waited, "{got:?}");
}

#[tokio::test(start_paused = true)]
async fn refused_credentials_are_not_tried_again() {
    let refused = || {
        Reply::json(
            401,
            &json!({ "error": "access_denied", "error_description": "Unauthorized" }),
        )
    };

    let (server, outcome) =
        read_with_faults("/oauth/token", usize::MAX, refused).await;

    let error = outcome.unwrap_err();
    let is_unauthorized = matches!(error, ProviderError::Unauthorized { .. });
    assert!(is_unauthorized, "{error}");
    assert_eq!(server.got().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_not_understood_is_not_quoted() {
    let odd = || Reply::json(200, &json!("t0ken"));

    let (_, outcome) = read_with_faults("/oauth/token", usize::MAX, odd).await;

    let said = outcome.unwrap_err().to_string();
    let reason = "not the JSON it should be at line 1";
    assert!(said.contains(reason), "{said}");
    assert!(!said.contains("t0ken"), "{said}");
}
