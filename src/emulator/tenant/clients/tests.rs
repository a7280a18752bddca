//! What a client is made of, what a change leaves of it, and what goes with it.

use super::super::tests::{grant, object, seeded, with_client_and_api};
use super::super::text;
use super::*;

#[test]
fn a_minimal_client_gets_the_broad_defaults() {
    let created = seeded()
        .create_client(object(json!({"name": "n"})))
        .unwrap();
    assert_eq!(
        created["grant_types"],
        json!([
            "authorization_code",
            "implicit",
            "refresh_token",
            "client_credentials"
        ])
    );
    assert_eq!(
        created["jwt_configuration"],
        json!({"secret_encoded": false, "lifetime_in_seconds": 36000})
    );
    assert_eq!(
        created["refresh_token"]["token_lifetime"],
        2_592_000
    );
    assert_eq!(created["oidc_conformant"], false);
    assert_eq!(created["encrypted"], true);
    for absent in [
        "app_type",
        "token_endpoint_auth_method",
        "client_metadata",
        "description",
    ] {
        assert!(!created.contains_key(absent), "{absent}");
    }
}

#[test]
fn what_is_sent_changes_what_is_filled_in() {
    let body = json!({
        "name": "n",
        "token_endpoint_auth_method": "client_secret_post",
        "jwt_configuration": {"alg": "RS256"}
    });
    let created = seeded()
        .create_client(object(body))
        .unwrap();

    assert_eq!(
        created["refresh_token"]["token_lifetime"],
        31_557_600
    );
    assert_eq!(
        created["jwt_configuration"],
        json!({"alg": "RS256", "secret_encoded": false})
    );
}

#[test]
fn metadata_merges_by_key_and_null_deletes_down_to_an_empty_object() {
    let mut tenant = seeded();
    let body =
        json!({"name": "n", "client_metadata": {"bar": "baz", "foo": "zoo"}});
    let created = tenant
        .create_client(object(body))
        .unwrap();
    let id = text(&created, "client_id").unwrap();
    for (change, expected) in [
        (
            json!({"bar": null, "foo": "new", "more": "x"}),
            json!({"foo": "new", "more": "x"}),
        ),
        (
            json!({"bar": "baz", "foo": null, "more": null}),
            json!({"bar": "baz"}),
        ),
        (json!({"bar": null}), json!({})),
    ] {
        let updated = tenant
            .update_client(id, object(json!({"client_metadata": change})));
        assert_eq!(updated.unwrap()["client_metadata"], expected);
    }
}

#[test]
fn metadata_cannot_grow_past_ten_keys_by_merging() {
    let mut tenant = seeded();
    let ten: Object = (0..10)
        .map(|key| (key.to_string(), json!("v")))
        .collect();
    let body = json!({"name": "n", "client_metadata": ten});
    let created = tenant
        .create_client(object(body))
        .unwrap();
    let change = object(json!({"client_metadata": {"eleventh": "v"}}));
    let refusal =
        tenant.update_client(text(&created, "client_id").unwrap(), change);

    assert_eq!(
        refusal.unwrap_err().to_string(),
        "Payload validation error: \
         'Too many properties defined (11), maximum 10' on property client_metadata."
    );
}

#[test]
fn configuration_merges_nulls_clear_and_an_empty_login_address_vanishes() {
    let mut tenant = seeded();
    let body = json!({
        "name": "n",
        "initiate_login_uri": "https://a.example/",
        "default_organization": {"organization_id": "org_1", "flows": ["client_credentials"]}
    });
    let created = tenant
        .create_client(object(body))
        .unwrap();
    let change = json!({
        "jwt_configuration": {"alg": "RS256"},
        "default_organization": null,
        "initiate_login_uri": "",
        "description": ""
    });
    let id = text(&created, "client_id").unwrap();
    let updated = tenant
        .update_client(id, object(change))
        .unwrap();

    assert_eq!(
        updated["jwt_configuration"],
        json!({"alg": "RS256", "secret_encoded": false, "lifetime_in_seconds": 36000})
    );
    assert!(!updated.contains_key("default_organization"));
    assert!(!updated.contains_key("initiate_login_uri"));
    assert_eq!(updated["description"], "");
}

#[test]
fn names_are_not_unique() {
    let mut tenant = seeded();
    let mut create = || {
        tenant
            .create_client(object(json!({"name": "same"})))
            .unwrap()
    };
    assert_ne!(create()["client_id"], create()["client_id"]);
}

#[test]
fn a_deleted_client_takes_its_grants_and_no_others() {
    let (mut tenant, gone) = with_client_and_api();
    let kept = tenant
        .create_client(object(json!({"name": "kept"})))
        .unwrap();
    let kept = text(&kept, "client_id").unwrap();
    tenant
        .create_grant(grant(&gone, "urn:a"))
        .unwrap();
    tenant
        .create_grant(grant(kept, "urn:a"))
        .unwrap();
    let before = tenant.grants().count();

    tenant.delete_client(&gone).unwrap();
    tenant.delete_client(&gone).unwrap();
    assert_eq!(tenant.grants().count(), before - 1);
    assert_eq!(
        tenant
            .grants_with("client_id", &gone)
            .count(),
        0
    );
}

#[test]
fn the_global_client_stays() {
    let mut tenant = seeded();
    let global = tenant
        .clients_by_global(true)
        .past(0)
        .next()
        .unwrap()
        .object
        .clone();
    let id = text(&global, "client_id").unwrap();

    assert_eq!(
        tenant.delete_client(id),
        Err(Refusal::Rule("Global client cannot be deleted"))
    );
}

#[test]
fn an_alias_belongs_to_one_client_until_that_is_gone() {
    let mut tenant = seeded();
    let body = |aliases: &[&str]| {
        object(json!({"name": "n", "client_aliases": aliases}))
    };
    let first = tenant
        .create_client(body(&["a", "b"]))
        .unwrap();
    tenant
        .create_client(body(&["c"]))
        .unwrap();
    assert_eq!(
        tenant.create_client(body(&["d", "b"])),
        Err(SAME_ALIAS)
    );
    tenant.create_client(body(&[])).unwrap();
    let id = text(&first, "client_id").unwrap();
    tenant.delete_client(id).unwrap();
    tenant
        .create_client(body(&["d", "b"]))
        .unwrap();
}
