use serde_json::json;

use super::super::tests::object;
use super::*;

fn seen_with(scope: &str) -> Vec<String> {
    let client = json!({
        "client_id": "c", "name": "n", "client_secret": "s", "grant_types": [],
        "token_endpoint_auth_method": "client_secret_post"
    });
    let view = ClientView::of(&BTreeSet::from([scope.to_owned()]));
    view.show(&object(client))
        .keys()
        .cloned()
        .collect()
}

#[test]
fn each_scope_opens_its_own_fields() {
    assert_eq!(
        seen_with("read:client_summary"),
        ["client_id", "name"]
    );
    assert_eq!(
        seen_with("read:clients"),
        [
            "client_id",
            "grant_types",
            "name",
            "token_endpoint_auth_method"
        ]
    );
    assert_eq!(
        seen_with("read:client_credentials"),
        ["client_id", "client_secret", "name"]
    );
    assert_eq!(seen_with("read:client_keys").len(), 5);
}

#[test]
fn the_secret_of_a_client_with_keys_is_shown_to_nobody() {
    let client = json!({
        "client_secret": "s", "client_authentication_methods": {"private_key_jwt": {}}
    });
    let view = ClientView::of(&BTreeSet::from(["read:client_keys".to_owned()]));
    assert!(
        !view
            .show(&object(client))
            .contains_key("client_secret")
    );
}
