//! The organizations that may use a grant.

use grantry::render;
use reqwest::Method;
use serde_json::{Value, json};

use crate::apart::world::World;

async fn organization(world: &World, name: &str) -> String {
    let made = world
        .management
        .ask(
            Method::POST,
            "organizations",
            Some(&json!({ "name": name })),
        )
        .await;
    made["id"].as_str().unwrap().to_owned()
}

/// The organizations that may use the one grant of the configuration.
async fn allowed(world: &World) -> Vec<String> {
    let grants = world
        .management
        .ask(
            Method::GET,
            "client-grants?audience=urn:maps",
            None,
        )
        .await;
    let path = format!(
        "client-grants/{}/organizations",
        grants[0]["id"].as_str().unwrap()
    );
    let listed = world
        .management
        .ask(Method::GET, &path, None)
        .await;
    let id = |organization: &Value| {
        organization["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let mut ids: Vec<String> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(id)
        .collect();
    ids.sort();
    ids
}

#[tokio::test]
async fn a_grant_is_for_the_organizations_it_names() {
    let world = World::new().await;
    let (one, other) = (
        organization(&world, "one").await,
        organization(&world, "other").await,
    );
    for named in [
        vec![&one],
        vec![&one, &other],
        vec![&other],
        vec![],
    ] {
        let list = named
            .iter()
            .map(|id| id.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        let grant = format!(
            "scopes: [read], organization_usage: allow, organizations: [{list}]"
        );
        world
            .apply_all(&world.desired_with("description: x", &grant))
            .await;
        let mut named: Vec<String> = named.into_iter().cloned().collect();
        named.sort();
        assert_eq!(allowed(&world).await, named);
    }
}

#[tokio::test]
async fn what_the_configuration_is_silent_on_costs_no_request() {
    let world = World::new().await;
    world.apply("description: x").await;
    let asked = world.emulator.requests().into_iter();
    assert!(
        asked
            .map(|asked| asked.path)
            .all(|path| !path.ends_with("/organizations"))
    );
}

/// It was shown to nobody, so it is not for this plan to shut it out.
#[tokio::test]
async fn an_organization_that_was_let_in_after_the_plan_stays() {
    let world = World::new().await;
    let (one, other) = (
        organization(&world, "one").await,
        organization(&world, "other").await,
    );
    let grant = |ids: &str| {
        format!(
            "scopes: [read], organization_usage: allow, organizations: [{ids}]"
        )
    };
    world
        .apply_all(&world.desired_with("description: x", &grant(&one)))
        .await;

    let planned = world
        .plan(&world.desired_with("description: x", &grant("")))
        .await;
    let grants = world
        .management
        .ask(
            Method::GET,
            "client-grants?audience=urn:maps",
            None,
        )
        .await;
    let path = format!("organizations/{other}/client-grants");
    let body = json!({ "grant_id": grants[0]["id"] });
    world
        .management
        .ask(Method::POST, &path, Some(&body))
        .await;

    let report = render::report(&world.carry_out(planned).await);
    assert!(
        report.contains("has changed since the plan"),
        "{report}"
    );
    assert_eq!(allowed(&world).await.len(), 2);
}
