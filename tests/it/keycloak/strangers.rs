//! A realm full of other people's things, which stay as they are, byte by byte,
//! whatever is applied beside them.

use reqwest::Method;
use serde_json::{Value as Json, json};

use super::laws::expressible;
use super::realm::TestRealm;
use super::work::carry_out;
use crate::helpers::campaign::rounds;
use grantry::model::{Mark, Prune};

fn audience_of(api: &str) -> Json {
    json!({
        "name": "whatever it is called",
        "protocol": "openid-connect",
        "protocolMapper": "oidc-audience-mapper",
        "config": { "included.custom.audience": api, "access.token.claim": "true" },
    })
}

/// What others have in a realm: of each kind that Grantry makes, and near each
/// name that it uses.
async fn furnish(realm: &TestRealm) {
    let admin = &realm.admin;
    let claim = json!({
        "name": "claim",
        "protocol": "openid-connect",
        "protocolMapper": "oidc-hardcoded-claim-mapper",
        "config": { "claim.name": "team", "claim.value": "x", "access.token.claim": "true" },
    });
    for scope in [
        json!({ "name": "theirs", "protocol": "openid-connect", "description": "Theirs",
                "attributes": { "include.in.token.scope": "false" }, "protocolMappers": [claim] }),
        json!({ "name": "their:api", "protocol": "openid-connect",
                "protocolMappers": [audience_of("urn:theirs")] }),
        json!({ "name": "two:apis", "protocol": "openid-connect", "protocolMappers": [
            audience_of("urn:theirs"),
            { "name": "another", "protocol": "openid-connect", "protocolMapper": "oidc-audience-mapper",
              "config": { "included.client.audience": "account", "access.token.claim": "true" } },
        ] }),
        // What another stack has marked.
        json!({ "name": "their:scope", "protocol": "openid-connect",
                "attributes": { "grantry_stack": "v1:others:00000000", "grantry_api": "urn:marked", "grantry_scope": "x" },
                "protocolMappers": [audience_of("urn:marked")] }),
    ] {
        admin
            .must(Method::POST, "/client-scopes", Some(&scope))
            .await;
    }

    for client in [
        json!({ "clientId": "web", "name": "Web", "redirectUris": ["https://web.example/*"],
                "attributes": { "access.token.lifespan": "60", "grantry_note": "keep" },
                "defaultClientScopes": ["basic", "profile", "theirs"], "optionalClientScopes": ["phone", "their:api"] }),
        json!({ "clientId": "spa", "publicClient": true, "standardFlowEnabled": true, "implicitFlowEnabled": true }),
        json!({ "clientId": "service", "name": "Service", "serviceAccountsEnabled": true, "standardFlowEnabled": false,
                "optionalClientScopes": ["their:api", "two:apis"]  }),
        json!({ "clientId": "urn:theirs", "name": "Their API", "standardFlowEnabled": false, "bearerOnly": false }),
        json!({ "clientId": "authorizing", "serviceAccountsEnabled": true, "authorizationServicesEnabled": true }),
        json!({ "clientId": "other stack's", "serviceAccountsEnabled": true,
                "attributes": { "grantry_stack": "v1:others:00000000", "grantry_key": "courier" } }),
        json!({ "clientId": "née <x>", "name": "Of a strange name", "serviceAccountsEnabled": true }),
    ] {
        admin
            .must(Method::POST, "/clients", Some(&client))
            .await;
    }
}

/// Everything in a realm that is not this stack's, in one order.
async fn read_others(realm: &TestRealm) -> Json {
    let admin = realm.log_in().await;
    let mut clients = admin
        .must(Method::GET, "/clients", None)
        .await;
    let mut scopes = admin
        .must(Method::GET, "/client-scopes", None)
        .await;
    for objects in [&mut clients, &mut scopes] {
        let objects = objects.as_array_mut().unwrap();
        objects.retain(|object| !is_ours(object));
    }

    let mut all = json!([clients, scopes]);
    sort(&mut all);
    all
}

fn is_ours(object: &Json) -> bool {
    let mark = object["attributes"][Mark::STACK].as_str();
    mark.is_some_and(|mark| mark.starts_with("v1:laws:"))
}

/// Lists come in a new order each time.
pub(super) fn sort(value: &mut Json) {
    match value {
        Json::Array(items) => {
            items.iter_mut().for_each(sort);
            items.sort_by_key(ToString::to_string);
        }
        Json::Object(fields) => fields.values_mut().for_each(sort),
        _ => {}
    }
}

/// Applies one state after the other, in an order without one.
async fn live_beside_strangers(realm: TestRealm) {
    furnish(&realm).await;
    let before = read_others(&realm).await;
    let writer = realm.writer();
    let states = expressible(Prune::On);

    let mut place = 7;
    for round in 0..rounds(20) {
        place = (place * 31 + 11) % 997;
        let (name, state) = &states[place % states.len()];
        carry_out(&writer, state).await;
        assert_eq!(
            read_others(&realm).await,
            before,
            "round {round}: {name}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_others_have_in_a_realm_stays_as_it_is() {
    live_beside_strangers(TestRealm::doubled().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a real Keycloak: `tests/keycloak/run`"]
async fn what_others_have_in_a_realm_stays_as_it_is_for_real() {
    live_beside_strangers(TestRealm::real().await).await;
}
