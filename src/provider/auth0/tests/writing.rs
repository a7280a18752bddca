//! One write, one request, and a true word on how it ended.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::server::{Reply, Server};
use super::writes::{
    client_address, create_client, delete_client, grant_address, update_client,
    with_organizations, writer_for,
};
use super::{settings_for, with_token};
use crate::model::{Digest, RemoteId};
use crate::provider::auth0::{Settings, Writer};
use crate::provider::{Mutate, Observe, ProviderError, Write, WriteError};

fn not_found(message: &str) -> Reply {
    Reply::error(404, "Not Found", message)
}

/// Writes to a server that always answers in one way.
async fn write_to(
    write: Write,
    reply: fn() -> Reply,
) -> (Server, Result<RemoteId, WriteError>) {
    let server = Server::start(with_token(move |_| reply())).await;
    let outcome = writer_for(&server).write(&write).await;
    (server, outcome)
}

/// Writes to a server that answers once in one way,
/// and from then on in another.
async fn write_at_last(
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
    }))
    .await;

    let outcome = writer_for(&server).write(write).await;
    (server, outcome)
}

#[track_caller]
fn assert_unknown(outcome: &Result<RemoteId, WriteError>) {
    let is_unknown = matches!(outcome, Err(WriteError::Unknown(_)));
    assert!(is_unknown, "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn a_create_is_one_post_and_gives_the_new_id() {
    let created = || {
        Reply::json(
            201,
            &json!({ "client_id": "abc", "client_secret": "x", "id": "no" }),
        )
    };

    let (server, outcome) = write_to(create_client(), created).await;

    assert_eq!(outcome.unwrap().as_str(), "abc");
    let got = &server.got()[1];
    assert_eq!(
        (&*got.method, &*got.target),
        ("POST", "/api/v2/clients")
    );
    assert_eq!(got.json(), json!({ "name": "Gift Deliveries" }));
}

#[tokio::test(start_paused = true)]
async fn an_update_goes_to_the_object_itself() {
    let (server, outcome) = write_to(update_client("a/b c"), || {
        Reply::json(200, &json!({}))
    })
    .await;

    assert_eq!(outcome.unwrap().as_str(), "a/b c");
    assert_eq!(
        server.count("PATCH", "/api/v2/clients/a%2Fb%20c"),
        1
    );
}

#[tokio::test(start_paused = true)]
async fn a_delete_goes_to_the_object_itself_and_says_nothing_more() {
    let (server, outcome) =
        write_to(delete_client("abc"), Reply::no_content).await;

    assert_eq!(outcome.unwrap().as_str(), "abc");
    let got = &server.got()[1];
    let request = (&*got.method, &*got.target, &*got.body);
    assert_eq!(request, ("DELETE", "/api/v2/clients/abc", ""));
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
        let (server, outcome) = write_to(create_client(), reply).await;

        assert_unknown(&outcome);
        assert_eq!(server.got().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn what_twice_is_the_same_as_once_is_sent_again() {
    for write in [update_client("abc"), delete_client("abc")] {
        for reply in LOST {
            let done = || Reply::json(200, &json!({}));
            let (server, outcome) = write_at_last(&write, reply, done).await;
            assert_eq!(outcome.unwrap().as_str(), "abc");
            let got = server.got();
            assert_eq!(got.len(), 3);
            assert_eq!(got[1].body, got[2].body);

            let (server, outcome) = write_to(write.clone(), reply).await;
            assert_unknown(&outcome);
            assert_eq!(server.got().len(), 1 + 4, "{write:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_after_a_lost_answer_does_not_mean_that_nothing_has_changed()
{
    let refused = || Reply::json(400, &json!({ "message": "no" }));

    let (_, outcome) =
        write_at_last(&update_client("abc"), || Reply::HangUp, refused).await;

    assert_unknown(&outcome);
}

#[tokio::test(start_paused = true)]
async fn a_create_whose_answer_names_no_id_is_unknown_and_not_quoted() {
    for answer in [
        || Reply::json(201, &json!({ "client_secret": "s3cret" })),
        || Reply::json(201, &json!("s3cret")),
    ] {
        let (_, outcome) = write_to(create_client(), answer).await;

        let Err(WriteError::Unknown(error)) = outcome else {
            panic!("{outcome:?}")
        };
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_means_that_nothing_has_changed() {
    let refused = || Reply::json(400, &json!({ "message": "no" }));
    let (_, outcome) = write_to(create_client(), refused).await;
    let error = outcome.unwrap_err();
    assert!(
        matches!(error, WriteError::Refused(_)),
        "{error:?}"
    );
    let said = "POST /api/v2/clients was refused with 400: no";
    assert_eq!(error.to_string(), said);

    let missing = || not_found("The client does not exist");
    let (_, outcome) = write_to(update_client("abc"), missing).await;
    let is_gone = matches!(
        outcome,
        Err(WriteError::Refused(ProviderError::Gone { .. }))
    );
    assert!(is_gone, "{outcome:?}");
}

/// Answers of something between here and the tenant, which
/// knows nothing of its objects.
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
async fn a_404_that_is_not_the_tenants_own_does_not_mean_that_anything_is_gone()
{
    for reply in NOT_AUTH0S {
        for write in [update_client("abc"), delete_client("abc")] {
            let (_, outcome) = write_to(write, reply).await;

            let Err(WriteError::Refused(error)) = outcome else {
                panic!("{outcome:?}")
            };
            let said = error.to_string();
            assert!(
                said.contains("404") && said.contains("proxy"),
                "{said}"
            );
        }

        let server = Server::start(with_token(move |_| reply())).await;
        let writer = writer_for(&server);
        let id = RemoteId::new("abc");
        let found = writer
            .reader()
            .inspect(&client_address(), &id)
            .await;
        assert!(found.is_err(), "{found:?}");
    }
}

/// The port of nobody.
async fn closed_port() -> u16 {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap();
    closed.local_addr().unwrap().port()
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_is_not_there_refuses() {
    let (server, _) = write_to(delete_client("abc"), || Reply::HangUp).await;
    let once_there = settings_for(&server);
    drop(server);
    let mut site = once_there.site.clone();
    site.set_port(Some(closed_port().await))
        .unwrap();
    let nowhere = Settings {
        site,
        ..once_there
    };

    let writer = Writer::new(nowhere).unwrap();
    let outcome = writer.write(&create_client()).await;

    let is_refused = matches!(
        outcome,
        Err(WriteError::Refused(
            ProviderError::Unreachable { .. }
        ))
    );
    assert!(is_refused, "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn a_create_is_sent_again_after_too_many_requests() {
    let too_many = || Reply::too_many("1");
    let created = || Reply::json(201, &json!({ "client_id": "abc" }));

    let (server, outcome) =
        write_at_last(&create_client(), too_many, created).await;

    assert_eq!(outcome.unwrap().as_str(), "abc");
    assert_eq!(server.count("POST", "/api/v2/clients"), 2);
}

/// Lets these organizations use a grant that none may use yet.
fn let_in(ids: &[&str]) -> Write {
    let nobody = Digest::of(json!([]));

    Write::Update {
        address: grant_address(),
        id: RemoteId::new("cgr_1"),
        fields: with_organizations(ids),
        precondition: Some(Box::new(nobody)),
    }
}

#[tokio::test(start_paused = true)]
async fn organizations_that_were_let_in_before_one_is_refused_are_told() {
    let ids = ["org_a", "org_b", "org_c"];
    let server = Server::start(with_token(|got| {
        match (&*got.method, got.path()) {
            ("GET", _) => Reply::json(200, &json!({ "organizations": [] })),
            (_, "/api/v2/organizations/org_b/client-grants") => {
                not_found("gone")
            }
            _ => Reply::json(201, &json!({ "id": "cgr_1" })),
        }
    }))
    .await;
    let writer = writer_for(&server);

    let refused = writer
        .write(&let_in(&ids))
        .await
        .unwrap_err();
    assert!(
        matches!(&refused, WriteError::Refused(_)),
        "{refused:?}"
    );
    let told = "before that, the organization org_a was let in";
    assert!(refused.to_string().ends_with(told), "{refused}");

    let create = Write::Create {
        address: grant_address(),
        attrs: with_organizations(&ids),
    };
    let refused = writer.write(&create).await.unwrap_err();
    let told =
        "before that, the grant was made, the organization org_a was let in";
    assert!(refused.to_string().ends_with(told), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn an_organization_that_is_not_there_is_not_taken_for_the_grant() {
    let server = Server::start(with_token(|got| match &*got.method {
        "GET" => Reply::json(200, &json!({ "organizations": [] })),
        _ => not_found("No organization found by that id or name"),
    }))
    .await;

    let outcome = writer_for(&server)
        .write(&let_in(&["org_a"]))
        .await;

    let said = outcome.unwrap_err().to_string();
    assert!(said.contains("No organization found"), "{said}");
}
