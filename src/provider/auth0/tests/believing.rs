//! What of a reading is believed, and what is looked at once more.

use serde_json::{Value as Json, json};

use super::server::{Received, Reply, Server};
use super::{
    FakeTenant, SECRET, client, grant, list_page, own_api, read, settings_with,
    with_token,
};
use crate::model::TenantHash;
use crate::provider::auth0::{Credentials, Reader, Settings, Writer};
use crate::provider::{Gap, Locks as _, Observe as _, ProviderError};

/// What a tenant that answers as a test says, and otherwise holds the client
/// `c` with a grant on `https://api/`, is said to lack.
async fn tell_what_is_lacking(
    answer: impl Fn(&Received) -> Option<Reply> + Send + Sync + 'static,
) -> String {
    let tenant = FakeTenant {
        resource_servers: vec![
            json!({ "id": "1", "identifier": "https://api/" }),
        ],
        clients: vec![client("c")],
        grants: vec![grant("g", "c", "https://api/")],
    };
    let server = Server::start(with_token(move |got| {
        answer(got).unwrap_or_else(|| tenant.answer(got))
    }))
    .await;

    match read(&server).await {
        Ok(_) => "nothing".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// A listing that is whole and holds just this.
fn list_whole(plural: &str, objects: &[Json]) -> Reply {
    let total = objects.len();
    Reply::json(
        200,
        &json!({ "total": total, "start": 0, "limit": 100, plural: objects }),
    )
}

#[tokio::test(start_paused = true)]
async fn a_reading_without_what_every_tenant_has_is_not_believed() {
    assert_eq!(tell_what_is_lacking(|_| None).await, "nothing");

    let lacking = tell_what_is_lacking(|got| {
        match (got.path(), got.query("identifiers")) {
            ("/api/v2/resource-servers", None) => {
                Some(list_whole("resource_servers", &[]))
            }
            _ => None,
        }
    });
    let said = "the listing of resource-servers is not complete: the tenant's own API is not in it";
    assert_eq!(lacking.await, said);

    let lacking = tell_what_is_lacking(|got| match got.path() {
        "/api/v2/clients" => Some(list_whole("clients", &[])),
        _ => None,
    });
    let said = "the listing of clients is not complete: our own client me is not in it";
    assert_eq!(lacking.await, said);
}

#[tokio::test(start_paused = true)]
async fn a_reading_without_the_client_of_a_grant_is_not_believed() {
    let without_it = |global: bool| {
        tell_what_is_lacking(move |got| match got.path() {
            "/api/v2/clients" => Some(list_whole("clients", &[client("me")])),
            "/api/v2/clients/c" => Some(Reply::json(
                200,
                &json!({ "client_id": "c", "global": global }),
            )),
            _ => None,
        })
    };

    let said = "the listing of clients is not complete: the client c of the grant g is not in it";
    assert_eq!(without_it(false).await, said);
    // No listing shows the tenant-wide client.
    assert_eq!(without_it(true).await, "nothing");
}

#[tokio::test(start_paused = true)]
async fn an_api_that_only_a_grant_names_is_asked_for_once() {
    let without_it = |found: Vec<Json>| {
        tell_what_is_lacking(move |got| {
            match (got.path(), got.query("identifiers")) {
                ("/api/v2/resource-servers", None) => {
                    Some(list_whole("resource_servers", &[own_api()]))
                }
                ("/api/v2/resource-servers", Some(identifier)) => {
                    assert_eq!(identifier, "https://api/");
                    Some(Reply::json(200, &json!(found)))
                }
                _ => None,
            }
        })
    };

    // A grant can outlive its API: that is a fact of the tenant.
    assert_eq!(without_it(Vec::new()).await, "nothing");

    let there = vec![json!({ "id": "1", "identifier": "https://api/" })];
    let said = "the listing of resource-servers is not complete: `https://api/` is not in it, though \
                the tenant has it";
    assert_eq!(without_it(there).await, said);
}

#[tokio::test(start_paused = true)]
async fn a_token_of_a_person_or_of_another_tool_is_of_no_client_here() {
    // {"azp":"elsewhere","sub":"auth0|ann"}
    let token =
        "e30.eyJhenAiOiJlbHNld2hlcmUiLCJzdWIiOiJhdXRoMHxhbm4ifQ.s1gnature";
    let server = Server::start(|got| FakeTenant::default().answer(got)).await;
    let credentials = Credentials::token(&token.into()).unwrap();

    let reader = Reader::new(settings_with(&server, credentials)).unwrap();

    assert!(reader.read().await.is_ok());
}

/// Looks for the lock of a stack in a tenant that has these APIs, and is asked
/// for by another name than its own: how it was looked for.
async fn look_for_lock(
    resource_servers: Vec<Json>,
) -> Result<Vec<String>, ProviderError> {
    let server = Server::start(with_token(move |got| {
        match got.query("identifiers") {
            Some(_) => Reply::json(200, &json!([])),
            None => list_page("resource_servers", &resource_servers, got),
        }
    }))
    .await;
    let credentials = Credentials::client_secret("me", SECRET.into()).unwrap();
    let settings =
        Settings::parse(&server.domain(), credentials, None).unwrap();
    let writer = Writer::new(settings).unwrap();

    writer
        .find_lock(&"maps".parse().unwrap())
        .await?;
    let asked = server.got();
    Ok(asked
        .iter()
        .filter_map(|got| got.query("identifiers"))
        .collect())
}

/// Nobody promises in which order a tenant lists them. By another name, every
/// run would hold a lock of its own.
#[tokio::test(start_paused = true)]
async fn a_lock_goes_by_the_tenants_own_api_wherever_that_is_listed() {
    let others = (0..150).map(
        |n| json!({ "id": format!("a{n}"), "identifier": format!("urn:{n}") }),
    );
    let others: Vec<Json> = others.collect();
    let first = [vec![own_api()], others.clone()].concat();
    let last = [others.clone(), vec![own_api()]].concat();

    let own = format!("maps:{}", TenantHash::of("acme.eu.auth0.com"));
    for resource_servers in [first, last] {
        let asked = look_for_lock(resource_servers)
            .await
            .unwrap();
        assert!(
            asked.len() == 1 && asked[0].ends_with(&own),
            "{asked:?}"
        );
    }

    for none in [Vec::new(), others] {
        let asked = look_for_lock(none).await;
        let is_incomplete = matches!(
            asked,
            Err(ProviderError::Incomplete {
                gap: Gap::OwnApi,
                ..
            })
        );
        assert!(is_incomplete, "{asked:?}");
    }
}
