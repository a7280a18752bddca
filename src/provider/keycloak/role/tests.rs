use serde_json::json;

use super::super::names::SWITCHES;
use super::*;

fn role(object: &serde_json::Value) -> Role {
    let mut whole = json!({ "id": "1", "clientId": "c" });
    let fields = whole.as_object_mut().unwrap();
    fields.extend(object.as_object().unwrap().clone());
    serde_json::from_value::<Client>(whole)
        .unwrap()
        .role()
}

#[test]
fn every_switch_is_looked_at() {
    let flows = FLOWS
        .iter()
        .filter_map(|flow| match flow.switch {
            Switch::Field(..) => None,
            Switch::Attribute(name) => Some(name),
        });
    let switches: Vec<&str> = flows.chain(EXCHANGES).collect();

    assert_eq!(switches, SWITCHES);
}

#[test]
fn a_client_is_an_api_where_it_has_no_way_to_a_token() {
    for (object, expected) in [
        (json!({}), Role::Api),
        (
            json!({ "standardFlowEnabled": true }),
            Role::Client,
        ),
        (
            json!({ "implicitFlowEnabled": true }),
            Role::Client,
        ),
        (
            json!({ "directAccessGrantsEnabled": true }),
            Role::Client,
        ),
        (
            json!({ "serviceAccountsEnabled": true }),
            Role::Client,
        ),
        (
            json!({ "attributes": { DEVICE_CODE: "true" } }),
            Role::Client,
        ),
        (
            json!({ "attributes": { CIBA: "true" } }),
            Role::Client,
        ),
        // Keycloak reads them in whichever case.
        (
            json!({ "attributes": { CIBA: "TRUE" } }),
            Role::Client,
        ),
        (
            json!({ "attributes": { CIBA: "1" } }),
            Role::Api,
        ),
        (
            json!({ "attributes": { TOKEN_EXCHANGE: "true" } }),
            Role::Client,
        ),
        (
            json!({ "attributes": { ASSERTION_EXCHANGE: "true" } }),
            Role::Client,
        ),
        (
            json!({ "bearerOnly": true, "standardFlowEnabled": true }),
            Role::Api,
        ),
        (
            json!({ "protocol": "saml" }),
            Role::OtherProtocol,
        ),
        (
            json!({ "clientId": "broker", "bearerOnly": true }),
            Role::BuiltIn,
        ),
        (
            json!({ "clientId": "acme-realm", "attributes": { HOLDS_ROLES: "true" } }),
            Role::BuiltIn,
        ),
        (
            json!({ "clientId": "acme-realm", "attributes": { HOLDS_ROLES: "false" } }),
            Role::Api,
        ),
    ] {
        assert_eq!(role(&object), expected, "{object}");
    }
}

#[test]
fn what_carries_a_mark_stays_what_it_is() {
    let marked = |kind: &str| json!({ "grantry_stack": "v1:laws:00000000", "grantry_key": "k", KIND: kind });
    let flow =
        json!({ "standardFlowEnabled": true, "attributes": marked(API) });
    assert_eq!(role(&flow), Role::Api);
    assert_eq!(
        role(&json!({ "attributes": marked(CLIENT) })),
        Role::Client
    );
    // Without a mark, an attribute of this name is somebody's own.
    assert_eq!(
        role(&json!({ "attributes": { KIND: CLIENT } })),
        Role::Api
    );
    // An attribute that is empty is none.
    let empty = json!({ "grantry_stack": "", KIND: CLIENT });
    assert_eq!(role(&json!({ "attributes": empty })), Role::Api);
}
