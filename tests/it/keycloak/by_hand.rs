//! What somebody does to a realm by hand, beside Grantry.

use reqwest::Method;
use serde_json::{Value as Json, json};

use super::realm::TestRealm;

pub(crate) fn id_of(object: &Json) -> &str {
    object["id"].as_str().unwrap()
}

/// However its lines are broken.
pub(crate) fn assert_says(said: &str, text: &str) {
    let words: Vec<&str> = said.split_whitespace().collect();
    assert!(words.join(" ").contains(text), "{said}");
}

/// Makes an API by hand: a client that gets no tokens.
pub(crate) async fn make_api(realm: &TestRealm, identifier: &str, name: &str) {
    let api = json!({ "clientId": identifier, "name": name, "standardFlowEnabled": false });
    realm
        .admin
        .must(Method::POST, "/clients", Some(&api))
        .await;
}

/// Makes a scope for an API by hand.
pub(crate) async fn make_scope(realm: &TestRealm, name: &str, api: &str) {
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
    realm
        .admin
        .must(Method::POST, path, Some(&scope))
        .await;
}

pub(crate) async fn change_scope(realm: &TestRealm, name: &str, change: &Json) {
    let scope = realm.scope(name).await;
    let path = format!("/client-scopes/{}", id_of(&scope));
    realm
        .admin
        .must(Method::PUT, &path, Some(change))
        .await;
}

/// Takes the API out of a scope by hand.
pub(crate) async fn take_audience(realm: &TestRealm, name: &str) {
    let scope = realm.scope(name).await;
    let mapper = id_of(&scope["protocolMappers"][0]);
    let path = format!(
        "/client-scopes/{}/protocol-mappers/models/{mapper}",
        id_of(&scope)
    );
    realm
        .admin
        .must(Method::DELETE, &path, None)
        .await;
}

/// Puts another API into a scope by hand.
pub(crate) async fn bend(realm: &TestRealm, name: &str, api: &str) {
    take_audience(realm, name).await;
    let config = json!({ "included.custom.audience": api, "access.token.claim": "true" });
    add_mapper(realm, name, "oidc-audience-mapper", &config).await;
}

/// Adds a mapper to a scope by hand.
pub(crate) async fn add_mapper(
    realm: &TestRealm,
    name: &str,
    kind: &str,
    config: &Json,
) {
    let scope = realm.scope(name).await;
    let path = format!(
        "/client-scopes/{}/protocol-mappers/models",
        id_of(&scope)
    );
    let mapper = json!({
        "name": "by hand",
        "protocol": "openid-connect",
        "protocolMapper": kind,
        "config": config,
    });
    realm
        .admin
        .must(Method::POST, &path, Some(&mapper))
        .await;
}

/// Makes a client by hand that may ask for these scopes.
pub(crate) async fn make_caller(
    realm: &TestRealm,
    client_id: &str,
    scopes: &[&str],
) {
    let client = json!({
        "clientId": client_id, "name": client_id, "serviceAccountsEnabled": true,
        "standardFlowEnabled": false, "defaultClientScopes": [], "optionalClientScopes": scopes,
    });
    realm
        .admin
        .must(Method::POST, "/clients", Some(&client))
        .await;
}

/// Makes a second scope of one that is there, with its mark and its mapper,
/// under another name.
pub(crate) async fn copy_scope(realm: &TestRealm, name: &str, copy: &str) {
    let mut scope = realm.scope(name).await;
    let fields = scope.as_object_mut().unwrap();
    fields.remove("id");
    fields.insert("name".to_owned(), json!(copy));
    for mapper in fields["protocolMappers"]
        .as_array_mut()
        .unwrap()
    {
        mapper
            .as_object_mut()
            .unwrap()
            .remove("id");
    }
    let path = "/client-scopes";
    realm
        .admin
        .must(Method::POST, path, Some(&scope))
        .await;
}
