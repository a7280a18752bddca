//! Readings that cannot lie: who may not see everything is told so, and nothing
//! looks absent that was not seen.

use std::fmt::Write as _;
use std::num::NonZeroUsize;

use grantry::apply::{Guard, Outcome, Stop, apply};
use grantry::model::{Address, Advice as _, ClientRef, Kind, Standing};
use grantry::provider::{
    LockUse, Mutate as _, Need, Objects, Observe as _, ProviderError, keycloak,
};
use reqwest::Method;
use serde_json::json;

use super::double::{Fault, Trouble};
use super::realm::TestRealm;
use super::work::{carry_out, desired, read};

const STORY: &str = "\
stack: laws
resource_servers:
  maps: { identifier: 'https://maps.example/', name: Maps, scopes: { read:maps: Read } }
clients:
  courier: { name: Courier }
grants:
  - { client: courier, resource_server: maps, scopes: [read:maps] }
";

/// Reads as a client with these roles of `realm-management`, and no others.
async fn read_with(
    realm: &TestRealm,
    roles: &[&str],
) -> Result<(), ProviderError> {
    let double = realm.double();
    double.take_role("grantry-plan", "view-clients");
    for role in roles {
        double.give_role("grantry-plan", role);
    }

    let reader =
        keycloak::Reader::new(realm.settings_as("grantry-plan")).unwrap();
    reader.read().await.map(drop)
}

#[tokio::test]
async fn whoever_may_not_see_everything_is_told_which_role_is_missing() {
    // With the second one, every listing is there, and empty.
    for roles in [
        &[][..],
        &["query-clients"],
        &["view-realm"],
        &["create-client"],
    ] {
        let realm = TestRealm::doubled().await;
        let error = read_with(&realm, roles)
            .await
            .unwrap_err();

        assert!(
            matches!(error, ProviderError::Forbidden { .. }),
            "{roles:?}: {error}"
        );
    }
    for roles in [
        &["view-clients"][..],
        &["manage-clients"],
        &["realm-admin"],
    ] {
        let realm = TestRealm::doubled().await;
        assert!(
            read_with(&realm, roles).await.is_ok(),
            "{roles:?}"
        );
    }
}

/// Under fine-grained permissions, an account sees some clients, and nothing
/// says that there are others.
#[tokio::test]
async fn a_part_of_the_clients_is_never_taken_for_all() {
    let realm = TestRealm::doubled().await;
    realm
        .double()
        .set_fine_grained(Some(&["grantry-plan", "realm-management"]));
    let error = read_with(&realm, &["query-clients"])
        .await
        .unwrap_err();

    assert!(
        matches!(error, ProviderError::Forbidden { .. }),
        "{error}"
    );
}

/// A token says which roles it has. Where permissions are given client by
/// client, it does not say which.
#[tokio::test]
async fn who_lacks_the_role_to_apply_is_told_before_anything_is_written() {
    let realm = TestRealm::doubled().await;
    let reader =
        keycloak::Reader::new(realm.settings_as("grantry-plan")).unwrap();
    let needs = [Need::Update(Objects::Of(Kind::Client))].into();
    reader.read().await.unwrap();
    let error = reader
        .check_permissions(&needs)
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("`manage-clients`"),
        "{error}"
    );
    let step = error.next_step().unwrap().to_string();
    assert!(
        step.contains("client `realm-management` in the realm `grantry`"),
        "{step}"
    );

    let permissions = json!({ "clientId": "admin-permissions", "standardFlowEnabled": false });
    realm
        .admin
        .must(Method::POST, "/clients", Some(&permissions))
        .await;
    reader.read().await.unwrap();
    reader
        .check_permissions(&needs)
        .await
        .unwrap();
}

#[tokio::test]
async fn what_the_realm_itself_made_and_other_protocols_are_never_ours() {
    let realm = TestRealm::doubled().await;
    let saml = json!({ "clientId": "urn:saml", "protocol": "saml" });
    realm
        .admin
        .must(Method::POST, "/clients", Some(&saml))
        .await;
    let writer = realm.writer();
    let seen = read(&writer, &desired("stack: laws\n")).await;

    for (id, standing) in [
        ("account", Standing::System),
        ("broker", Standing::System),
        ("realm-management", Standing::System),
        ("grantry-apply", Standing::Ourselves),
        ("grantry-plan", Standing::Ordinary),
        ("urn:saml", Standing::OtherProtocol),
    ] {
        let address = Address::Client(ClientRef::Id(id.parse().unwrap()));
        assert_eq!(seen.found[&address].standing, standing, "{id}");
    }
}

/// The tenth page begins with the last client of the ninth: what is deleted or
/// made meanwhile moves all that stand behind it.
#[tokio::test]
async fn pages_overlap_and_a_realm_of_a_thousand_clients_takes_sixteen_requests()
 {
    let realm = TestRealm::doubled().await;
    let mut yaml = STORY.replace("grants:\n", "");
    yaml.truncate(yaml.find("  - {").unwrap());
    for number in 0..1000 {
        writeln!(
            yaml,
            "  client-{number}: {{ name: Client {number} }}"
        )
        .unwrap();
    }
    let everything = desired(&yaml);
    carry_out(&realm.writer(), &everything).await;

    let writer = realm.writer();
    realm.double().forget_requests();
    let seen = read(&writer, &everything).await;
    let asked = realm.double().requests();

    assert_eq!(
        seen.found
            .keys()
            .filter(|address| matches!(address, Address::Client(_)))
            .count(),
        1009
    );
    assert_eq!(asked.len(), 15, "{asked:#?}");
    assert!(
        asked.iter().all(
            |asked| asked.method == "GET" || asked.path.ends_with("/token")
        )
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_none_is_no_empty_listing() {
    for what in [
        Trouble::Garbage,
        Trouble::CutShort,
        Trouble::Status(404),
        Trouble::Status(403),
    ] {
        for path in [
            "/client-scopes",
            "/clients?",
            "/default-default-client-scopes",
        ] {
            let realm = TestRealm::doubled().await;
            for nth in 1..=8 {
                realm.double().fail(Fault {
                    method: "GET",
                    path: path.to_owned(),
                    nth,
                    what,
                });
            }
            let writer = realm.writer();
            assert!(
                writer.reader().read().await.is_err(),
                "{what:?} {path}"
            );
        }
    }
}

/// The administrator's own tokens live for a minute,
/// and a run may take an hour.
#[tokio::test]
async fn a_token_is_renewed_before_it_ends_and_where_it_is_not_taken_any_more()
{
    let realm = TestRealm::doubled().await;
    let writer = realm.writer();
    let story = desired(STORY);
    let tokens = || {
        let asked = realm.double().requests();
        asked
            .iter()
            .filter(|asked| asked.path.ends_with("/token"))
            .count()
    };

    realm.double().forget_requests();
    carry_out(&writer, &story).await;
    assert_eq!(tokens(), 1);
    realm.double().expire_tokens();
    read(&writer, &story).await;
    assert_eq!(tokens(), 2);

    // Four fifths of nothing are over at once.
    realm.double().set_token_life(0);
    realm.double().forget_requests();
    let short_lived = realm.writer();
    let _ = short_lived.reader().read().await;
    assert!(tokens() > 2, "{}", tokens());
}

#[tokio::test]
async fn scopes_keep_their_names_or_stand_behind_their_api() {
    let realm = TestRealm::doubled().await;
    let naming = grantry::model::ScopeNaming::Qualified;
    let writer = keycloak::Writer::new(
        realm
            .settings()
            .with_scope_naming(naming),
    )
    .unwrap();
    let story = desired(STORY);
    carry_out(&writer, &story).await;

    let scope = realm
        .scope("https://maps.example/read:maps")
        .await;
    assert_eq!(
        scope["attributes"]["grantry_scope"],
        "read:maps"
    );
    super::work::assert_settled(&writer, &story, "qualified").await;
    // What was made under the other naming is the same
    // scope, and keeps its name.
    super::work::assert_settled(&realm.writer(), &story, "bare").await;
}

/// What a plan says that it costs is what it costs.
#[tokio::test]
async fn a_plan_says_how_many_requests_applying_it_takes() {
    let realm = TestRealm::doubled().await;
    let changed = STORY
        .replace("name: Maps", "name: All maps")
        .replace(
            "read:maps: Read }",
            "read:maps: Read all, write:maps: Write }",
        )
        .replace("name: Courier", "name: The courier")
        .replace("scopes: [read:maps]", "scopes: [write:maps]");
    let renamed = changed.replace("name: All maps", "name: Maps");
    let narrowed = renamed
        .replace("Read all, write:maps: Write }", "Read all }")
        .replace("scopes: [write:maps]", "scopes: [read:maps]");
    let (without_grants, _) = narrowed.split_once("grants:").unwrap();
    let removed = "stack: laws\nremoved: [{ resource_server: 'https://maps.example/', destroy: true }]\n";
    // With those that are there, a hundred: one page and a scope for
    // one of them, which is no client more. All on one page, with
    // scopes that are of no client.
    for number in 0..80 {
        let client = json!({ "clientId": format!("other-{number}") });
        let path = "/clients";
        realm
            .admin
            .must(Method::POST, path, Some(&client))
            .await;
    }
    for number in 0..20 {
        let scope = json!({
            "name": format!("other-{number}"),
            "protocol": "openid-connect",
            "protocolMappers": [{
                "name": "audience",
                "protocol": "openid-connect",
                "protocolMapper": "oidc-audience-mapper",
                "config": { "included.custom.audience": format!("urn:{number}"), "access.token.claim": "true" },
            }],
        });
        let path = "/client-scopes";
        realm
            .admin
            .must(Method::POST, path, Some(&scope))
            .await;
    }
    for yaml in [
        STORY,
        &changed,
        &renamed,
        &narrowed,
        without_grants,
        removed,
    ] {
        let writer = realm.writer();
        let desired = desired(yaml);
        let seen = read(&writer, &desired).await;
        let planned = grantry::plan::plan(&desired, &seen).unwrap();
        let told = writer
            .reader()
            .estimate(&planned, &seen, LockUse::Forgone);

        realm.double().forget_requests();
        let cleared = planned.clear().unwrap();
        let report = apply(
            &writer,
            cleared,
            &Guard::open(),
            NonZeroUsize::MIN,
            &Stop::default(),
            |_, _| {},
        )
        .await;
        assert!(
            report
                .outcomes
                .iter()
                .all(Outcome::is_applied)
        );
        let asked = realm.double().requests();
        assert_eq!(
            asked.len(),
            told.unwrap().requests,
            "{yaml}: {asked:#?}"
        );
    }
}

/// A server that is only busy is not one without the realm, and one that does
/// not know why is asked again.
#[tokio::test(start_paused = true)]
async fn a_reading_waits_for_a_server_that_is_busy() {
    for (path, status) in [
        ("/.well-known", 429),
        ("/.well-known", 503),
        ("/client-scopes", 500),
        ("/clients?", 500),
    ] {
        let realm = TestRealm::doubled().await;
        realm.double().fail(Fault {
            method: "GET",
            path: path.to_owned(),
            nth: 1,
            what: Trouble::Status(status),
        });
        let reader = keycloak::Reader::new(realm.settings()).unwrap();
        reader.read().await.unwrap();
    }

    let realm = TestRealm::doubled().await;
    for nth in 1..=100 {
        realm.double().fail(Fault {
            method: "GET",
            path: "/.well-known".to_owned(),
            nth,
            what: Trouble::Status(429),
        });
    }
    let reader = keycloak::Reader::new(realm.settings()).unwrap();
    let error = reader.read().await.unwrap_err();
    assert!(
        matches!(error, ProviderError::RateLimited { .. }),
        "{error}"
    );
}
