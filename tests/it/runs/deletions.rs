//! What changes between the plan and a deletion.

use grantry::apply::Guard;
use grantry::plan::plan;
use grantry::provider::{Mutate as _, inspect, observe};
use reqwest::Method;
use serde_json::{Value as Json, json};

use crate::runs::world::{
    World, carry_out, desired, nothing, planned, settle, told,
};

/// A stack of one API and one client, of which everything is to be deleted;
/// then somebody does something, and the run goes on.
async fn deleting(
    meanwhile: impl AsyncFnOnce(&World, &str),
) -> (World, String) {
    let world = World::with(&[]).await;
    let writer = world.writer();
    settle(&writer, &desired(1)).await;

    let cleared = planned(&writer, &nothing()).await;
    let clients = world.list("clients").await;
    let ours =
        |client: &&Json| client["client_metadata"]["grantry_key"] == "c0";
    let id = clients.iter().find(ours).unwrap()["client_id"]
        .as_str()
        .unwrap()
        .to_owned();
    meanwhile(&world, &id).await;

    let report = carry_out(&writer, cleared, &Guard::open()).await;
    (world, told(&report))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_touches_is_deleted() {
    let (world, said) = deleting(async |_, _| {}).await;
    assert!(said.contains("Applied 3 changes."), "{said}");
    assert!(world.marked().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_api_on_which_somebody_got_a_grant_stays() {
    let (world, said) = deleting(async |world, _| {
        let other = json!({ "name": "Other", "grant_types": ["client_credentials"] });
        let other = world
            .management
            .ask(Method::POST, "clients", Some(&other))
            .await;
        let grant =
            json!({ "client_id": other["client_id"], "audience": "urn:maps", "scope": ["read"] });
        world
            .management
            .ask(Method::POST, "client-grants", Some(&grant))
            .await;
    })
    .await;
    assert!(
        said.contains(
            "resource_servers.urn:maps has changed since the plan, and stays"
        ),
        "{said}"
    );
    let servers = world.list("resource-servers").await;
    assert!(
        servers
            .iter()
            .any(|server| server["identifier"] == "urn:maps")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_got_another_grant_stays() {
    let (world, said) = deleting(async |world, id| {
        let api = json!({ "identifier": "urn:other" });
        world
            .management
            .ask(Method::POST, "resource-servers", Some(&api))
            .await;
        let grant =
            json!({ "client_id": id, "audience": "urn:other", "scope": [] });
        world
            .management
            .ask(Method::POST, "client-grants", Some(&grant))
            .await;
    })
    .await;
    assert!(
        said.contains("clients.c0 has changed since the plan, and stays"),
        "{said}"
    );
    assert_eq!(world.marked().await, ["c0"]);
}

/// Between the listing and the close look at what is to be
/// deleted the guards see nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_got_a_grant_after_it_was_listed_is_planned_again() {
    let world = World::with(&[]).await;
    let writer = world.writer();
    settle(&writer, &desired(1)).await;

    let seen = observe(writer.reader(), &nothing())
        .await
        .unwrap();
    let listed = plan(&nothing(), &seen).unwrap();
    let other =
        json!({ "name": "Other", "grant_types": ["client_credentials"] });
    let other = world
        .management
        .ask(Method::POST, "clients", Some(&other))
        .await;
    let grant = json!({ "client_id": other["client_id"], "audience": "urn:maps", "scope": [] });
    world
        .management
        .ask(Method::POST, "client-grants", Some(&grant))
        .await;

    let error = inspect(writer.reader(), listed)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the listing of grants is not complete: it changed while it was read"
    );
}

/// No configuration can name such a grant, and it ends
/// with the API all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_api_that_third_parties_may_call_by_default_is_in_use() {
    let world = World::with(&[]).await;
    let writer = world.writer();
    settle(&writer, &desired(1)).await;
    let by_default = json!({ "default_for": "third_party_clients", "audience": "urn:maps", "scope": ["read"] });
    let grant = world
        .management
        .ask(Method::POST, "client-grants", Some(&by_default))
        .await;

    let seen = observe(writer.reader(), &nothing())
        .await
        .unwrap();
    let refused = plan(&nothing(), &seen).unwrap();
    let [refusal] = refused.refusals.as_slice() else {
        panic!("{:?}", refused.refusals)
    };
    assert_eq!(
        refusal.to_string(),
        "resource_servers.urn:maps would be deleted, and others may call it: \"third-party clients\""
    );

    // Once it is gone, nothing speaks against it.
    let id = grant["id"].as_str().unwrap();
    world
        .management
        .ask(
            Method::DELETE,
            &format!("client-grants/{id}"),
            None,
        )
        .await;
    settle(&writer, &nothing()).await;
}

/// Grantry does not manage callbacks, so no listing of its shows them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_changed_where_grantry_does_not_look_stays() {
    let (world, said) = deleting(async |world, id| {
        let body = json!({ "callbacks": ["https://app.example/callback"] });
        world
            .management
            .ask(
                Method::PATCH,
                &format!("clients/{id}"),
                Some(&body),
            )
            .await;
    })
    .await;
    assert!(
        said.contains("clients.c0 has changed since the plan, and stays"),
        "{said}"
    );
    assert_eq!(world.marked().await, ["c0"]);
}
