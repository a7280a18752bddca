//! Who owns what in a realm: stacks beside each other, under new names, and
//! what is let go.

use serde_json::{Value as Json, json};

use super::realm::TestRealm;
use super::work::{
    apply_plan, assert_settled, carry_out, desired, say_plan, say_report,
    try_to_plan,
};

const PLATFORM: &str = "\
stack: platform
resource_servers:
  maps: { identifier: 'https://maps.example/', name: Maps, scopes: { read:maps: Read, write:maps: Write } }
clients:
  courier: { name: Courier }
grants:
  - { client: courier, resource_server: maps, scopes: [read:maps] }
";

const TEAM: &str = "\
stack: team
resource_servers:
  maps: { identifier: 'https://maps.example/', external: true }
clients:
  billing: { name: Billing }
grants:
  - { client: billing, resource_server: maps, scopes: [read:maps] }
";

#[tokio::test]
async fn a_stack_gets_scopes_of_an_api_that_another_one_keeps() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    carry_out(&writer, &desired(PLATFORM)).await;
    carry_out(&writer, &desired(TEAM)).await;

    assert_settled(&writer, &desired(PLATFORM), "the platform").await;
    assert_settled(&writer, &desired(TEAM), "the team").await;
    let misspelt = TEAM.replace("[read:maps]", "[reed:maps]");
    let said = say_plan(&writer, &desired(&misspelt)).await;
    assert!(
        said.contains("did you mean `read:maps`?"),
        "{said}"
    );
}

/// What other tools have made may be referred to too: a client that gets tokens
/// itself, or nothing but scopes.
#[tokio::test]
async fn what_others_have_made_can_be_referred_to_and_is_never_ours() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    let scope = json!({
        "name": "read:maps",
        "protocol": "openid-connect",
        "protocolMappers": [{
            "name": "audience",
            "protocol": "openid-connect",
            "protocolMapper": "oidc-audience-mapper",
            "config": { "included.custom.audience": "https://maps.example/", "access.token.claim": "true" },
        }],
    });
    realm
        .admin
        .must(
            reqwest::Method::POST,
            "/client-scopes",
            Some(&scope),
        )
        .await;

    carry_out(&writer, &desired(TEAM)).await;
    assert_settled(&writer, &desired(TEAM), "scopes alone").await;
    let said = say_plan(&writer, &desired(PLATFORM)).await;
    assert!(said.contains("scopes for one"), "{said}");

    carry_out(&writer, &desired("stack: team\n")).await;
    assert_ne!(realm.scope("read:maps").await, Json::Null);

    // Nothing of it is an API that could be removed.
    let removed = "stack: team\nremoved: [{ resource_server: 'https://maps.example/', destroy: true }]\n";
    let said = say_plan(&writer, &desired(removed)).await;
    assert!(
        said.contains("they are done, or misspelt"),
        "{said}"
    );
}

/// Two stacks want what is nobody's, and both have planned it: it becomes that
/// of the first one.
#[tokio::test]
async fn what_another_stack_has_taken_since_it_was_planned_is_not_taken_from_it()
 {
    let realm = TestRealm::doubled().await;
    let api = json!({ "clientId": "urn:maps", "name": "Maps", "standardFlowEnabled": false });
    let courier = json!({ "clientId": "courier", "name": "Courier", "serviceAccountsEnabled": true });
    for client in [api, courier] {
        realm
            .admin
            .must(reqwest::Method::POST, "/clients", Some(&client))
            .await;
    }
    let story = |stack: &str| {
        desired(&format!(
            "stack: {stack}\nresource_servers: {{ maps: {{ identifier: 'urn:maps', name: Maps }} }}\n\
             clients: {{ courier: {{ name: Courier, client_id: courier }} }}\n"
        ))
    };

    let late = realm.writer();
    let planned = try_to_plan(&late, &story("late"))
        .await
        .unwrap();
    carry_out(&realm.writer(), &story("first")).await;
    let report = apply_plan(&late, planned).await;

    insta::assert_snapshot!(say_report(&report));
    assert_settled(
        &realm.writer(),
        &story("first"),
        "the first one's",
    )
    .await;
}

/// Somebody has put our API to another use: it is not changed
/// before its owner has looked.
#[tokio::test]
async fn an_api_of_ours_that_gets_tokens_is_changed_no_more() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    carry_out(&writer, &desired(PLATFORM)).await;
    let exchange = |on: Json| json!({ "attributes": { "standard.token.exchange.enabled": on } });
    realm
        .change_client(
            "https://maps.example/",
            &exchange(json!("true")),
        )
        .await;

    let said = say_plan(&writer, &desired(PLATFORM)).await;
    insta::assert_snapshot!(said);
    let destroyed = "stack: platform\nremoved: [{ resource_server: 'https://maps.example/', destroy: true }]\n";
    let said = say_plan(&writer, &desired(destroyed)).await;
    assert!(
        said.contains("a client that gets tokens"),
        "{said}"
    );
    let said = say_plan(
        &writer,
        &desired("stack: platform\nprune: true\n"),
    )
    .await;
    assert!(
        said.contains("resource_servers.https://maps.example/"),
        "{said}"
    );

    realm
        .change_client("https://maps.example/", &exchange(Json::Null))
        .await;
    assert_settled(&writer, &desired(PLATFORM), "switched off").await;
}

#[tokio::test]
async fn a_stack_of_a_new_name_takes_its_marks_along() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    carry_out(&writer, &desired(PLATFORM)).await;

    let renamed = PLATFORM.replace("stack: platform", "stack: basis")
        + "moved: [{ stack: platform }]\n";
    carry_out(&writer, &desired(&renamed)).await;
    let settled = PLATFORM.replace("stack: platform", "stack: basis");
    assert_settled(&writer, &desired(&settled), "renamed").await;

    let client = realm
        .client("https://maps.example/")
        .await;
    let scope = realm.scope("read:maps").await;
    for object in [client, scope] {
        let mark = object["attributes"]["grantry_stack"]
            .as_str()
            .unwrap();
        assert!(mark.starts_with("v1:basis:"), "{object}");
    }
}

#[tokio::test]
async fn an_api_is_let_go_and_taken_over_again_or_destroyed() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    carry_out(&writer, &desired(PLATFORM)).await;
    let removed = |how: &str| {
        let entries = format!(
            "removed:\n- {{ resource_server: 'https://maps.example/', destroy: {how} }}\n\
             - {{ client: courier, destroy: {how} }}\n"
        );
        desired(&format!("stack: platform\n{entries}"))
    };

    carry_out(&writer, &removed("false")).await;
    let scope = realm.scope("read:maps").await;
    assert_eq!(
        scope["attributes"]["grantry_stack"],
        Json::Null,
        "{scope}"
    );
    assert_settled(&writer, &removed("false"), "let go").await;

    let bound = PLATFORM.replace(
        "name: Courier",
        "name: Courier, client_id: courier",
    );
    carry_out(&writer, &desired(&bound)).await;
    assert_settled(&writer, &desired(&bound), "taken over again").await;

    carry_out(&writer, &removed("true")).await;
    assert_eq!(
        realm
            .client("https://maps.example/")
            .await,
        Json::Null
    );
    assert_eq!(realm.client("courier").await, Json::Null);
    assert_eq!(realm.scope("read:maps").await, Json::Null);
    assert_settled(&writer, &removed("true"), "destroyed").await;
}

/// The name of a scope moves to another API: it goes there once it is free.
#[tokio::test]
async fn a_scope_that_is_to_be_another_apis_is_a_conflict_until_it_is_free() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    carry_out(&writer, &desired(PLATFORM)).await;

    let moved = "\
stack: platform
resource_servers:
  maps: { identifier: 'https://maps.example/', name: Maps, scopes: { write:maps: Write } }
  atlas: { identifier: urn:atlas, name: Atlas, scopes: { read:maps: Read } }
clients:
  courier: { name: Courier }
";
    let said = say_plan(&writer, &desired(moved)).await;
    assert!(
        said.contains("the name of the scope `read:maps` is taken"),
        "{said}"
    );

    let without = moved.replace(
        "scopes: { read:maps: Read } }\nclients",
        "scopes: {} }\nclients",
    );
    carry_out(&writer, &desired(&without)).await;
    carry_out(&writer, &desired(moved)).await;
    assert_settled(&writer, &desired(moved), "moved").await;
}
