//! One write, one request, and a true word on how it ended.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, advance};

use super::super::Writer;
use super::server::{Reply, Server};
use super::{settings, with_token};
use crate::model::{Address, Attrs, ClientRef, Digest, RemoteId, SubjectType, Value};
use crate::provider::{Locks as _, Mutate, Observe, ProviderError, Write, WriteError};

fn client() -> Address {
    Address::Client(ClientRef::Key("gift-deliveries".parse().unwrap()))
}

fn name() -> Attrs {
    Attrs::from_iter([("name".into(), Value::from("Gift Deliveries"))])
}

fn create() -> Write {
    Write::Create {
        address: client(),
        attrs: name(),
    }
}

fn update(id: &str) -> Write {
    Write::Update {
        address: client(),
        id: RemoteId::new(id),
        fields: name(),
        precondition: None,
    }
}

fn delete(id: &str) -> Write {
    Write::Delete {
        address: client(),
        id: RemoteId::new(id),
    }
}

fn grant() -> Address {
    Address::Grant {
        client: ClientRef::Id("abc".parse().unwrap()),
        audience: "urn:maps".parse().unwrap(),
        subject_type: SubjectType::Client,
    }
}

fn organizations(ids: &[&str]) -> Attrs {
    Value::from(json!({ "organizations": ids }))
        .as_map()
        .unwrap()
        .clone()
}

fn not_found(message: &str) -> Reply {
    Reply::json(
        404,
        &json!({ "statusCode": 404, "error": "Not Found", "message": message }),
    )
}

/// Writes to a server that always answers in one way.
async fn written(write: Write, reply: fn() -> Reply) -> (Server, Result<RemoteId, WriteError>) {
    let server = Server::start(with_token(move |_| reply())).await;
    let outcome = Writer::new(settings(&server)).unwrap().write(&write).await;
    (server, outcome)
}

#[tokio::test(start_paused = true)]
async fn a_create_is_one_post_and_gives_the_new_id() {
    let answer = || {
        Reply::json(
            201,
            &json!({ "client_id": "abc", "client_secret": "x", "id": "no" }),
        )
    };
    let (server, outcome) = written(create(), answer).await;
    assert_eq!(outcome.unwrap().as_str(), "abc");
    let got = &server.got()[1];
    assert_eq!((&*got.method, &*got.target), ("POST", "/api/v2/clients"));
    assert_eq!(got.json(), json!({ "name": "Gift Deliveries" }));
}

#[tokio::test(start_paused = true)]
async fn an_update_and_a_delete_go_to_the_object_itself() {
    let (server, outcome) = written(update("a/b c"), || Reply::json(200, &json!({}))).await;
    assert_eq!(outcome.unwrap().as_str(), "a/b c");
    assert_eq!(server.count("PATCH", "/api/v2/clients/a%2Fb%20c"), 1);
    let nothing = || Reply::Answer {
        status: 204,
        headers: String::new(),
        body: String::new(),
    };
    let (server, outcome) = written(delete("abc"), nothing).await;
    assert_eq!(outcome.unwrap().as_str(), "abc");
    let got = &server.got()[1];
    assert_eq!(
        (&*got.method, &*got.target, &*got.body),
        ("DELETE", "/api/v2/clients/abc", "")
    );
}

/// Answers that leave open whether the deed was done.
const LOST: [fn() -> Reply; 6] = [
    || Reply::HangUp,
    || Reply::BreakOff,
    || Reply::json(408, &json!({})),
    || Reply::json(500, &json!({})),
    || Reply::json(503, &json!({})),
    || Reply::json(504, &json!({})),
];

#[tokio::test(start_paused = true)]
async fn a_create_whose_answer_is_lost_is_unknown_and_never_sent_again() {
    for reply in LOST {
        let (server, outcome) = written(create(), reply).await;
        assert!(
            matches!(outcome, Err(WriteError::Unknown(_))),
            "{outcome:?}"
        );
        assert_eq!(server.got().len(), 2);
    }
}

/// Writes to a server that answers once in one way, and from then on in another.
async fn written_at_last(
    write: &Write,
    first: fn() -> Reply,
    then: fn() -> Reply,
) -> (Server, Result<RemoteId, WriteError>) {
    let count = AtomicUsize::new(0);
    let server = Server::start(with_token(move |_| {
        match count.fetch_add(1, Ordering::SeqCst) {
            0 => first(),
            _ => then(),
        }
    }));
    let server = server.await;
    let outcome = Writer::new(settings(&server)).unwrap().write(write).await;
    (server, outcome)
}

#[tokio::test(start_paused = true)]
async fn what_twice_is_the_same_as_once_is_sent_again() {
    for write in [update("abc"), delete("abc")] {
        for reply in LOST {
            let done = || Reply::json(200, &json!({}));
            let (server, outcome) = written_at_last(&write, reply, done).await;
            assert_eq!(outcome.unwrap().as_str(), "abc");
            let got = server.got();
            assert_eq!((got.len(), &got[1].body), (3, &got[2].body));
            let (server, outcome) = written(write.clone(), reply).await;
            assert!(
                matches!(outcome, Err(WriteError::Unknown(_))),
                "{write:?}: {outcome:?}"
            );
            assert_eq!(server.got().len(), 1 + 4, "{write:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_after_a_lost_answer_does_not_mean_that_nothing_has_changed() {
    let refused = || Reply::json(400, &json!({ "message": "no" }));
    let (_, outcome) = written_at_last(&update("abc"), || Reply::HangUp, refused).await;
    assert!(
        matches!(outcome, Err(WriteError::Unknown(_))),
        "{outcome:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_create_whose_answer_names_no_id_is_unknown_and_not_quoted() {
    for answer in [
        || Reply::json(201, &json!({ "client_secret": "s3cret" })),
        || Reply::json(201, &json!("s3cret")),
    ] {
        let (_, outcome) = written(create(), answer).await;
        let Err(WriteError::Unknown(error)) = outcome else {
            panic!("{outcome:?}")
        };
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_means_that_nothing_has_changed() {
    let (_, outcome) = written(create(), || Reply::json(400, &json!({ "message": "no" }))).await;
    let error = outcome.unwrap_err();
    assert!(matches!(error, WriteError::Refused(_)), "{error:?}");
    assert_eq!(
        error.to_string(),
        "POST /api/v2/clients was refused with 400: no"
    );
    let (_, outcome) = written(update("abc"), || not_found("The client does not exist")).await;
    assert!(
        matches!(
            outcome,
            Err(WriteError::Refused(ProviderError::Gone { .. }))
        ),
        "{outcome:?}"
    );
}

/// Answers of something between here and the tenant, which knows nothing of its objects.
const NOT_AUTH0S: [fn() -> Reply; 4] = [
    || Reply::Answer {
        status: 404,
        headers: String::new(),
        body: "<h1>Not Found</h1>".to_owned(),
    },
    || Reply::json(404, &json!({})),
    || {
        Reply::json(
            404,
            &json!({ "message": "no Route matched with those values" }),
        )
    },
    || {
        Reply::json(
            404,
            &json!({ "statusCode": "404", "error": "Not Found", "message": "x" }),
        )
    },
];

#[tokio::test(start_paused = true)]
async fn a_404_that_is_not_the_tenants_own_does_not_mean_that_anything_is_gone() {
    for reply in NOT_AUTH0S {
        for write in [update("abc"), delete("abc")] {
            let (_, outcome) = written(write, reply).await;
            let Err(WriteError::Refused(error)) = outcome else {
                panic!("{outcome:?}")
            };
            let said = error.to_string();
            assert!(said.contains("404") && said.contains("proxy"), "{said}");
        }
        let server = Server::start(with_token(move |_| reply())).await;
        let writer = Writer::new(settings(&server)).unwrap();
        let found = writer
            .reader()
            .inspect(&client(), &RemoteId::new("abc"))
            .await;
        assert!(found.is_err(), "{found:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_is_not_there_refuses() {
    let (server, _) = written(delete("abc"), || Reply::HangUp).await;
    let nowhere = settings(&server);
    drop(server);
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let mut site = nowhere.site.clone();
    site.set_port(Some(port)).unwrap();
    let writer = Writer::new(super::Settings { site, ..nowhere }).unwrap();
    let outcome = writer.write(&create()).await;
    assert!(
        matches!(
            outcome,
            Err(WriteError::Refused(ProviderError::Unreachable { .. }))
        ),
        "{outcome:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_create_is_sent_again_after_too_many_requests() {
    let count = AtomicUsize::new(0);
    let server = Server::start(with_token(move |_| {
        match count.fetch_add(1, Ordering::SeqCst) {
            0 => Reply::too_many("1"),
            _ => Reply::json(201, &json!({ "client_id": "abc" })),
        }
    }));
    let server = server.await;
    let outcome = Writer::new(settings(&server))
        .unwrap()
        .write(&create())
        .await;
    assert_eq!(outcome.unwrap().as_str(), "abc");
    assert_eq!(server.count("POST", "/api/v2/clients"), 2);
}

/// No organization may use the grant yet.
fn for_nobody() -> Digest {
    Digest::of(json!([]))
}

#[tokio::test(start_paused = true)]
async fn organizations_that_were_let_in_before_one_is_refused_are_told() {
    let server = Server::start(with_token(|got| match (&*got.method, got.path()) {
        ("GET", _) => Reply::json(200, &json!({ "organizations": [] })),
        (_, "/api/v2/organizations/org_b/client-grants") => not_found("gone"),
        _ => Reply::json(201, &json!({ "id": "cgr_1" })),
    }));
    let server = server.await;
    let writer = Writer::new(settings(&server)).unwrap();
    let (address, fields) = (grant(), organizations(&["org_a", "org_b", "org_c"]));
    let let_in = "before that, the organization org_a was let in";
    let id = RemoteId::new("cgr_1");
    let update = Write::Update {
        address: address.clone(),
        id,
        fields: fields.clone(),
        precondition: Some(Box::new(for_nobody())),
    };
    let refused = writer.write(&update).await.unwrap_err();
    assert!(matches!(&refused, WriteError::Refused(_)), "{refused:?}");
    assert!(refused.to_string().ends_with(let_in), "{refused}");
    let refused = writer
        .write(&Write::Create {
            address,
            attrs: fields,
        })
        .await
        .unwrap_err();
    let told = "before that, the grant was made, the organization org_a was let in";
    assert!(refused.to_string().ends_with(told), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn an_organization_that_is_not_there_is_not_taken_for_the_grant() {
    let server = Server::start(with_token(|got| match &*got.method {
        "GET" => Reply::json(200, &json!({ "organizations": [] })),
        _ => not_found("No organization found by that id or name"),
    }));
    let server = server.await;
    let (address, fields) = (grant(), organizations(&["org_a"]));
    let (id, precondition) = (RemoteId::new("cgr_1"), Some(Box::new(for_nobody())));
    let update = Write::Update {
        address,
        id,
        fields,
        precondition,
    };
    let refused = Writer::new(settings(&server))
        .unwrap()
        .write(&update)
        .await
        .unwrap_err();
    assert!(
        refused.to_string().contains("No organization found"),
        "{refused}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_change_whose_answer_was_lost_at_the_end_of_the_run_was_sent() {
    let server = Server::start(with_token(|_| Reply::HangUp)).await;
    let ends = Instant::now() + Duration::from_millis(400);
    let writer = Writer::new(settings(&server).with_deadline(Some(ends))).unwrap();
    let lost = writer.write(&update("abc")).await.unwrap_err();
    assert!(
        matches!(&lost, WriteError::Unknown(ProviderError::OutOfTime { .. })),
        "{lost:?}"
    );
    assert_eq!(server.count("PATCH", "/api/v2/clients/abc"), 1);
    assert!(!lost.to_string().contains("not sent"), "{lost}");
}

/// An answer of 429 may come after the deed.
#[tokio::test(start_paused = true)]
async fn a_creation_that_was_refused_for_now_until_the_end_of_the_run_may_have_been_made() {
    for wait in ["1", "60"] {
        let server = Server::start(with_token(move |_| Reply::too_many(wait))).await;
        let ends = Instant::now() + Duration::from_secs(5);
        let writer = Writer::new(settings(&server).with_deadline(Some(ends))).unwrap();
        let error = writer.write(&create()).await.unwrap_err();
        assert!(
            matches!(&error, WriteError::Unknown(ProviderError::OutOfTime { .. })),
            "{error:?}"
        );
        // The same change twice is one, so what was refused for now was not made.
        let error = writer.write(&update("abc")).await.unwrap_err();
        assert!(
            matches!(&error, WriteError::Refused(ProviderError::OutOfTime { .. })),
            "{error:?}"
        );
    }
}

const LOCK: &str = "/api/v2/resource-servers/lock";

/// Gives back a lock once the time of the run is over. The tenant's bucket is empty then, and so many
/// times it refuses all the same.
async fn given_back_late(refusals: usize) -> (Server, Result<(), ProviderError>) {
    let empty = "x-ratelimit-limit: 2\r\nx-ratelimit-remaining: 0\r\n";
    let done = move || Reply::Answer {
        status: 204,
        headers: empty.to_owned(),
        body: String::new(),
    };
    let tries = AtomicUsize::new(0);
    let server = Server::start(with_token(move |got| match &*got.method {
        "DELETE" if tries.fetch_add(1, Ordering::SeqCst) < refusals => Reply::too_many("2"),
        _ => done(),
    }))
    .await;

    let time = Duration::from_millis(100);
    let ends = Instant::now() + time;
    let writer = Writer::new(settings(&server).with_deadline(Some(ends))).unwrap();
    writer.write(&update("abc")).await.unwrap();
    advance(time).await;
    let late = writer.write(&update("abc")).await;
    let is_late = matches!(
        &late,
        Err(WriteError::Refused(ProviderError::OutOfTime { .. }))
    );
    assert!(is_late, "{late:?}");

    let given_back = writer.unlock(&RemoteId::new("lock")).await;
    (server, given_back)
}

/// A lock that stays keeps the next run waiting.
#[tokio::test(start_paused = true)]
async fn the_lock_is_given_back_also_a_little_after_the_end_of_the_run() {
    for refusals in [0, 1, 2] {
        let (server, given_back) = given_back_late(refusals).await;
        given_back.unwrap();
        assert_eq!(server.count("DELETE", LOCK), refusals + 1);
    }
}

#[tokio::test(start_paused = true)]
async fn the_lock_is_not_given_back_long_after_the_end_of_the_run() {
    let begun = Instant::now();

    let (server, given_back) = given_back_late(usize::MAX).await;
    assert!(
        matches!(given_back, Err(ProviderError::OutOfTime { .. })),
        "{given_back:?}"
    );
    assert!(
        begun.elapsed() <= Duration::from_secs(11),
        "{:?}",
        begun.elapsed()
    );
    assert!(
        (3..=5).contains(&server.count("DELETE", LOCK)),
        "{}",
        server.count("DELETE", LOCK)
    );
}
