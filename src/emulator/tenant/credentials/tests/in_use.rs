//! How many credentials there may be, and what becomes of those in use.

use super::super::super::Snapshot;
use super::super::super::collection::Collection;
use super::super::super::tests::{object, seeded};
use super::*;

#[test]
fn a_client_has_four_at_most_and_no_key_twice() {
    let mut scene = set_scene();
    scene.add(public_key(CERTIFICATE));
    let again = json!({"credential_type": "public_key", "pem": CERTIFICATE, "kid": "another-name"});
    assert_eq!(
        scene
            .create(again)
            .unwrap_err()
            .to_string(),
        "credentials contains public keys that already exist in client"
    );
    for _ in 0..3 {
        scene.add(public_key(&new_key()));
    }
    assert_eq!(
        scene
            .create(public_key(KEY))
            .unwrap_err()
            .to_string(),
        "A client can have a maximum of 4 credentials."
    );
}

#[test]
fn a_client_uses_two_of_its_own_at_most_and_each_for_what_it_is() {
    let mut scene = set_scene();
    let key = scene.add(public_key(KEY));
    let certificate =
        json!({"credential_type": "x509_cert", "pem": CERTIFICATE});
    let certificate = scene.add(certificate);
    assert_eq!(
        scene.attach("private_key_jwt", &[&certificate]),
        Err(OTHER_TYPE)
    );
    assert_eq!(
        scene.attach("self_signed_tls_client_auth", &[&key]),
        Err(OTHER_TYPE)
    );
    let unknown = format!("cred_{}", "0".repeat(22));
    assert_eq!(
        scene.attach("private_key_jwt", &[&unknown]),
        Err(UNKNOWN_CREDENTIAL)
    );
    assert_eq!(
        scene
            .attach("private_key_jwt", &[&key, &key, &key])
            .unwrap_err()
            .to_string(),
        "Payload validation error: 'Array is too long (3), maximum 2' on property \
             client_authentication_methods.private_key_jwt.credentials."
    );
    assert_eq!(
        scene
            .attach("private_key_jwt", &["key"])
            .unwrap_err()
            .to_string(),
        "Payload validation error: \
             'Object didn't pass validation for format credential-id: key' on property \
             client_authentication_methods.private_key_jwt.credentials[0].id."
    );
    let symmetric = object(json!({"jwt_configuration": {"alg": "HS256"}}));
    scene
        .tenant
        .update_client(&scene.client, symmetric)
        .unwrap();
    assert_eq!(
        scene.attach("private_key_jwt", &[&key]),
        Err(SYMMETRIC)
    );
    let asymmetric = object(json!({"jwt_configuration": {"alg": "PS256"}}));
    scene
        .tenant
        .update_client(&scene.client, asymmetric)
        .unwrap();
    let client = scene
        .attach("private_key_jwt", &[&key])
        .unwrap();
    assert_eq!(
        client["client_authentication_methods"],
        json!({"private_key_jwt": {"credentials": [{"id": key}]}})
    );
}

#[test]
fn what_is_in_use_stays_and_what_is_gone_is_gone_again() {
    let mut scene = set_scene();
    let key = scene.add(public_key(KEY));
    scene
        .attach("private_key_jwt", &[&key])
        .unwrap();
    let delete = |scene: &mut Scene| {
        scene
            .tenant
            .delete_credential(&scene.client.clone(), &key)
    };
    assert!(matches!(
        delete(&mut scene),
        Err(Refusal::Rule(_))
    ));
    scene
        .attach("private_key_jwt", &[])
        .unwrap();
    for _ in 0..2 {
        delete(&mut scene).unwrap();
    }
    assert_eq!(
        scene
            .tenant
            .credential(&scene.client, &key)
            .err(),
        Some(NO_CREDENTIAL)
    );
    assert_eq!(
        scene
            .tenant
            .credential("nobody", &key)
            .err(),
        Some(Client::MISSING)
    );
}

#[test]
fn a_client_can_bring_its_keys_and_all_go_with_it() {
    let mut tenant = seeded();
    let create = |tenant: &mut Tenant, keys: &[&str]| {
        let keys: Vec<Value> = keys
            .iter()
            .map(|pem| public_key(pem))
            .collect();
        let body = json!({
            "name": "n",
            "jwt_configuration": {"alg": "RS256"},
            "client_authentication_methods": {"private_key_jwt": {"credentials": keys}}
        });
        tenant.create_client_with_credentials(object(body), now())
    };
    let before = tenant.clients().count();
    assert!(create(&mut tenant, &[KEY, KEY]).is_err());
    assert_eq!(
        tenant.clients().count(),
        before,
        "a refusal leaves nothing behind"
    );

    let created = create(&mut tenant, &[KEY, CERTIFICATE]).unwrap();
    let id = text(&created, "client_id")
        .unwrap()
        .to_owned();
    let brought = &created["client_authentication_methods"]["private_key_jwt"]
        ["credentials"];
    assert_eq!(
        brought[0]["kid"],
        "G-gF8B2XrPd_5oBE7CYMnVdbY1zcTsIabrANfO6E_1I"
    );
    assert!(!created.contains_key("client_secret"));
    let kept = &tenant.client(&id).unwrap()["client_authentication_methods"];
    assert_eq!(
        kept["private_key_jwt"]["credentials"],
        json!([{"id": brought[0]["id"]}, {"id": brought[1]["id"]}])
    );

    let written = serde_json::to_vec(&tenant.snapshot()).unwrap();
    let snapshot: Snapshot<Object> = serde_json::from_slice(&written).unwrap();
    let mut restored = Tenant::from(snapshot);
    assert_eq!(
        restored
            .credentials(&id)
            .unwrap()
            .count(),
        2
    );
    restored.delete_client(&id).unwrap();
    assert!(restored.credentials.is_empty());
}

#[test]
fn a_client_can_bring_keys_for_its_requests_and_its_vault_too() {
    let mut tenant = seeded();
    let grants = json!([{"connection": "c", "scopes": ["openid"]}]);
    let body = json!({
        "name": "n",
        "signed_request_object": {"required": true, "credentials": [public_key(KEY)]},
        "token_vault_privileged_access":
            {"credentials": [public_key(CERTIFICATE)], "grants": grants}
    });
    let created = tenant
        .create_client_with_credentials(object(body), now())
        .unwrap();
    let id = text(&created, "client_id")
        .unwrap()
        .to_owned();
    assert!(created.contains_key("client_secret"));
    let pool: Vec<Object> = tenant
        .credentials(&id)
        .unwrap()
        .map(|credential| credential.shown().clone())
        .collect();

    for (field, credential) in [
        ("signed_request_object", &pool[1]),
        ("token_vault_privileged_access", &pool[0]),
    ] {
        let kept = &tenant.client(&id).unwrap()[field];
        assert_eq!(
            created[field]["credentials"],
            json!([credential])
        );
        assert_eq!(
            kept["credentials"],
            json!([{"id": credential["id"]}])
        );
        let own = text(credential, "id").unwrap();
        assert!(
            tenant
                .delete_credential(&id, own)
                .is_err(),
            "{field}"
        );
    }

    let unknown =
        json!({"credentials": [{"id": format!("cred_{}", "0".repeat(22))}]});
    let change = object(json!({"signed_request_object": unknown}));
    assert_eq!(
        tenant.update_client(&id, change),
        Err(UNKNOWN_CREDENTIAL)
    );
    let required =
        object(json!({"signed_request_object": {"required": false}}));
    let updated = tenant
        .update_client(&id, required)
        .unwrap();
    assert_eq!(
        updated["signed_request_object"],
        json!({"required": false, "credentials": [{"id": pool[1]["id"]}]})
    );
}

#[test]
fn a_tenant_has_two_thousand_at_most() {
    let mut scene = set_scene();
    let subject =
        json!({"credential_type": "cert_subject_dn", "subject_dn": "CN=a"});
    let known = Credential::new(
        "cred_0".to_owned(),
        &object(subject.clone()),
        now(),
    )
    .unwrap();
    let many = vec![known; MOST_IN_TENANT - 1];
    scene
        .tenant
        .credentials
        .insert("others".to_owned(), many);

    scene.create(subject.clone()).unwrap();
    assert_eq!(scene.create(subject), Err(Refusal::TooMany));
    let body = json!({
        "name": "n",
        "jwt_configuration": {"alg": "RS256"},
        "client_authentication_methods": {"private_key_jwt": {"credentials": [public_key(KEY)]}}
    });
    let outcome = scene
        .tenant
        .create_client_with_credentials(object(body), now());
    assert_eq!(outcome, Err(Refusal::TooMany));
}

#[test]
fn a_state_without_credentials_is_read() {
    let mut written = serde_json::to_value(seeded().snapshot()).unwrap();
    written
        .as_object_mut()
        .unwrap()
        .remove("credentials")
        .unwrap();
    let snapshot: Snapshot<Object> = serde_json::from_value(written).unwrap();

    assert!(
        Tenant::from(snapshot)
            .credentials
            .is_empty()
    );
}
