//! Scopes that more than one hand has made, or changed.

use grantry::model::{RemoteId, ScopeNaming};
use grantry::plan::Planned;
use grantry::provider::keycloak::Writer;
use grantry::provider::{Mutate as _, Write};
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::by_hand::{
    assert_says, bend, change_scope, id_of, make_api, make_scope, take_audience,
};
use super::realm::TestRealm;
use super::work::{
    assert_settled, carry_out, desired, desired_by, read, say_plan, try_to_plan,
};

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

/// Somebody has made a scope for our API: once it is declared it is that one,
/// and no second.
#[tokio::test]
async fn a_scope_that_somebody_made_for_our_api_becomes_ours_when_it_is_declared()
 {
    let realm = TestRealm::doubled().await;
    let qualified = realm
        .settings()
        .with_scope_naming(ScopeNaming::Qualified);
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

        let declared = story.replace(
            "scopes: { }",
            &format!("scopes: {{ '{name}': Read }}"),
        );
        let said = say_plan(&writer, &desired(&declared)).await;
        assert!(
            said.contains("these scopes exist without a mark"),
            "{said}"
        );
        carry_out(&writer, &desired(&declared)).await;
        assert_settled(&writer, &desired(&declared), stack).await;
        let ours = realm.scope(&name).await;
        assert_eq!(id_of(&ours), id_of(&made));
        assert!(
            ours["attributes"]["grantry_stack"].is_string(),
            "{ours}"
        );
    }
}

/// What a grant gives cannot be told where two scopes are one of an API.
#[tokio::test]
async fn two_scopes_that_are_the_same_one_of_an_api_are_a_conflict() {
    let realm = TestRealm::doubled().await;
    let settings = realm
        .settings()
        .with_scope_naming(ScopeNaming::Qualified);
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
    assert_says(&said, "belongs to the stack `platform`");

    // What it does not declare stays, also once the API is its own.
    let others = theirs.replace("read:maps", "write:maps");
    carry_out(&writer, &desired(&others)).await;
    assert_settled(&writer, &desired(&others), "the API alone").await;
    let scope = realm.scope("read:maps").await;
    let mark = scope["attributes"]["grantry_stack"]
        .as_str()
        .unwrap();
    assert!(mark.starts_with("v1:platform:"), "{scope}");
}

/// Somebody has put another API into a scope of ours: it
/// does not become that API's.
#[tokio::test]
async fn a_scope_that_was_bent_to_another_api_stays_its_stacks() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    carry_out(&writer, &desired(PLATFORM)).await;
    make_api(&realm, "urn:atlas", "Atlas").await;
    bend(&realm, "read:maps", "urn:atlas").await;

    let team = "\
stack: team
resource_servers:
  atlas: { identifier: 'urn:atlas', name: Atlas, scopes: { read:maps: Read } }
";
    let said = say_plan(&writer, &desired(team)).await;
    assert_says(&said, "belongs to the stack `platform`");
}

/// To mend a scope gives it back to whoever holds it,
/// so the plan says who does.
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
    assert_eq!(
        courier["optionalClientScopes"],
        json!([]),
        "{courier}"
    );
    assert_settled(&writer, &desired(without), "mended, and taken").await;

    take_audience(&realm, "read:maps").await;
    let empty = without.replace("read:maps: Read", "");
    carry_out(&writer, &desired(&empty)).await;
    assert_eq!(realm.scope("read:maps").await, Json::Null);
}

/// A release that ended half way leaves an API that is ours with scopes that
/// are nobody's.
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
    assert!(
        scope["attributes"]["grantry_stack"].is_string(),
        "{scope}"
    );
}

/// What goes is what the plan shows, and what stays is no reason to refuse all
/// plans that follow.
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

/// The mark of the same stack in another tenant.
const COPIED: &str = "v1:platform:00000000";

/// A realm that was copied carries the marks of another one: what is taken over
/// there is what is declared.
#[tokio::test]
async fn scopes_with_a_copied_mark_stay_unless_they_are_declared() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    let two = PLATFORM.replace(
        "read:maps: Read }",
        "read:maps: Read, write:maps: Write }",
    );
    carry_out(&writer, &desired(&two)).await;
    let copied = json!({ "attributes": { "grantry_stack": COPIED } });
    realm.change_client(MAPS, &copied).await;
    for name in ["read:maps", "write:maps"] {
        let copied =
            json!({ "name": name, "attributes": { "grantry_stack": COPIED } });
        change_scope(&realm, name, &copied).await;
    }

    let (api, _) = PLATFORM.split_once("clients:").unwrap();
    carry_out(&writer, &desired(api)).await;
    let scope = realm.scope("write:maps").await;
    assert_eq!(
        scope["attributes"]["grantry_stack"], COPIED,
        "{scope}"
    );
    let scope = realm.scope("read:maps").await;
    assert_ne!(
        scope["attributes"]["grantry_stack"], COPIED,
        "{scope}"
    );
    assert_settled(&writer, &desired(api), "taken over").await;
}

/// The deletion of the API of a plan that removes it.
fn deletion_in(planned: &Planned) -> Write {
    let delete = planned.plan.changes.last().unwrap();

    Write::Delete {
        address: delete.address.clone(),
        id: RemoteId::new(MAPS),
        precondition: delete.precondition.clone(),
    }
}

/// What was looked at may be another's a moment later, or gone: no scope goes
/// that the plan has not shown.
#[tokio::test]
async fn an_api_that_changed_hands_since_is_not_deleted() {
    let destroyed = "stack: platform\nremoved: [{ resource_server: 'https://maps.example/', destroy: true }]\n";
    let (api, _) = PLATFORM.split_once("clients:").unwrap();
    for is_gone in [true, false] {
        let realm = TestRealm::doubled().await;
        let writer = realm.writer();
        carry_out(&writer, &desired(api)).await;
        make_scope(&realm, "theirs", MAPS).await;
        let planned = try_to_plan(&writer, &desired(destroyed))
            .await
            .unwrap();
        if is_gone {
            let client = realm.client(MAPS).await;
            let path = format!("/clients/{}", id_of(&client));
            realm
                .admin
                .must(Method::DELETE, &path, None)
                .await;
        } else {
            let none = json!({ "attributes": { "grantry_stack": null, "grantry_key": null } });
            realm.change_client(MAPS, &none).await;
        }

        let deleted = writer
            .write(&deletion_in(&planned))
            .await;
        assert_eq!(deleted.is_ok(), is_gone, "{deleted:?}");
        assert_ne!(realm.scope("theirs").await, Json::Null);
        if !is_gone {
            assert_ne!(realm.scope("read:maps").await, Json::Null);
        }
    }
}

/// Somebody has put another API into a scope of ours, and so has given that to
/// whoever holds it.
#[tokio::test]
async fn a_scope_that_was_bent_is_bent_back_and_stays_granted() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    let both = PLATFORM.replace(
        "clients:",
        "  atlas: { identifier: 'urn:atlas', name: Atlas }\nclients:",
    ) + "prune: true\n";
    carry_out(&writer, &desired(&both)).await;
    bend(&realm, "read:maps", "urn:atlas").await;

    carry_out(&writer, &desired(&both)).await;
    assert_settled(&writer, &desired(&both), "bent back").await;
}

/// Authorization services bring a service account along, which gets tokens.
#[tokio::test]
async fn what_an_api_may_call_itself_is_seen() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    carry_out(&writer, &desired(PLATFORM)).await;
    let caller = json!({
        "clientId": "urn:caller", "standardFlowEnabled": false,
        "serviceAccountsEnabled": true, "authorizationServicesEnabled": true,
        "attributes": {
            "grantry_stack": realm.client(MAPS).await["attributes"]["grantry_stack"],
            "grantry_key": "caller", "grantry_kind": "resource_server",
        },
    });
    realm
        .admin
        .must(Method::POST, "/clients", Some(&caller))
        .await;
    let (caller, scope) = (
        realm.client("urn:caller").await,
        realm.scope("read:maps").await,
    );
    let path = format!(
        "/clients/{}/optional-client-scopes/{}",
        id_of(&caller),
        id_of(&scope)
    );
    realm
        .admin
        .must(Method::PUT, &path, None)
        .await;

    let seen = read(&writer, &desired(PLATFORM)).await;
    let calls: Vec<&str> = seen
        .unnamed
        .iter()
        .map(|grant| grant.audience.as_str())
        .collect();
    assert_eq!(calls, [MAPS]);
}

/// The client of an API is gone, and its scopes carry the
/// former name of the stack.
#[tokio::test]
async fn an_api_whose_client_is_gone_is_made_again_under_another_name() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    let (api, _) = PLATFORM.split_once("clients:").unwrap();
    carry_out(&writer, &desired(api)).await;
    let client = realm.client(MAPS).await;
    let path = format!("/clients/{}", id_of(&client));
    realm
        .admin
        .must(Method::DELETE, &path, None)
        .await;

    let renamed = api.replace("stack: platform", "stack: basis")
        + "moved: [{ stack: platform }]\n";
    let said = say_plan(&writer, &desired(&renamed)).await;
    assert!(!said.contains("misspelt"), "{said}");
    carry_out(&writer, &desired(&renamed)).await;
    let settled = api.replace("stack: platform", "stack: basis");
    assert_settled(&writer, &desired(&settled), "renamed").await;
}

/// Only what can be changed is planned: the API carries the new name of the
/// stack, and its scope a former one.
#[tokio::test]
async fn what_the_scopes_of_an_api_carry_that_it_does_not_is_told() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    carry_out(&writer, &desired(PLATFORM)).await;
    let mark =
        realm.scope("read:maps").await["attributes"]["grantry_stack"].clone();
    let theirs = mark
        .as_str()
        .unwrap()
        .replace("platform", "former");
    let change = json!({ "name": "read:maps", "attributes": { "grantry_stack": theirs } });
    change_scope(&realm, "read:maps", &change).await;
    let moved = PLATFORM.to_owned() + "moved: [{ stack: former }]\n";
    let foreign = say_plan(&writer, &desired(&moved)).await;

    let change = json!({ "name": "read:maps", "attributes": { "grantry_stack": "v9:what" } });
    change_scope(&realm, "read:maps", &change).await;
    let unreadable = say_plan(&writer, &desired(PLATFORM)).await;
    insta::assert_snapshot!(format!("{foreign}\n{unreadable}"));
}

/// A client that people log in to is named in the audience of somebody's scope.
#[tokio::test]
async fn whose_client_has_the_identifier_of_an_api_keeps_it() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    let shop = json!({ "clientId": "urn:shop", "standardFlowEnabled": true });
    realm
        .admin
        .must(Method::POST, "/clients", Some(&shop))
        .await;
    make_scope(&realm, "read:shop", "urn:shop").await;

    let declared = "stack: team\nresource_servers:\n  shop: { identifier: 'urn:shop', name: Shop }\n";
    insta::assert_snapshot!(say_plan(&writer, &desired(declared)).await);
}

/// Somebody has the realm's own `profile` put our API into the audience of
/// tokens: it stays every client's.
#[tokio::test]
async fn what_every_realm_has_is_never_a_scope_of_an_api() {
    let realm = TestRealm::doubled().await;
    let settings = realm
        .settings()
        .with_scope_naming(ScopeNaming::Qualified);
    let writer = Writer::new(settings).unwrap();
    carry_out(&writer, &desired(PLATFORM)).await;
    let own = realm.scope("profile").await;
    let path = format!(
        "/client-scopes/{}/protocol-mappers/models",
        id_of(&own)
    );
    let mapper = json!({
        "name": "audience",
        "protocol": "openid-connect",
        "protocolMapper": "oidc-audience-mapper",
        "config": { "included.client.audience": MAPS, "access.token.claim": "true" },
    });
    realm
        .admin
        .must(Method::POST, &path, Some(&mapper))
        .await;
    let before = realm.scope("profile").await;

    let declared = PLATFORM.replace(
        "read:maps: Read }",
        "read:maps: Read, profile: Who }",
    );
    for yaml in [declared.as_str(), PLATFORM] {
        let desired = desired_by(ScopeNaming::Qualified, yaml);
        carry_out(&writer, &desired).await;
        assert_settled(&writer, &desired, yaml).await;
        assert_eq!(realm.scope("profile").await, before);
    }
}

/// However somebody has changed a scope of ours by hand: a plan says so, and
/// one apply makes it what it was.
#[tokio::test]
async fn a_scope_that_was_changed_by_hand_is_what_it_was_after_one_apply() {
    for (story, change) in [
        (
            "another name in its API",
            json!({ "attributes": { "grantry_scope": "other" } }),
        ),
        (
            "another name in its API that comes after its own",
            json!({ "attributes": { "grantry_scope": "zother" } }),
        ),
        (
            "another name in the realm",
            json!({ "attributes": { "grantry_name": "zother" } }),
        ),
        (
            "nothing said of tokens",
            json!({ "attributes": { "include.in.token.scope": "" } }),
        ),
        (
            "no name at all",
            json!({ "attributes": { "grantry_scope": "no name" } }),
        ),
        (
            "another protocol",
            json!({ "protocol": "saml" }),
        ),
        (
            "not in tokens",
            json!({ "attributes": { "include.in.token.scope": "false" } }),
        ),
        ("another name", json!({ "name": "renamed" })),
    ] {
        let realm = TestRealm::doubled().await;
        let writer = realm.writer();
        let with_prune = PLATFORM.to_owned() + "prune: true\n";
        carry_out(&writer, &desired(&with_prune)).await;
        let before = realm.scope("read:maps").await;
        let mut whole =
            json!({ "name": "read:maps", "protocol": "openid-connect" });
        let fields = whole.as_object_mut().unwrap();
        fields.extend(change.as_object().unwrap().clone());
        change_scope(&realm, "read:maps", &whole).await;

        let planned = try_to_plan(&writer, &desired(&with_prune))
            .await
            .unwrap();
        assert!(!planned.plan.changes.is_empty(), "{story}");
        carry_out(&writer, &desired(&with_prune)).await;
        assert_settled(&writer, &desired(&with_prune), story).await;

        let after = realm.scope("read:maps").await;
        assert_eq!(id_of(&after), id_of(&before), "{story}");
        for field in ["attributes", "protocol", "description"] {
            assert_eq!(after[field], before[field], "{story}");
        }
        let held =
            realm.client("courier").await["optionalClientScopes"].clone();
        assert_eq!(held, json!(["read:maps"]), "{story}");
    }
}

/// Keycloak puts an API into access tokens only where
/// it is said that it should.
#[tokio::test]
async fn a_scope_whose_mapper_says_nothing_of_access_tokens_is_mended() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    carry_out(&writer, &desired(PLATFORM)).await;
    take_audience(&realm, "read:maps").await;
    let scope = realm.scope("read:maps").await;
    let path = format!(
        "/client-scopes/{}/protocol-mappers/models",
        id_of(&scope)
    );
    let mapper = json!({
        "name": "audience",
        "protocol": "openid-connect",
        "protocolMapper": "oidc-audience-mapper",
        "config": { "included.client.audience": MAPS },
    });
    realm
        .admin
        .must(Method::POST, &path, Some(&mapper))
        .await;

    let said = say_plan(&writer, &desired(PLATFORM)).await;
    assert!(said.contains("{damaged"), "{said}");
    carry_out(&writer, &desired(PLATFORM)).await;
    assert_settled(&writer, &desired(PLATFORM), "mended").await;
}

/// Somebody has made another API from ours, with all that it carries.
#[tokio::test]
async fn a_copy_of_an_api_is_not_deleted_as_ours() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    let with_prune = PLATFORM.to_owned() + "prune: true\n";
    carry_out(&writer, &desired(&with_prune)).await;
    let mut copy = realm.client(MAPS).await;
    let fields = copy.as_object_mut().unwrap();
    fields.remove("id");
    fields.insert("clientId".to_owned(), json!("urn:copy"));
    realm
        .admin
        .must(Method::POST, "/clients", Some(&copy))
        .await;

    assert_settled(&writer, &desired(&with_prune), "beside a copy").await;
    let said = say_plan(&writer, &desired(&with_prune)).await;
    let line = r#"- { resource_server: "urn:copy", destroy: true } # as maps"#;
    assert_says(&said, line);
    let removed = with_prune
        + "removed: [{ resource_server: 'urn:copy', destroy: true }]\n";
    carry_out(&writer, &desired(&removed)).await;
    assert_eq!(realm.client("urn:copy").await, Json::Null);
}

/// A stack takes over an API that nobody has marked, and is killed on the way:
/// what it has is not another's to delete.
#[tokio::test]
async fn an_api_whose_scopes_are_anothers_is_not_deleted() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    carry_out(&writer, &desired(PLATFORM)).await;
    let none = json!({ "attributes": { "grantry_stack": null, "grantry_key": null, "grantry_kind": null } });
    realm.change_client(MAPS, &none).await;

    let destroyed = "stack: team\nremoved: [{ resource_server: 'https://maps.example/', destroy: true }]\n";
    let said = say_plan(&writer, &desired(destroyed)).await;
    assert_says(&said, "belongs to the stack `platform`");
}

/// Names that no configuration can write are names of callers all the same.
#[tokio::test]
async fn a_caller_that_cannot_be_named_is_told_by_its_id() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    carry_out(&writer, &desired(PLATFORM)).await;
    for id in ["web app", "nameless"] {
        let client = json!({ "clientId": id, "serviceAccountsEnabled": true });
        realm
            .admin
            .must(Method::POST, "/clients", Some(&client))
            .await;
        let (client, scope) = (
            realm.client(id).await,
            realm.scope("read:maps").await,
        );
        let path = format!(
            "/clients/{}/optional-client-scopes/{}",
            id_of(&client),
            id_of(&scope)
        );
        realm
            .admin
            .must(Method::PUT, &path, None)
            .await;
    }

    insta::assert_snapshot!(say_plan(&writer, &desired(PLATFORM)).await);
}
