use super::super::tests::{object, seeded};
use super::*;

#[test]
fn a_minimal_api_gets_these_keys_and_no_others() {
    let mut created = seeded()
        .create_resource_server(object(json!({"identifier": "urn:a"})))
        .unwrap();
    assert_eq!(
        created
            .remove("id")
            .unwrap()
            .as_str()
            .unwrap()
            .len(),
        24
    );
    assert_eq!(
        Value::Object(created),
        json!({
            "identifier": "urn:a",
            "allow_offline_access": false,
            "skip_consent_for_verifiable_first_party_clients": false,
            "subject_type_authorization": {
                "client": {"policy": "require_client_grant"},
                "user": {"policy": "allow_all"}
            },
            "token_lifetime": 86400,
            "token_lifetime_for_web": 7200,
            "signing_alg": "RS256"
        })
    );
}

#[test]
fn an_update_replaces_lists_and_null_takes_the_key_away() {
    let mut tenant = seeded();
    let body = json!({
        "identifier": "urn:a",
        "scopes": [{"value": "b"}, {"value": "a", "description": ""}],
        "proof_of_possession": {"mechanism": "dpop", "required": true}
    });
    let created = tenant
        .create_resource_server(object(body))
        .unwrap();
    assert_eq!(
        created["scopes"],
        json!([{"value": "b"}, {"value": "a", "description": ""}])
    );

    let change = json!({"scopes": [], "proof_of_possession": null});
    let updated = tenant
        .update_resource_server("urn:a", object(change))
        .unwrap();
    assert_eq!(updated["scopes"], json!([]));
    assert!(!updated.contains_key("proof_of_possession"));
    assert_eq!(updated["id"], created["id"]);
}

#[test]
fn possession_is_replaced_whole_and_the_encryption_key_is_never_shown() {
    let mut tenant = seeded();
    let key = rcgen::KeyPair::generate_rsa_for(
        &rcgen::PKCS_RSA_SHA256,
        rcgen::RsaKeySize::_2048,
    )
    .unwrap();
    let body = json!({
        "identifier": "urn:a",
        "proof_of_possession":
            {"mechanism": "dpop", "required": true, "required_for": "all_clients"},
        "token_encryption": {
            "format": "compact-nested-jwe",
            "encryption_key":
                {"name": "k", "alg": "RSA-OAEP-256", "pem": key.public_key_pem()}
        }
    });
    tenant
        .create_resource_server(object(body))
        .unwrap();
    let possession = json!({"mechanism": "mtls", "required": true});
    let change = object(json!({"proof_of_possession": possession}));
    let updated = tenant
        .update_resource_server("urn:a", change)
        .unwrap();
    assert_eq!(updated["proof_of_possession"], possession);
    let thumbprint = read_thumbprint(&key.public_key_pem()).unwrap();
    assert_eq!(
        updated["token_encryption"],
        json!({
            "format": "compact-nested-jwe",
            "encryption_key":
                {"name": "k", "alg": "RSA-OAEP-256", "thumbprint_sha256": thumbprint}
        })
    );
}

#[test]
fn identifiers_are_unique_reserved_and_free_again_after_a_delete() {
    let mut tenant = seeded();
    let body = || object(json!({"identifier": "urn:a"}));
    tenant
        .create_resource_server(body())
        .unwrap();
    assert_eq!(
        tenant.create_resource_server(body()),
        Err(SAME_IDENTIFIER)
    );
    tenant
        .delete_resource_server("urn:a")
        .unwrap();
    tenant
        .delete_resource_server("urn:a")
        .unwrap();
    tenant
        .create_resource_server(body())
        .unwrap();
    let reserved = object(json!({"identifier": MANAGEMENT_AUDIENCE}));
    assert_eq!(
        tenant.create_resource_server(reserved),
        Err(Refusal::Rule(
            "The selected identifier is reserved."
        ))
    );
}

#[test]
fn scopes_differ_and_the_web_lifetime_stays_below() {
    let mut tenant = seeded();
    for (body, message) in [
        (
            json!({"identifier": "urn:a", "scopes": [{"value": "s"}, {"value": "s"}]}),
            "Payload validation error: 'Array items are not unique \
             (indexes 0 and 1)' on property scopes.",
        ),
        (
            json!({"identifier": "urn:a", "token_lifetime": 60, "token_lifetime_for_web": 61}),
            "Payload validation error: 'Value 61 is greater than \
             token_lifetime 60' on property token_lifetime_for_web.",
        ),
    ] {
        let refusal = tenant
            .create_resource_server(object(body))
            .unwrap_err();
        assert_eq!(refusal.to_string(), message);
    }
}

#[test]
fn the_management_api_lets_little_be_changed() {
    let mut tenant = seeded();
    let mut change =
        |body| tenant.update_resource_server(MANAGEMENT_AUDIENCE, object(body));
    let updated = change(json!({
        "token_lifetime": 7200,
        "subject_type_authorization": {"user": {"policy": "deny_all"}}
    }));

    assert_eq!(
        updated.unwrap()["subject_type_authorization"],
        json!({"client": {"policy": "require_client_grant"}, "user": {"policy": "deny_all"}})
    );
    assert!(change(json!({"scopes": []})).is_err());
    assert!(
        tenant
            .delete_resource_server(MANAGEMENT_AUDIENCE)
            .is_err()
    );
}

#[test]
fn a_symmetric_api_has_a_secret_until_it_is_symmetric_no_more() {
    let mut tenant = seeded();
    let body = json!({"identifier": "urn:a", "signing_alg": "HS256"});
    let created = tenant
        .create_resource_server(object(body))
        .unwrap();
    assert_eq!(
        text(&created, "signing_secret")
            .unwrap()
            .len(),
        32
    );
    let change = object(json!({"signing_alg": "RS256"}));
    let updated = tenant
        .update_resource_server("urn:a", change)
        .unwrap();
    assert!(!updated.contains_key("signing_secret"));
}
