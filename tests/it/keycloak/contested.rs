//! Scopes that more than one hand has made, or changed.

use grantry::model::ScopeNaming;
use grantry::provider::keycloak::Writer;
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::realm::TestRealm;
use super::work::{assert_settled, carry_out, desired, say_plan};

const MAPS: &str = "https://maps.example/";

const PLATFORM: &str = "\
stack: platform
resource_servers:
  maps: { identifier: 'https://maps.example/', name: Maps, scopes: { read:maps: Read } }
clients:
  courier: { name: Courier }
grants:
  - { client: courier, resource_server: maps, scopes: [read:maps] }
";

fn id_of(object: &Json) -> &str {
    object["id"].as_str().unwrap()
}

/// However its lines are broken.
fn assert_says(said: &str, text: &str) {
    let words: Vec<&str> = said.split_whitespace().collect();
    assert!(words.join(" ").contains(text), "{said}");
}

/// Makes an API by hand: a client that gets no tokens.
async fn make_api(realm: &TestRealm, identifier: &str, name: &str) {
    let api = json!({ "clientId": identifier, "name": name, "standardFlowEnabled": false });
    realm.admin.must(Method::POST, "/clients", Some(&api)).await;
}

/// Makes a scope for an API by hand.
async fn make_scope(realm: &TestRealm, name: &str, api: &str) {
    let scope = json!({
        "name": name,
        "protocol": "openid-connect",
        "protocolMappers": [{
            "name": "theirs",
            "protocol": "openid-connect",
            "protocolMapper": "oidc-audience-mapper",
            "config": { "included.custom.audience": api, "access.token.claim": "true" },
        }],
    });
    let path = "/client-scopes";
    realm.admin.must(Method::POST, path, Some(&scope)).await;
}

async fn change_scope(realm: &TestRealm, name: &str, change: &Json) {
    let scope = realm.scope(name).await;
    let path = format!("/client-scopes/{}", id_of(&scope));
    realm.admin.must(Method::PUT, &path, Some(change)).await;
}

/// Takes the API out of a scope by hand.
async fn take_audience(realm: &TestRealm, name: &str) {
    let scope = realm.scope(name).await;
    let mapper = id_of(&scope["protocolMappers"][0]);
    let path = format!(
        "/client-scopes/{}/protocol-mappers/models/{mapper}",
        id_of(&scope)
    );
    realm.admin.must(Method::DELETE, &path, None).await;
}

/// Somebody has made a scope for our API: once it is declared it is that one, and no second.
#[tokio::test]
async fn a_scope_that_somebody_made_for_our_api_becomes_ours_when_it_is_declared() {
    let realm = TestRealm::doubled().await;
    let qualified = realm.settings().with_scope_naming(ScopeNaming::Qualified);
    for (writer, stack) in [
        (realm.writer(), "bare"),
        (Writer::new(qualified).unwrap(), "qualified"),
    ] {
        let api = format!("urn:{stack}");
        let story = format!(
            "stack: {stack}\nresource_servers:\n  maps: {{ identifier: '{api}', name: {stack}, scopes: {{ }} }}\n"
        );
        carry_out(&writer, &desired(&story)).await;
        let name = format!("read:{stack}");
        make_scope(&realm, &name, &api).await;
        assert_settled(&writer, &desired(&story), "beside ours").await;
        let made = realm.scope(&name).await;

        let declared = story.replace("scopes: { }", &format!("scopes: {{ '{name}': Read }}"));
        carry_out(&writer, &desired(&declared)).await;
        assert_settled(&writer, &desired(&declared), stack).await;
        let ours = realm.scope(&name).await;
        assert_eq!(id_of(&ours), id_of(&made));
        assert!(ours["attributes"]["grantry_stack"].is_string(), "{ours}");
    }
}

/// What a grant gives cannot be told where two scopes are one of an API.
#[tokio::test]
async fn two_scopes_that_are_the_same_one_of_an_api_are_a_conflict() {
    let realm = TestRealm::doubled().await;
    let settings = realm.settings().with_scope_naming(ScopeNaming::Qualified);
    let writer = Writer::new(settings).unwrap();
    carry_out(&writer, &desired(PLATFORM)).await;
    make_scope(&realm, "read:maps", MAPS).await;

    let said = say_plan(&writer, &desired(PLATFORM)).await;
    insta::assert_snapshot!(said);
}

/// The mark of a scope counts, whatever the client of its API says.
#[tokio::test]
async fn a_scope_of_another_stack_is_never_taken_over_with_its_api() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    carry_out(&writer, &desired(PLATFORM)).await;
    let none = json!({ "attributes": { "grantry_stack": null, "grantry_key": null, "grantry_kind": null } });
    realm.change_client(MAPS, &none).await;

    let theirs = "\
stack: team
resource_servers:
  maps: { identifier: 'https://maps.example/', name: Maps, scopes: { read:maps: Read } }
";
    let said = say_plan(&writer, &desired(theirs)).await;
    assert_says(&said, "of the stack `platform`");

    // What it does not declare stays, also once the API is its own.
    let others = theirs.replace("read:maps", "write:maps");
    carry_out(&writer, &desired(&others)).await;
    assert_settled(&writer, &desired(&others), "the API alone").await;
    let scope = realm.scope("read:maps").await;
    let mark = scope["attributes"]["grantry_stack"].as_str().unwrap();
    assert!(mark.starts_with("v1:platform:"), "{scope}");
}

/// Somebody has put another API into a scope of ours: it does not become that API's.
#[tokio::test]
async fn a_scope_that_was_bent_to_another_api_stays_its_stacks() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    carry_out(&writer, &desired(PLATFORM)).await;
    make_api(&realm, "urn:atlas", "Atlas").await;
    take_audience(&realm, "read:maps").await;
    let scope = realm.scope("read:maps").await;
    let path = format!("/client-scopes/{}/protocol-mappers/models", id_of(&scope));
    let mapper = json!({
        "name": "bent",
        "protocol": "openid-connect",
        "protocolMapper": "oidc-audience-mapper",
        "config": { "included.custom.audience": "urn:atlas", "access.token.claim": "true" },
    });
    realm.admin.must(Method::POST, &path, Some(&mapper)).await;

    let team = "\
stack: team
resource_servers:
  atlas: { identifier: 'urn:atlas', name: Atlas, scopes: { read:maps: Read } }
";
    let said = say_plan(&writer, &desired(team)).await;
    assert_says(&said, "of the stack `platform`");
}

/// To mend a scope gives it back to whoever holds it, so the plan says who does.
#[tokio::test]
async fn who_holds_a_damaged_scope_is_seen() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    carry_out(&writer, &desired(PLATFORM)).await;
    take_audience(&realm, "read:maps").await;

    let (without, _) = PLATFORM.split_once("grants:").unwrap();
    let said = say_plan(&writer, &desired(without)).await;
    insta::assert_snapshot!(said);
    carry_out(&writer, &desired(without)).await;
    let courier = realm.client("courier").await;
    assert_eq!(courier["optionalClientScopes"], json!([]), "{courier}");
    assert_settled(&writer, &desired(without), "mended, and taken").await;

    take_audience(&realm, "read:maps").await;
    let empty = without.replace("read:maps: Read", "");
    carry_out(&writer, &desired(&empty)).await;
    assert_eq!(realm.scope("read:maps").await, Json::Null);
}

/// A release that ended half way leaves an API that is ours with scopes that are nobody's.
#[tokio::test]
async fn a_release_that_is_taken_back_half_way_is_no_dead_end() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    carry_out(&writer, &desired(PLATFORM)).await;
    let none = json!({
        "name": "read:maps",
        "attributes": { "grantry_stack": null, "grantry_api": null, "grantry_scope": null },
    });
    change_scope(&realm, "read:maps", &none).await;

    carry_out(&writer, &desired(PLATFORM)).await;
    assert_settled(&writer, &desired(PLATFORM), "ours again").await;
    let scope = realm.scope("read:maps").await;
    assert!(scope["attributes"]["grantry_stack"].is_string(), "{scope}");
}

/// What goes is what the plan shows, and what stays is no reason to refuse all plans that follow.
#[tokio::test]
async fn an_api_is_destroyed_with_the_scopes_that_the_plan_shows() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    let destroyed = desired(
        "stack: platform\nremoved: [{ resource_server: 'https://maps.example/', destroy: true }]\n",
    );

    // Nobody's: all of it is shown.
    make_api(&realm, MAPS, "Maps").await;
    make_scope(&realm, "read:maps", MAPS).await;
    let said = say_plan(&writer, &destroyed).await;
    assert!(said.contains("read:maps"), "{said}");
    carry_out(&writer, &destroyed).await;
    assert_eq!(realm.client(MAPS).await, Json::Null);
    assert_eq!(realm.scope("read:maps").await, Json::Null);
    assert_settled(&writer, &destroyed, "nobody's").await;

    // Ours, and beside it what somebody else has made for it.
    carry_out(&writer, &desired(PLATFORM)).await;
    make_scope(&realm, "theirs", MAPS).await;
    carry_out(&writer, &destroyed).await;
    assert_eq!(realm.scope("read:maps").await, Json::Null);
    assert_ne!(realm.scope("theirs").await, Json::Null);
    assert_settled(&writer, &destroyed, "ours").await;
}
