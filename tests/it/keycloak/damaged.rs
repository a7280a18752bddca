//! Scopes of ours that somebody has bent, copied or renamed: what a plan says
//! of them, and what it takes to have them back.

use reqwest::Method;
use serde_json::{Value as Json, json};

use super::by_hand::{
    add_mapper, assert_says, bend, change_scope, copy_scope, id_of, make_api,
    make_caller, make_scope, take_audience,
};
use super::realm::TestRealm;
use super::work::{
    assert_settled, carry_out, desired, say_plan, say_report, try_to_apply,
};

const MAPS: &str = "https://maps.example/";

const PLATFORM: &str = "\
stack: platform
prune: true
resource_servers:
  maps: { identifier: 'https://maps.example/', name: Maps, scopes: { read:maps: Read, write:maps: Write } }
  atlas: { identifier: 'urn:atlas', name: Atlas, scopes: { read:atlas: Read } }
clients:
  courier: { name: Courier }
grants:
  - { client: courier, resource_server: maps, scopes: [read:maps] }
";

async fn platform() -> TestRealm {
    let realm = TestRealm::doubled().await;
    carry_out(&realm.writer(), &desired(PLATFORM)).await;
    realm
}

async fn delete_scope(realm: &TestRealm, name: &str) {
    let scope = realm.scope(name).await;
    let path = format!("/client-scopes/{}", id_of(&scope));
    realm
        .admin
        .must(Method::DELETE, &path, None)
        .await;
}

async fn rename_scope(realm: &TestRealm, name: &str, to: &str) {
    let scope = realm.scope(name).await;
    let path = format!("/client-scopes/{}", id_of(&scope));
    let renamed = json!({ "name": to });
    realm
        .admin
        .must(Method::PUT, &path, Some(&renamed))
        .await;
}

/// Whoever holds a scope that is bent back holds another API then.
#[tokio::test]
async fn who_holds_a_scope_that_is_bent_back_is_told() {
    let realm = platform().await;
    make_caller(&realm, "stranger", &["write:maps", "read:maps"]).await;
    bend(&realm, "write:maps", "urn:atlas").await;
    take_audience(&realm, "read:maps").await;
    add_mapper(
        &realm,
        "read:maps",
        "oidc-audience-mapper",
        &json!({ "included.custom.audience": "urn:of-nobody", "access.token.claim": "true" }),
    )
    .await;

    let writer = realm.writer();
    insta::assert_snapshot!(say_plan(&writer, &desired(PLATFORM)).await);
    carry_out(&writer, &desired(PLATFORM)).await;
    assert_settled(&writer, &desired(PLATFORM), "bent back").await;
}

/// Its API is gone and is declared again: whoever
/// holds the scope gets that one.
#[tokio::test]
async fn who_holds_a_bent_scope_of_an_api_that_is_created_is_told() {
    let realm = platform().await;
    make_caller(&realm, "stranger", &["write:maps"]).await;
    bend(&realm, "write:maps", "urn:of-nobody").await;
    let api = realm.client(MAPS).await;
    let path = format!("/clients/{}", id_of(&api));
    realm
        .admin
        .must(Method::DELETE, &path, None)
        .await;

    let writer = realm.writer();
    let said = say_plan(&writer, &desired(PLATFORM)).await;
    assert_says(
        &said,
        "maps: write:maps, which is for urn:of-nobody and held by \"stranger\"",
    );
    carry_out(&writer, &desired(PLATFORM)).await;
    assert_settled(&writer, &desired(PLATFORM), "created again").await;
}

/// Taking over a scope has tokens say that they have it.
#[tokio::test]
async fn a_scope_that_tokens_do_not_name_is_not_taken_over_in_silence() {
    let realm = TestRealm::doubled().await;
    make_api(&realm, MAPS, "Maps").await;
    make_scope(&realm, "read:maps", MAPS).await;
    let silent = json!({ "name": "read:maps", "attributes": { "include.in.token.scope": "false" } });
    change_scope(&realm, "read:maps", &silent).await;

    let (maps, _) = PLATFORM
        .split_once(", write:maps")
        .unwrap();
    let declared = format!("{maps} }} }}\n");
    let writer = realm.writer();
    let said = say_plan(&writer, &desired(&declared)).await;
    assert_says(&said, "tokens do not say that they have it");
    carry_out(&writer, &desired(&declared)).await;
    assert_settled(&writer, &desired(&declared), "taken over").await;
}

/// There are more ways into the audience of a token than the one mapper for it.
#[tokio::test]
async fn a_scope_that_gives_a_second_api_is_mended() {
    for (kind, config) in [
        (
            "oidc-hardcoded-claim-mapper",
            json!({ "claim.name": "aud", "claim.value": "urn:other", "access.token.claim": "true" }),
        ),
        (
            "oidc-audience-mapper",
            json!({
                "included.custom.audience": "urn:other",
                "access.token.claim": "false", "lightweight.claim": "true",
            }),
        ),
    ] {
        let realm = platform().await;
        let writer = realm.writer();
        add_mapper(&realm, "read:maps", kind, &config).await;
        let said = say_plan(&writer, &desired(PLATFORM)).await;
        assert_says(&said, "tokens are not for this API alone");

        carry_out(&writer, &desired(PLATFORM)).await;
        assert_settled(&writer, &desired(PLATFORM), kind).await;
        let scope = realm.scope("read:maps").await;
        let mappers = scope["protocolMappers"]
            .as_array()
            .unwrap();
        assert_eq!(mappers.len(), 1, "{scope}");
    }
}

/// What goes is not given back to whoever holds it for the moment that is left.
#[tokio::test]
async fn a_scope_that_goes_is_not_mended_first() {
    let realm = platform().await;
    let writer = realm.writer();
    take_audience(&realm, "write:maps").await;
    let id = realm.scope("write:maps").await;
    realm.double().forget_requests();

    let other = PLATFORM.replace("write:maps: Write", "draw:maps: Draw");
    carry_out(&writer, &desired(&other)).await;
    assert_settled(&writer, &desired(&other), "another one").await;
    let asked = realm.double().requests();
    let of_scope = asked
        .iter()
        .filter(|asked| asked.path.contains(id_of(&id)));
    let methods: Vec<&str> = of_scope
        .map(|asked| asked.method.as_str())
        .collect();
    assert_eq!(methods, ["DELETE"]);
}

/// Somebody has made our scope a second time, with its mark: both go.
#[tokio::test]
async fn a_copy_of_a_scope_goes_along_with_it() {
    let realm = platform().await;
    let writer = realm.writer();
    copy_scope(&realm, "write:maps", "write:maps-copy").await;
    copy_scope(&realm, "read:maps", "a-copy-of-read:maps").await;

    let (before, after) = PLATFORM
        .split_once(", write:maps: Write")
        .unwrap();
    let fewer = format!("{before}{after}");
    let said = say_plan(&writer, &desired(&fewer)).await;
    assert_says(
        &said,
        "as `a-copy-of-read:maps` and `read:maps`",
    );
    delete_scope(&realm, "a-copy-of-read:maps").await;
    carry_out(&writer, &desired(&fewer)).await;
    assert_settled(&writer, &desired(&fewer), "both went").await;
    assert_eq!(realm.scope("write:maps-copy").await, Json::Null);
    assert_eq!(realm.scope("write:maps").await, Json::Null);
}

/// A copy is not what a stack gets that asks for the
/// scope of another one's API.
#[tokio::test]
async fn a_copy_of_a_scope_is_granted_to_nobody() {
    let realm = platform().await;
    let writer = realm.writer();
    for copy in ["a-copy", "z-copy"] {
        copy_scope(&realm, "read:maps", copy).await;
    }

    let team = "\
stack: team
resource_servers: { maps: { identifier: 'https://maps.example/', external: true } }
clients: { billing: { name: Billing } }
grants: [{ client: billing, resource_server: maps, scopes: [read:maps] }]
";
    carry_out(&writer, &desired(team)).await;
    let held = realm.client("billing").await["optionalClientScopes"].clone();
    assert_eq!(held, json!(["read:maps"]));
}

/// Two scopes of ours have exchanged their names: neither can have its own back
/// before the other.
#[tokio::test]
async fn a_name_that_another_scope_has_is_a_conflict() {
    let realm = platform().await;
    let writer = realm.writer();
    rename_scope(&realm, "read:maps", "between").await;
    rename_scope(&realm, "write:maps", "read:maps").await;
    rename_scope(&realm, "between", "write:maps").await;
    insta::assert_snapshot!(say_plan(&writer, &desired(PLATFORM)).await);

    // Renamed, and somebody else's has the name now.
    rename_scope(&realm, "read:maps", "between").await;
    rename_scope(&realm, "write:maps", "renamed").await;
    rename_scope(&realm, "between", "write:maps").await;
    make_scope(&realm, "read:maps", "urn:atlas").await;
    let said = say_plan(&writer, &desired(PLATFORM)).await;
    assert_says(
        &said,
        "the scope `read:maps` is called `renamed` in this tenant",
    );
    delete_scope(&realm, "read:maps").await;
    carry_out(&writer, &desired(PLATFORM)).await;
    assert_settled(&writer, &desired(PLATFORM), "its name again").await;
}

/// What nobody has marked goes whole, or not at all.
#[tokio::test]
async fn what_an_api_is_deleted_with_is_what_the_plan_shows() {
    let destroyed = "stack: team\nremoved: [{ resource_server: 'https://maps.example/', destroy: true }]\n";
    for (mark, refusal) in [
        ("v1:two:00000000", None),
        (
            "v9:garbage",
            Some("the mark of the scope `read:maps` cannot be read"),
        ),
    ] {
        let realm = TestRealm::doubled().await;
        let writer = realm.writer();
        make_api(&realm, MAPS, "Maps").await;
        make_scope(&realm, "read:maps", MAPS).await;
        let marked = json!({
            "name": "read:maps",
            "attributes": { "grantry_stack": mark, "grantry_api": MAPS, "grantry_scope": "read:maps" },
        });
        change_scope(&realm, "read:maps", &marked).await;

        let said = say_plan(&writer, &desired(destroyed)).await;
        if let Some(refusal) = refusal {
            assert_says(&said, refusal);
            continue;
        }
        assert_says(&said, "- scopes.read:maps");
        carry_out(&writer, &desired(destroyed)).await;
        assert_eq!(realm.scope("read:maps").await, Json::Null);
    }
}

/// Whatever its tokens are for now, what we have made for an
/// API is that API's to lose.
#[tokio::test]
async fn a_scope_that_was_bent_goes_when_it_is_not_declared_any_more() {
    let realm = platform().await;
    let writer = realm.writer();
    make_caller(&realm, "stranger", &["write:maps"]).await;
    bend(&realm, "write:maps", "urn:of-nobody").await;

    let (before, after) = PLATFORM
        .split_once(", write:maps: Write")
        .unwrap();
    let fewer = format!("{before}{after}");
    let said = say_plan(&writer, &desired(&fewer)).await;
    assert_says(&said, "- scopes.write:maps");
    assert_says(
        &said,
        "maps: write:maps, which is for urn:of-nobody and held by \"stranger\"",
    );
    carry_out(&writer, &desired(&fewer)).await;
    assert_eq!(realm.scope("write:maps").await, Json::Null);

    // With its API too, and under another name of the stack.
    bend(&realm, "read:maps", "urn:of-nobody").await;
    let renamed = fewer.replace("stack: platform", "stack: basis")
        + "moved: [{ stack: platform }]\n";
    carry_out(&writer, &desired(&renamed)).await;
    let mark =
        realm.scope("read:maps").await["attributes"]["grantry_stack"].clone();
    assert!(
        mark.as_str()
            .unwrap()
            .starts_with("v1:basis:"),
        "{mark}"
    );
    bend(&realm, "read:maps", "urn:of-nobody").await;
    let none = "\
stack: basis
resource_servers: { atlas: { identifier: 'urn:atlas', name: Atlas, scopes: { read:atlas: Read } } }
clients: { courier: { name: Courier } }
removed: [{ resource_server: 'https://maps.example/', destroy: true }]
";
    carry_out(&writer, &desired(none)).await;
    assert_eq!(realm.scope("read:maps").await, Json::Null);
}

/// The client of an API was deleted by hand: its scopes
/// still put it into tokens.
#[tokio::test]
async fn scopes_of_ours_without_an_api_are_told() {
    let realm = platform().await;
    let writer = realm.writer();
    let api = realm.client("urn:atlas").await;
    let path = format!("/clients/{}", id_of(&api));
    realm
        .admin
        .must(Method::DELETE, &path, None)
        .await;

    let without: String = PLATFORM
        .lines()
        .filter(|line| !line.contains("urn:atlas"))
        .flat_map(|line| [line, "\n"])
        .collect();
    insta::assert_snapshot!(say_plan(&writer, &desired(&without)).await);
}

/// A description is whatever somebody writes.
#[tokio::test]
async fn what_a_scope_allows_is_never_taken_for_damage() {
    let realm = platform().await;
    let writer = realm.writer();
    let words = "(damaged: tokens are not for this API, or do not say so)";
    let described = PLATFORM.replace(
        "write:maps: Write",
        &format!("write:maps: '{words}'"),
    );
    carry_out(&writer, &desired(&described)).await;
    take_audience(&realm, "write:maps").await;

    let said = say_plan(&writer, &desired(&described)).await;
    assert_says(&said, "~ scopes.write:maps");
}

/// An id that leads out of an address would have the request be
/// for what stands above it.
#[tokio::test]
async fn an_id_that_leads_out_of_an_address_is_refused() {
    let realm = platform().await;
    let above = json!({
        "id": "..", "name": "above", "protocol": "openid-connect",
        "protocolMappers": [{
            "name": "audience", "protocol": "openid-connect", "protocolMapper": "oidc-audience-mapper",
            "config": { "included.custom.audience": MAPS, "access.token.claim": "true" },
        }],
    });
    let path = "/client-scopes";
    realm
        .admin
        .must(Method::POST, path, Some(&above))
        .await;
    let writer = realm.writer();
    realm.double().forget_requests();

    let more = PLATFORM.replace(
        "read:maps: Read,",
        "read:maps: Read, above: Above,",
    );
    let report = try_to_apply(&writer, &desired(&more))
        .await
        .unwrap();
    assert_says(
        &say_report(&report),
        "`..` is no part of an address",
    );
    let asked = realm.double().requests();
    assert!(
        asked
            .iter()
            .all(|asked| asked.method == "GET" || asked.path.contains("token"))
    );
}

/// What carries the mark of another tenant is not deleted, and
/// not passed over in silence.
#[tokio::test]
async fn an_api_with_the_mark_of_another_tenant_is_told() {
    let realm = platform().await;
    let writer = realm.writer();
    let copied =
        json!({ "attributes": { "grantry_stack": "v1:platform:00000000" } });
    realm
        .change_client("urn:atlas", &copied)
        .await;

    let without: String = PLATFORM
        .lines()
        .filter(|line| !line.contains("urn:atlas"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let removed = without
        + "removed: [{ resource_server: 'urn:atlas', destroy: true }]\n";
    let said = say_plan(&writer, &desired(&removed)).await;
    assert_says(
        &said,
        "resource_servers.urn:atlas carries a mark of another tenant",
    );
}

/// A scope of ours is for another API of ours that wants one of its name.
#[tokio::test]
async fn a_scope_of_ours_that_has_the_name_of_another_is_not_said_to_be_anothers()
 {
    let realm = platform().await;
    let writer = realm.writer();
    bend(&realm, "write:maps", "urn:atlas").await;
    let wanted = PLATFORM
        .replace("read:atlas: Read", "write:maps: Write")
        .replace(
            ", write:maps: Write } }\n  atlas",
            " } }\n  atlas",
        );
    let said = say_plan(&writer, &desired(&wanted)).await;
    assert!(!said.contains("belongs to the stack"), "{said}");
    assert_says(&said, "by a scope for `https://maps.example/`");
}

/// What another stack has is said once, of its API.
#[tokio::test]
async fn the_scopes_of_an_api_of_another_stack_are_not_told_one_by_one() {
    let realm = platform().await;
    let said = say_plan(
        &realm.writer(),
        &desired(&PLATFORM.replace("stack: platform", "stack: team")),
    )
    .await;
    assert!(!said.contains("the scope `"), "{said}");
}

/// A client that only checks the tokens of others gets none,
/// whatever else is switched on.
#[tokio::test]
async fn a_client_that_only_checks_tokens_is_an_api() {
    let realm = platform().await;
    let writer = realm.writer();
    let bearer = json!({ "bearerOnly": true });
    realm
        .change_client("courier", &bearer)
        .await;
    let said = say_plan(&writer, &desired(PLATFORM)).await;
    assert_says(&said, "+ grant_types client_credentials");
    carry_out(&writer, &desired(PLATFORM)).await;
    assert_settled(&writer, &desired(PLATFORM), "ours").await;

    let api = json!({ "clientId": "urn:checker", "bearerOnly": true, "standardFlowEnabled": true });
    realm
        .admin
        .must(Method::POST, "/clients", Some(&api))
        .await;
    let more = PLATFORM.replace(
        "clients:",
        "  checker: { identifier: 'urn:checker', name: Checker }\nclients:",
    );
    carry_out(&writer, &desired(&more)).await;
    assert_settled(&writer, &desired(&more), "an API").await;
}

/// Both ways to name scopes are ours, and a scope was made in one of them.
#[tokio::test]
async fn a_scope_with_its_name_of_the_other_way_is_misnamed() {
    let realm = platform().await;
    let writer = realm.writer();
    let qualified = "https://maps.example/read:maps";
    rename_scope(&realm, "read:maps", qualified).await;

    let said = say_plan(&writer, &desired(PLATFORM)).await;
    assert_says(&said, "it has another name there");
    carry_out(&writer, &desired(PLATFORM)).await;
    assert_settled(&writer, &desired(PLATFORM), "its name again").await;
    assert_ne!(realm.scope("read:maps").await, Json::Null);
}

/// Somebody has moved a grant to what a client gets unasked: its tokens are for
/// more than it asks for.
#[tokio::test]
async fn a_grant_that_is_in_every_token_is_told() {
    let realm = platform().await;
    let writer = realm.writer();
    let (client, scope) = (
        realm.client("courier").await,
        realm.scope("read:maps").await,
    );
    let path = |list: &str| {
        format!(
            "/clients/{}/{list}/{}",
            id_of(&client),
            id_of(&scope)
        )
    };
    let (optional, default) = (
        path("optional-client-scopes"),
        path("default-client-scopes"),
    );
    realm
        .admin
        .must(Method::DELETE, &optional, None)
        .await;
    realm
        .admin
        .must(Method::PUT, &default, None)
        .await;

    let said = say_plan(&writer, &desired(PLATFORM)).await;
    assert_says(&said, "\"Courier\" -> maps: read:maps");
    assert_settled(
        &writer,
        &desired(PLATFORM),
        "granted all the same",
    )
    .await;
}
