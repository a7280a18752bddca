use serde_json::{Value, json};

use super::super::tests::{object, with_client_and_api};
use super::*;

fn linked(name: &str) -> Object {
    object(json!({
        "name": name, "app_type": "resource_server", "resource_server_identifier": "urn:a"
    }))
}

fn shown(tenant: &Tenant) -> Option<&Value> {
    tenant
        .resource_server("urn:a")
        .unwrap()
        .get("client_id")
}

fn id_of(client: &Object) -> &str {
    text(client, "client_id").unwrap()
}

#[test]
fn an_api_shows_the_first_of_its_clients_that_are_there() {
    let (mut tenant, other) = with_client_and_api();
    assert_eq!(shown(&tenant), None);
    let first = tenant
        .create_client(linked("first"))
        .unwrap();
    let second = tenant
        .create_client(linked("second"))
        .unwrap();
    tenant.delete_client(&other).unwrap();
    assert_eq!(shown(&tenant), Some(&first["client_id"]));

    tenant
        .delete_client(id_of(&first))
        .unwrap();
    assert_eq!(shown(&tenant), Some(&second["client_id"]));

    tenant
        .delete_client(id_of(&second))
        .unwrap();
    assert_eq!(shown(&tenant), None);
}

#[test]
fn a_client_that_becomes_another_kind_is_not_shown() {
    let (mut tenant, _) = with_client_and_api();
    let client = tenant
        .create_client(linked("changed"))
        .unwrap();
    let mut change_to = |app_type: &str| {
        let change = object(json!({"app_type": app_type}));
        tenant
            .update_client(id_of(&client), change)
            .unwrap();
        shown(&tenant).cloned()
    };
    assert_eq!(change_to("non_interactive"), None);
    assert_eq!(
        change_to("resource_server"),
        client.get("client_id").cloned()
    );

    change_to("non_interactive");
    tenant
        .delete_client(id_of(&client))
        .unwrap();
    assert_eq!(shown(&tenant), None);
}

#[test]
fn an_api_that_comes_after_its_client_shows_it() {
    let (mut tenant, _) = with_client_and_api();
    tenant
        .delete_resource_server("urn:a")
        .unwrap();
    let client = tenant
        .create_client(linked("early"))
        .unwrap();

    let api = object(json!({"identifier": "urn:a"}));
    let made = tenant
        .create_resource_server(api)
        .unwrap();
    assert_eq!(made["client_id"], client["client_id"]);
    assert_eq!(shown(&tenant), Some(&client["client_id"]));
}
