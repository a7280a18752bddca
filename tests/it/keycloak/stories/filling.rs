//! Fills a realm with what a story says is in it, as somebody would by hand who
//! knows what Grantry makes, and empties it again.

use std::collections::BTreeSet;

use grantry::model::{Mark, Standing};
use reqwest::Method;
use serde_json::{Map, Value as Json, json};

use super::home::ACCOUNT;
use crate::helpers::tenant::{Names, Object, mark_entries};
use crate::keycloak::by_hand::id_of;
use crate::keycloak::realm::TestRealm;

/// What an object says that it is to Grantry.
const KIND: &str = "grantry_kind";

/// What is in a realm before anybody comes.
#[derive(Default)]
pub(super) struct Rest(BTreeSet<String>);

/// The two kinds of object that Grantry looks at.
const PATHS: [&str; 2] = ["/clients", "/client-scopes"];

/// All of them.
pub(super) async fn read_all(realm: &TestRealm) -> [Json; 2] {
    let [clients, scopes] = PATHS.map(|path| {
        realm
            .admin
            .must(Method::GET, path, None)
    });
    [clients.await, scopes.await]
}

impl Rest {
    pub(super) async fn of(realm: &TestRealm) -> Self {
        let all = read_all(realm).await;
        let objects = all
            .iter()
            .filter_map(Json::as_array)
            .flatten();
        Self(
            objects
                .map(|object| id_of(object).to_owned())
                .collect(),
        )
    }

    /// Leaves nothing else in the realm, and no mark on the
    /// client that Grantry is there.
    pub(super) async fn restore(&self, realm: &TestRealm) {
        for (path, objects) in PATHS.iter().zip(read_all(realm).await) {
            for object in objects.as_array().unwrap() {
                let id = id_of(object);
                if !self.0.contains(id) {
                    let path = format!("{path}/{id}");
                    realm
                        .admin
                        .must(Method::DELETE, &path, None)
                        .await;
                }
            }
        }

        let none = json!({ Mark::STACK: null, Mark::KEY: null, KIND: null });
        let unnamed = json!({ "name": "", "attributes": none });
        realm
            .change_client(ACCOUNT, &unnamed)
            .await;
    }
}

pub(super) async fn fill(realm: &TestRealm, names: &Names, objects: &[Object]) {
    for object in objects {
        put(realm, names, object).await;
    }
}

async fn put(realm: &TestRealm, names: &Names, object: &Object) {
    match object {
        Object::Api {
            identifier,
            standing,
            scopes,
            mark,
        } => {
            let mark = mark
                .as_ref()
                .map(|mark| names.there(mark));
            if *standing != Standing::ScopesAlone {
                make_api(realm, identifier, mark.as_deref()).await;
            }
            for scope in scopes.as_array().unwrap() {
                let scope = scope.as_str().unwrap();
                make_scope(realm, scope, identifier, mark.as_deref()).await;
            }
        }
        Object::Client {
            id,
            name,
            standing,
            mark,
        } => {
            let mark = mark
                .as_ref()
                .map(|mark| names.there(mark));
            let attributes = attributes("client", mark.as_deref());
            if *standing == Standing::Ourselves {
                let change = json!({ "name": name, "attributes": attributes });
                realm
                    .change_client(ACCOUNT, &change)
                    .await;
            } else {
                assert_eq!(*standing, Standing::Ordinary, "{object}");
                make_client(realm, id, name, &attributes).await;
            }
        }
        Object::Grant {
            client, scopes, ..
        } => {
            for scope in scopes.as_array().unwrap() {
                let client = names.there(client);
                give_scope(realm, &client, scope.as_str().unwrap()).await;
            }
        }
    }
}

/// The mark of an object in its attributes, which say of what kind it is too.
fn attributes(kind: &str, mark: Option<&str>) -> Json {
    let Some(mark) = mark else {
        return json!({});
    };

    let mut attributes = mark_entries(mark);
    attributes[KIND] = kind.into();
    attributes
}

async fn make_api(realm: &TestRealm, identifier: &str, mark: Option<&str>) {
    let api = json!({
        "clientId": identifier,
        "standardFlowEnabled": false,
        "fullScopeAllowed": false,
        "defaultClientScopes": [],
        "optionalClientScopes": [],
        "attributes": attributes("resource_server", mark),
    });
    realm
        .admin
        .must(Method::POST, "/clients", Some(&api))
        .await;
}

async fn make_client(
    realm: &TestRealm,
    id: &str,
    name: &str,
    attributes: &Json,
) {
    let client = json!({
        "clientId": id,
        "name": name,
        "serviceAccountsEnabled": true,
        "standardFlowEnabled": false,
        "fullScopeAllowed": false,
        "defaultClientScopes": ["basic"],
        "optionalClientScopes": [],
        "attributes": attributes,
    });
    let path = "/clients";
    realm
        .admin
        .must(Method::POST, path, Some(&client))
        .await;
}

/// A scope for an API, with the mark that the API has.
async fn make_scope(
    realm: &TestRealm,
    name: &str,
    api: &str,
    mark: Option<&str>,
) {
    let mut attributes = Map::from_iter([(
        "include.in.token.scope".to_owned(),
        json!("true"),
    )]);
    let stack = mark.map(|mark| mark_entries(mark)[Mark::STACK].clone());
    if let Some(stack) = stack {
        for (attribute, value) in [
            (Mark::STACK, stack),
            ("grantry_api", json!(api)),
            ("grantry_scope", json!(name)),
            ("grantry_name", json!(name)),
        ] {
            attributes.insert(attribute.to_owned(), value);
        }
    }

    let scope = json!({
        "name": name,
        "protocol": "openid-connect",
        "attributes": attributes,
        "protocolMappers": [{
            "name": "audience",
            "protocol": "openid-connect",
            "protocolMapper": "oidc-audience-mapper",
            "config": { "included.client.audience": api, "access.token.claim": "true" },
        }],
    });
    let path = "/client-scopes";
    realm
        .admin
        .must(Method::POST, path, Some(&scope))
        .await;
}

/// Has a client be allowed to ask for a scope.
pub(super) async fn give_scope(realm: &TestRealm, client_id: &str, name: &str) {
    let (client, scope) = (
        realm.client(client_id).await,
        realm.scope(name).await,
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
