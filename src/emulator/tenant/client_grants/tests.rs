use serde_json::{Value, json};

use super::super::tests::{grant, object, seeded, with_client_and_api};
use super::super::{MANAGEMENT_AUDIENCE, Tenant};
use super::*;

fn created(tenant: &mut Tenant, body: Value) -> String {
    let grant = tenant
        .create_grant(object(body))
        .unwrap();
    text(&grant, "id").unwrap().to_owned()
}

#[test]
fn only_the_subject_type_is_filled_in() {
    let (mut tenant, client) = with_client_and_api();
    let body = json!({"client_id": client, "audience": "urn:a", "scope": ["never:declared"]});
    let mut grant = tenant
        .create_grant(object(body.clone()))
        .unwrap();
    assert!(
        text(&grant, "id")
            .unwrap()
            .starts_with("cgr_")
    );
    grant.remove("id");
    let mut expected = object(body);
    expected.insert("subject_type".to_owned(), "client".into());
    assert_eq!(grant, expected);
}

#[test]
fn identity_is_client_audience_and_subject_type() {
    let (mut tenant, client) = with_client_and_api();
    tenant
        .create_grant(grant(&client, "urn:a"))
        .unwrap();
    assert_eq!(
        tenant
            .create_grant(grant(&client, "urn:a"))
            .unwrap_err()
            .to_string(),
        format!("A client grant already exists between {client} and urn:a")
    );
    let mut for_users = grant(&client, "urn:a");
    for_users.insert("subject_type".to_owned(), "user".into());
    tenant.create_grant(for_users).unwrap();
}

#[test]
fn a_grant_needs_a_client_and_an_api_that_exist() {
    let (mut tenant, client) = with_client_and_api();
    assert_eq!(
        tenant.create_grant(grant("nobody", "urn:a")),
        Err(Client::MISSING)
    );
    assert_eq!(
        tenant.create_grant(grant(&client, "urn:x")),
        Err(ResourceServer::MISSING)
    );
    assert!(
        tenant
            .create_grant(object(json!({"audience": "urn:a"})))
            .is_err()
    );
}

#[test]
fn all_scopes_hides_the_list_and_is_left_only_for_another_list() {
    let (mut tenant, client) = with_client_and_api();
    let body =
        json!({"client_id": client, "audience": "urn:a", "scope": ["a"]});
    let id = created(&mut tenant, body);
    let mut update = |body| tenant.update_grant(&id, object(body));

    let all = update(json!({"allow_all_scopes": true})).unwrap();
    assert!(!all.contains_key("scope"));
    assert_eq!(
        update(json!({"scope": ["a"]})),
        Err(SCOPE_AND_ALL)
    );
    assert_eq!(
        update(json!({"allow_all_scopes": false})),
        Err(SCOPE_AFTER_ALL)
    );
    let listed =
        update(json!({"allow_all_scopes": false, "scope": []})).unwrap();
    assert_eq!(
        (&listed["allow_all_scopes"], &listed["scope"]),
        (&json!(false), &json!([]))
    );
}

#[test]
fn all_scopes_of_a_system_api_cannot_even_be_declined() {
    let mut tenant = seeded();
    let client = tenant
        .create_client(object(json!({"name": "n"})))
        .unwrap();
    let body = json!({
        "client_id": client["client_id"],
        "audience": MANAGEMENT_AUDIENCE,
        "allow_all_scopes": false
    });

    assert_eq!(
        tenant.create_grant(object(body)),
        Err(ALL_OF_SYSTEM)
    );
}

#[test]
fn details_are_authorized_by_users_only() {
    let (mut tenant, client) = with_client_and_api();
    let mut body = grant(&client, "urn:a");
    body.insert(
        "authorization_details_types".to_owned(),
        json!(["payment"]),
    );
    assert!(
        tenant
            .create_grant(body.clone())
            .is_err()
    );
    body.insert("subject_type".to_owned(), "user".into());
    let made = tenant.create_grant(body).unwrap();
    assert_eq!(
        made["authorization_details_types"],
        json!(["payment"])
    );

    let id = created(
        &mut tenant,
        json!({"client_id": client, "audience": "urn:a"}),
    );
    let change = json!({"authorization_details_types": ["payment"]});
    assert!(
        tenant
            .update_grant(&id, object(change))
            .is_err()
    );
}

#[test]
fn a_deleted_grant_can_be_made_again() {
    let (mut tenant, client) = with_client_and_api();
    let body = json!({"client_id": client, "audience": "urn:a"});
    let id = created(&mut tenant, body.clone());
    tenant.delete_grant(&id).unwrap();
    tenant.delete_grant(&id).unwrap();
    created(&mut tenant, body);
}
