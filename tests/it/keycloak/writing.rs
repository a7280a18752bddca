//! Writes that cannot hurt: what is not ours stays as it is, and what was half
//! done is finished.

use futures_util::future::join_all;
use grantry::apply::Outcome;
use grantry::model::{Address, ClientRef, RemoteId};
use grantry::plan::Change;
use grantry::provider::{Mutate as _, ProviderError, Write, WriteError};
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::double::{Fault, Trouble};
use super::realm::TestRealm;
use super::work::{
    apply_plan, assert_settled, carry_out, desired, say_plan, say_report,
    try_to_apply, try_to_plan,
};

const STORY: &str = "\
stack: laws
resource_servers:
  maps: { identifier: 'https://maps.example/', name: Maps, scopes: { read:maps: Read, write:maps: Write } }
clients:
  courier: { name: Courier, client_metadata: { logoUri: urn:none } }
grants:
  - { client: courier, resource_server: maps, scopes: [read:maps] }
";

fn id_of(object: &Json) -> &str {
    object["id"].as_str().unwrap()
}

/// A change that does not say so would switch it off, and delete all that was
/// set up for it.
#[tokio::test]
async fn authorization_services_stay_on() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    carry_out(&writer, &desired(STORY)).await;
    for client in ["courier", "https://maps.example/"] {
        let on = json!({ "authorizationServicesEnabled": true, "serviceAccountsEnabled": true });
        realm.change_client(client, &on).await;
    }

    let renamed = STORY
        .replace("Courier", "The courier")
        .replace("Maps,", "All maps,");
    carry_out(&writer, &desired(&renamed)).await;

    for client in ["courier", "https://maps.example/"] {
        let client = realm.client(client).await;
        assert_eq!(
            client["authorizationServicesEnabled"], true,
            "{client}"
        );
    }
}

#[tokio::test]
async fn metadata_never_becomes_a_setting() {
    let realm = TestRealm::doubled().await;
    carry_out(&realm.writer(), &desired(STORY)).await;

    let attributes = &realm.client("courier").await["attributes"];
    assert_eq!(
        attributes["grantry.metadata.logoUri"],
        "urn:none"
    );
    assert_eq!(attributes["logoUri"], Json::Null);
}

/// A scope that a client gets unasked is access too: to declare it changes
/// nothing, and to take it away takes it from the list that it is in.
#[tokio::test]
async fn optional_and_default_scopes_are_told_apart() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    let story = desired(STORY);
    carry_out(&writer, &story).await;
    let client = realm.client("courier").await;
    let lists = |list: &str, scope: &Json| {
        format!(
            "/clients/{}/{list}/{}",
            id_of(&client),
            id_of(scope)
        )
    };

    let read = realm.scope("read:maps").await;
    realm
        .admin
        .must(
            Method::DELETE,
            &lists("optional-client-scopes", &read),
            None,
        )
        .await;
    realm
        .admin
        .must(
            Method::PUT,
            &lists("default-client-scopes", &read),
            None,
        )
        .await;
    assert_settled(&writer, &story, "a default scope is access").await;

    let write = realm.scope("write:maps").await;
    realm
        .admin
        .must(
            Method::PUT,
            &lists("default-client-scopes", &write),
            None,
        )
        .await;
    let said = say_plan(&writer, &story).await;
    assert!(said.contains("- scopes  write:maps"), "{said}");
    carry_out(&writer, &story).await;
    let client = realm.client("courier").await;
    let unasked = client["defaultClientScopes"]
        .as_array()
        .unwrap();
    assert!(
        !unasked.contains(&json!("write:maps")),
        "{client}"
    );
    assert!(unasked.contains(&json!("basic")), "{client}");
}

#[tokio::test]
async fn a_text_that_is_empty_is_none() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    let story = desired(STORY);
    carry_out(&writer, &story).await;
    realm
        .change_client(
            "courier",
            &json!({ "description": "", "attributes": { "logoUri": "" } }),
        )
        .await;
    let scope = realm.scope("read:maps").await;
    let path = format!("/client-scopes/{}", id_of(&scope));
    let change = json!({ "name": "read:maps", "attributes": { "display.on.consent.screen": "" } });
    realm
        .admin
        .must(Method::PUT, &path, Some(&change))
        .await;

    assert_settled(&writer, &story, "empty").await;
}

/// What is gone is as it should be, also where somebody else
/// deletes it at the same moment.
#[tokio::test]
async fn what_is_gone_already_is_deleted() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    carry_out(&writer, &desired(STORY)).await;
    for id in ["courier", "https://maps.example/"] {
        let client = realm.client(id).await;
        let path = format!("/clients/{}", id_of(&client));
        realm
            .admin
            .must(Method::DELETE, &path, None)
            .await;
    }

    let api = Write::Delete {
        address: Address::ResourceServer(
            "https://maps.example/".parse().unwrap(),
        ),
        id: RemoteId::new("https://maps.example/"),
        precondition: None,
    };
    // What a server says of whatever somebody else is
    // deleting at the same moment.
    realm.double().fail(Fault {
        method: "DELETE",
        path: "/clients/".to_owned(),
        nth: 1,
        what: Trouble::Status(500),
    });
    for delete in [delete_courier(), api] {
        let deleted = writer.write(&delete).await;
        assert!(deleted.is_ok(), "{deleted:?}");
    }
}

fn delete_courier() -> Write {
    Write::Delete {
        address: Address::Client(ClientRef::Key("courier".parse().unwrap())),
        id: RemoteId::new("courier"),
        precondition: None,
    }
}

/// Has so many requests to delete a client go wrong, and
/// then tries to delete one.
async fn delete_in_spite_of(
    realm: &TestRealm,
    what: Trouble,
    requests: usize,
) -> Result<RemoteId, WriteError> {
    let writer = realm.writer();
    carry_out(&writer, &desired(STORY)).await;
    for nth in 1..=requests {
        realm.double().fail(Fault {
            method: "DELETE",
            path: "/clients/".to_owned(),
            nth,
            what,
        });
    }

    writer.write(&delete_courier()).await
}

/// A path that leads nowhere, or something else that answers,
/// says nothing of an object.
#[tokio::test]
async fn only_a_404_that_names_an_object_says_that_it_is_gone() {
    for what in [Trouble::Status(404), Trouble::Foreign(404)] {
        let realm = TestRealm::doubled().await;
        let deleted = delete_in_spite_of(&realm, what, 1).await;

        let is_refused = matches!(
            deleted,
            Err(WriteError::Refused(ProviderError::Rejected {
                status: 404,
                ..
            }))
        );
        assert!(is_refused, "{what:?}: {deleted:?}");
        assert_ne!(realm.client("courier").await, Json::Null);
    }
}

/// Keycloak's own stays as it is, and one of something else passes by itself.
#[tokio::test(start_paused = true)]
async fn only_a_500_of_keycloaks_own_is_not_asked_again() {
    let realm = TestRealm::doubled().await;
    let deleted = delete_in_spite_of(&realm, Trouble::Status(500), 1).await;
    assert!(
        matches!(deleted, Err(WriteError::Refused(_))),
        "{deleted:?}"
    );

    let deleted = delete_in_spite_of(&realm, Trouble::Foreign(500), 1).await;
    assert!(deleted.is_ok(), "{deleted:?}");
    assert_eq!(realm.client("courier").await, Json::Null);

    // Where it does not pass, nobody knows what was done.
    let realm = TestRealm::doubled().await;
    let deleted = delete_in_spite_of(&realm, Trouble::Foreign(500), 100).await;
    assert!(
        matches!(deleted, Err(WriteError::Unknown(_))),
        "{deleted:?}"
    );
}

/// A client with a flow, or a scope for another API or for none, is somebody's.
#[tokio::test]
async fn what_is_somebodys_is_a_conflict_that_names_it() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    let audience = |api: &str| {
        json!([{
            "name": "audience",
            "protocol": "openid-connect",
            "protocolMapper": "oidc-audience-mapper",
            "config": { "included.custom.audience": api, "access.token.claim": "true" },
        }])
    };
    for client in [
        json!({ "clientId": "https://maps.example/", "standardFlowEnabled": true }),
        json!({ "clientId": "courier", "serviceAccountsEnabled": true, "name": "Somebody's" }),
    ] {
        realm
            .admin
            .must(Method::POST, "/clients", Some(&client))
            .await;
    }
    for (name, mappers) in [
        ("read:maps", json!([])),
        ("write:maps", audience("urn:other")),
    ] {
        let scope = json!({ "name": name, "protocol": "openid-connect", "protocolMappers": mappers });
        realm
            .admin
            .must(Method::POST, "/client-scopes", Some(&scope))
            .await;
    }

    let said = say_plan(&writer, &desired(STORY)).await;
    insta::assert_snapshot!(said);
}

/// Takes all marks off, as if somebody had made all of it by hand.
pub(super) async fn release_by_hand(realm: &TestRealm, clients: &[&str]) {
    for client in clients {
        let none = json!({ "attributes": { "grantry_stack": null, "grantry_key": null, "grantry_kind": null } });
        realm.change_client(client, &none).await;
    }
    let scopes = realm
        .admin
        .must(Method::GET, "/client-scopes", None)
        .await;
    let scopes = scopes.as_array().unwrap().iter();
    for scope in
        scopes.filter(|scope| scope["attributes"]["grantry_stack"].is_string())
    {
        let none = json!({
            "name": scope["name"],
            "attributes": { "grantry_stack": null, "grantry_api": null, "grantry_scope": null },
        });
        let path = format!("/client-scopes/{}", id_of(scope));
        realm
            .admin
            .must(Method::PUT, &path, Some(&none))
            .await;
    }
}

/// All of the story, as clients.
const ALL: [&str; 2] = ["courier", "https://maps.example/"];

/// Made by hand in just this way, an API is taken over in sight, with those of
/// its scopes that are declared.
#[tokio::test]
async fn an_api_that_nobody_has_marked_is_taken_over_in_sight() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    carry_out(&writer, &desired(STORY)).await;
    release_by_hand(&realm, &ALL).await;

    let bound = STORY
        .replace(", write:maps: Write", "")
        .replace(
            "name: Courier,",
            "name: Courier, client_id: courier,",
        );
    let bound = desired(&bound);
    let said = say_plan(&writer, &bound).await;
    insta::assert_snapshot!(said);
    carry_out(&writer, &bound).await;
    assert_settled(&writer, &bound, "taken over").await;
    // What is not declared was never ours.
    assert_ne!(realm.scope("write:maps").await, Json::Null);
}

/// The mark of an API is evidence enough to delete it, and another stack's is a
/// reason not to touch it.
#[tokio::test]
async fn an_api_of_another_stack_is_a_conflict_and_one_of_ours_an_orphan() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    carry_out(&writer, &desired(STORY)).await;

    let theirs = desired(&STORY.replace("stack: laws", "stack: others"));
    let conflicts = try_to_plan(&writer, &theirs)
        .await
        .unwrap_err()
        .conflicts;
    let said: Vec<String> = conflicts
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(
        said.iter()
            .any(|said| said.contains("belongs to the stack `laws`")),
        "{said:?}"
    );

    carry_out(&writer, &desired("stack: laws\n")).await;
    assert_eq!(
        realm
            .client("https://maps.example/")
            .await,
        Json::Null
    );
    assert_eq!(realm.scope("read:maps").await, Json::Null);
}

/// Somebody has taken the API out of a scope of ours: it is a
/// scope of it again afterwards.
#[tokio::test]
async fn a_damaged_scope_is_mended() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    let story = desired(STORY);
    carry_out(&writer, &story).await;
    let scope = realm.scope("read:maps").await;
    let mapper = id_of(&scope["protocolMappers"][0]).to_owned();
    let path = format!(
        "/client-scopes/{}/protocol-mappers/models/{mapper}",
        id_of(&scope)
    );
    realm
        .admin
        .must(Method::DELETE, &path, None)
        .await;

    carry_out(&writer, &story).await;
    assert_settled(&writer, &story, "mended").await;
    let scope = realm.scope("read:maps").await;
    assert_eq!(
        scope["protocolMappers"]
            .as_array()
            .unwrap()
            .len(),
        1,
        "{scope}"
    );
}

/// A `Location` may be made of whichever host the server takes itself for.
#[tokio::test]
async fn what_is_created_is_known_by_the_end_of_its_address() {
    let realm = TestRealm::doubled().await;
    realm
        .double()
        .set_location_host("internal.example");
    carry_out(&realm.writer(), &desired(STORY)).await;
    assert_settled(&realm.writer(), &desired(STORY), "elsewhere").await;
}

/// The id of a client is given once: a new key takes it along.
#[tokio::test]
async fn a_key_that_has_moved_keeps_its_client_id() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    carry_out(&writer, &desired(STORY)).await;

    let moved = STORY.replace("courier", "carrier")
        + "moved: [{ client: courier, to: carrier }]\n";
    let moved = desired(&moved);
    carry_out(&writer, &moved).await;
    assert_settled(&writer, &moved, "moved").await;
    assert_eq!(
        realm.client("courier").await["attributes"]["grantry_key"],
        "carrier"
    );
    assert_eq!(realm.client("carrier").await, Json::Null);
}

/// A write of several requests says what was done before it failed.
#[tokio::test]
async fn a_write_that_ends_half_way_says_how_far_it_came() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    realm.double().fail(Fault {
        method: "POST",
        path: "/client-scopes".to_owned(),
        nth: 2,
        what: Trouble::Status(403),
    });
    let report = try_to_apply(&writer, &desired(STORY))
        .await
        .unwrap();

    let failed = report
        .outcomes
        .iter()
        .find_map(|outcome| match outcome {
            Outcome::Failed(error) => Some(error.to_string()),
            _ => None,
        });
    let failed = failed.unwrap();
    assert!(
        failed.contains("before that, the API was created, the scope `read:maps` was created"),
        "{failed}"
    );
    carry_out(&writer, &desired(STORY)).await;
    assert_settled(&writer, &desired(STORY), "finished").await;
}

/// Names are unique: a scope whose creation was not answered is found by its
/// own, and the write goes on.
#[tokio::test]
async fn a_scope_whose_creation_was_not_answered_is_found() {
    let realm = TestRealm::doubled().await;
    realm.double().fail(Fault {
        method: "POST",
        path: "/client-scopes".to_owned(),
        nth: 1,
        what: Trouble::DropAfter,
    });

    carry_out(&realm.writer(), &desired(STORY)).await;
    assert_settled(&realm.writer(), &desired(STORY), "found").await;
}

/// The scopes of an API that is taken over become ours before it does: the
/// other way round it would be ours, and they would be somebody's for ever.
#[tokio::test]
async fn an_api_that_was_taken_over_half_way_is_taken_over_by_the_next_run() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    carry_out(&writer, &desired(STORY)).await;
    release_by_hand(&realm, &ALL).await;

    let bound = desired(&STORY.replace(
        "name: Courier,",
        "name: Courier, client_id: courier,",
    ));
    realm.double().fail(Fault {
        method: "PUT",
        path: "/client-scopes/".to_owned(),
        nth: 2,
        what: Trouble::Status(403),
    });
    let report = try_to_apply(&writer, &bound)
        .await
        .unwrap();
    assert!(
        !report
            .outcomes
            .iter()
            .all(Outcome::is_applied)
    );

    carry_out(&writer, &bound).await;
    assert_settled(&writer, &bound, "taken over in two runs").await;
}

/// A listing shows what may be seen, and says nothing of the rest: what is not
/// in it may be there.
#[tokio::test]
async fn what_may_not_be_seen_any_more_is_not_taken_for_gone() {
    let nothing = desired("stack: laws\n");
    for story in [
        "with what was read",
        "with nothing that was read",
    ] {
        let realm = TestRealm::doubled().await;
        let reading = realm.writer();
        carry_out(&reading, &desired(STORY)).await;
        let planned = try_to_plan(&reading, &nothing)
            .await
            .unwrap();
        let writer = if story == "with what was read" {
            reading
        } else {
            realm.writer()
        };

        let double = realm.double();
        double.take_role("grantry-apply", "manage-clients");
        double.give_role("grantry-apply", "query-clients");
        double.set_fine_grained(Some(&["grantry-apply", "realm-management"]));
        let report = apply_plan(&writer, planned).await;

        let is_any_applied = report
            .outcomes
            .iter()
            .any(Outcome::is_applied);
        assert!(
            !is_any_applied,
            "{story}:\n{}",
            say_report(&report)
        );
    }
}

/// The same of what creates an API: its scopes are to be made yet.
#[tokio::test]
async fn an_api_whose_creation_was_not_answered_gets_its_scopes() {
    let realm = TestRealm::doubled().await;
    realm.double().fail(Fault {
        method: "POST",
        path: "/clients".to_owned(),
        nth: 1,
        what: Trouble::DropAfter,
    });

    carry_out(&realm.writer(), &desired(STORY)).await;
    assert_settled(&realm.writer(), &desired(STORY), "found").await;
}

/// What is deleted, and not answered, is gone when it is deleted again.
#[tokio::test]
async fn a_deletion_that_was_not_answered_is_done() {
    for (path, nth) in [
        ("/client-scopes/", 1),
        ("/clients/", 1),
        ("/clients/", 2),
    ] {
        let realm = TestRealm::doubled().await;
        let writer = realm.writer();
        carry_out(&writer, &desired(STORY)).await;
        realm.double().fail(Fault {
            method: "DELETE",
            path: path.to_owned(),
            nth,
            what: Trouble::DropAfter,
        });

        let removed = desired(
            "stack: laws\nremoved: [{ resource_server: 'https://maps.example/', destroy: true }]\n",
        );
        carry_out(&writer, &removed).await;
    }
}

/// Of a request for a token that names too many scopes at once, a server passes
/// over all of them in silence.
#[tokio::test]
async fn a_grant_of_more_scopes_than_can_be_asked_for_at_once_is_said() {
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    // Each of 79 letters, and a space between any two: 50 of
    // them are 3,999 characters.
    let story = |count: usize| {
        let scopes: Vec<String> = (0..count)
            .map(|number| format!("{number:a>79}"))
            .collect();
        let declared: Vec<String> = scopes
            .iter()
            .map(|scope| format!("{scope}: Read"))
            .collect();
        let (declared, granted) = (declared.join(", "), scopes.join(", "));
        desired(&format!(
            "stack: laws\n\
             resource_servers: {{ maps: {{ identifier: 'urn:maps', name: Maps, scopes: {{ {declared} }} }} }}\n\
             clients: {{ courier: {{ name: Courier }} }}\n\
             grants: [{{ client: courier, resource_server: maps, scopes: [{granted}] }}]\n"
        ))
    };

    carry_out(&writer, &story(50)).await;
    let said = say_plan(&writer, &story(50)).await;
    assert!(!said.contains("at once"), "{said}");

    carry_out(&writer, &story(51)).await;
    insta::assert_snapshot!(say_plan(&writer, &story(51)).await);
}

/// Each change of an API looks at the scopes that there are. Those that are
/// made at the same time look together.
#[tokio::test]
async fn changes_of_many_apis_share_their_looks_at_the_scopes() {
    let realm = TestRealm::doubled().await;
    let story = |name: &str| {
        let apis: Vec<String> = (0..20)
            .map(|number| {
                format!("  api-{number}: {{ identifier: 'urn:{number}', name: A, scopes: {{ read:{number}: {name} }} }}\n")
            })
            .collect();
        desired(&format!(
            "stack: laws\nresource_servers:\n{}",
            apis.concat()
        ))
    };
    carry_out(&realm.writer(), &story("Read")).await;

    let writer = realm.writer();
    let planned = try_to_plan(&writer, &story("Read all"))
        .await
        .unwrap();
    realm.double().forget_requests();
    let updates: Vec<Write> = planned
        .plan
        .changes
        .iter()
        .map(update)
        .collect();
    let written = join_all(
        updates
            .iter()
            .map(|update| writer.write(update)),
    )
    .await;
    assert!(written.iter().all(Result::is_ok), "{written:?}");

    let asked = realm.double().requests();
    let looks = asked.iter().filter(|asked| {
        asked.method == "GET" && asked.path.ends_with("/client-scopes")
    });
    assert!(looks.count() <= 3, "{asked:#?}");
    assert_settled(
        &realm.writer(),
        &story("Read all"),
        "all of them",
    )
    .await;
}

/// The write of a change to an object that is there.
fn update(change: &Change) -> Write {
    let Address::ResourceServer(api) = &change.address else {
        panic!("{change:?}");
    };

    Write::Update {
        address: change.address.clone(),
        id: RemoteId::new(api.as_str()),
        fields: change.fields.clone(),
        precondition: change.precondition.clone(),
    }
}
