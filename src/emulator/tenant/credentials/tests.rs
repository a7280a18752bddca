//! The rules about credentials, apart from HTTP.

use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};

use super::super::Snapshot;
use super::super::collection::Collection;
use super::super::tests::{object, seeded};
use super::*;

/// A certificate, and the key of another.
const CERTIFICATE: &str = include_str!("../certificate.pem");
const KEY: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAs8/9RN2qV8HZMunRt8mx
ihqnIX726YqxGwF+7x1A0gpk4TWRpMUWnaaL2D3Nt/Kd5obKM0THZPCuE+Xwncf4
QloizZEn4jM3PNldweL9qwG160o2wXif2R5zLVQat9/188+Ko/sU/LorHgh23DMp
znSwIN30AdLG1WRPxqP5s9abVT0WgBt1VuQobw4TS6QltFUnMSEMBsNtMSPK+NPJ
pz9s3ozqkNMLNSLZMTwgODQWchUr2YJeZa5RbM0u5Xt9oF0HtXH8db3L6Rp3TdIA
uISnZ+mC7zRiCzWljkJZSBrqgtx6Su5wSve9cYGPS23zu3yeSapJWP7pki3G/GBz
JQIDAQAB
-----END PUBLIC KEY-----
";

fn now() -> Moment {
    Moment::parse("2027-01-15T08:00:00Z").unwrap()
}

fn new_key() -> String {
    let pair =
        KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    pair.public_key_pem()
}

fn public_key(pem: &str) -> Value {
    json!({"credential_type": "public_key", "pem": pem})
}

struct Scene {
    tenant: Tenant,
    client: String,
}

/// A client that could authenticate with a key.
fn set_scene() -> Scene {
    let mut tenant = seeded();
    let body = json!({"name": "n", "jwt_configuration": {"alg": "RS256"}});
    let client = tenant.create_client(object(body)).unwrap();
    Scene {
        tenant,
        client: text(&client, "client_id").unwrap().to_owned(),
    }
}

impl Scene {
    fn create(&mut self, body: Value) -> Result<Object, Refusal> {
        self.tenant
            .create_credential(&self.client, &object(body), now())
    }

    fn add(&mut self, body: Value) -> String {
        text(&self.create(body).unwrap(), "id")
            .unwrap()
            .to_owned()
    }

    fn attach(
        &mut self,
        method: &str,
        ids: &[&str],
    ) -> Result<Object, Refusal> {
        let credentials: Vec<Value> =
            ids.iter().map(|id| json!({"id": id})).collect();
        let methods = json!({method: {"credentials": credentials}});
        let body = json!({
            "client_authentication_methods": methods, "token_endpoint_auth_method": null
        });
        self.tenant
            .update_client(&self.client, object(body))
    }

    fn ids(&self) -> Vec<&str> {
        self.tenant
            .credentials(&self.client)
            .unwrap()
            .map(Credential::id)
            .collect()
    }
}

#[test]
fn a_public_key_is_answered_by_its_thumbprint_and_without_the_key() {
    let mut scene = set_scene();
    let mut created = scene
        .create(json!({
            "name": "Testing Credentials 1",
            "credential_type": "public_key",
            "pem": CERTIFICATE,
            "alg": "RS256",
            "parse_expiry_from_cert": true
        }))
        .unwrap();
    assert_eq!(
        text(&created, "id").unwrap().len(),
        "cred_".len() + 22
    );
    created.remove("id");
    assert_eq!(
        Value::Object(created),
        json!({
            "credential_type": "public_key",
            "kid": "w0kIFOc-q7KKK-pa2Uj5b_Cl3f0hAgFeseLg8iEmWu0",
            "alg": "RS256",
            "name": "Testing Credentials 1",
            "created_at": "2027-01-15T08:00:00.000Z",
            "updated_at": "2027-01-15T08:00:00.000Z",
            "expires_at": "2033-05-13T09:33:13.000Z"
        })
    );
    let second = scene.create(public_key(KEY)).unwrap();
    assert_eq!(
        second["kid"],
        "G-gF8B2XrPd_5oBE7CYMnVdbY1zcTsIabrANfO6E_1I"
    );
    assert_eq!(
        (second["alg"].as_str(), second.get("name")),
        (Some("RS256"), None)
    );
    assert_eq!(
        scene.ids()[0],
        second["id"],
        "the newest stands first"
    );
}

#[test]
fn a_certificate_is_known_by_its_subject_or_by_its_own_thumbprint() {
    let mut scene = set_scene();
    let subject =
        "C=es\nST=Madrid\nL=Madrid\nO=Okta\nOU=DX-CDT\nCN=Developer Experience";
    let by_subject =
        json!({"credential_type": "cert_subject_dn", "pem": CERTIFICATE});
    assert_eq!(
        scene.create(by_subject).unwrap()["subject_dn"],
        subject
    );
    let given =
        json!({"credential_type": "cert_subject_dn", "subject_dn": "CN=given"});
    assert_eq!(
        scene.create(given).unwrap()["subject_dn"],
        "CN=given"
    );
    let whole = json!({"credential_type": "x509_cert", "pem": CERTIFICATE});
    let whole = scene.create(whole).unwrap();
    assert_eq!(
        whole["thumbprint_sha256"]
            .as_str()
            .unwrap()
            .len(),
        43
    );
    assert_eq!(whole["expires_at"], "2033-05-13T09:33:13.000Z");
    assert_eq!(
        (
            whole.get("kid"),
            whole.get("alg"),
            whole.get("pem")
        ),
        (None, None, None)
    );
}

#[test]
fn each_type_takes_its_own_fields() {
    let mut scene = set_scene();
    for (body, message) in [
        (
            json!({}),
            "'Missing required property: credential_type'.",
        ),
        (
            json!({"credential_type": "public_key"}),
            "'Missing required property: pem'.",
        ),
        (
            public_key("key"),
            "'Not a public key' on property pem.",
        ),
        (
            json!({"credential_type": "x509_cert", "pem": CERTIFICATE, "alg": "RS256"}),
            "'Additional properties not allowed: alg'.",
        ),
        (
            json!({"credential_type": "x509_cert", "pem": KEY}),
            "'Not a certificate' on property pem.",
        ),
        (
            json!({"credential_type": "public_key", "pem": KEY, "kid": "short"}),
            "'String does not match pattern ^([0-9a-zA-Z-_]{10,64})$: short' on property kid.",
        ),
        (
            json!({"credential_type": "public_key", "pem": KEY, "expires_at": "soon"}),
            "'Object didn't pass validation for format date-time: soon' on property expires_at.",
        ),
    ] {
        let refusal = scene.create(body).unwrap_err().to_string();
        assert_eq!(
            refusal,
            format!("Payload validation error: {message}")
        );
    }
    let both = json!({"credential_type": "cert_subject_dn", "pem": "p", "subject_dn": "CN=a"});

    assert!(matches!(
        scene.create(both),
        Err(Refusal::Rule(_))
    ));
    assert_eq!(scene.ids(), [""; 0]);
}

#[test]
fn only_the_expiry_changes_and_null_takes_it_away() {
    let mut scene = set_scene();
    let id = scene.add(public_key(KEY));
    let later = Moment::parse("2027-01-15T08:01:00Z").unwrap();
    let mut change = |body| {
        scene
            .tenant
            .update_credential(&scene.client, &id, &object(body), later)
    };
    let changed =
        change(json!({"expires_at": "2096-05-13T09:33:13Z"})).unwrap();

    assert_eq!(
        changed["expires_at"],
        "2096-05-13T09:33:13.000Z"
    );
    assert_eq!(
        changed["updated_at"],
        "2027-01-15T08:01:00.000Z"
    );
    assert_eq!(
        changed["created_at"],
        "2027-01-15T08:00:00.000Z"
    );
    assert!(
        !change(json!({"expires_at": null}))
            .unwrap()
            .contains_key("expires_at")
    );
    assert_eq!(
        change(json!({"name": "n"}))
            .unwrap_err()
            .to_string(),
        "Payload validation error: 'Additional properties not allowed: name'."
    );
    assert!(change(json!({})).is_err());
}

#[test]
fn a_client_has_four_at_most_and_no_key_twice() {
    let mut scene = set_scene();
    scene.add(public_key(CERTIFICATE));
    let again = json!({"credential_type": "public_key", "pem": CERTIFICATE, "kid": "another-name"});
    assert_eq!(
        scene.create(again).unwrap_err().to_string(),
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
    scene.attach("private_key_jwt", &[]).unwrap();
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
        scene.tenant.credential("nobody", &key).err(),
        Some(Client::MISSING)
    );
}

#[test]
fn a_client_can_bring_its_keys_and_all_go_with_it() {
    let mut tenant = seeded();
    let create = |tenant: &mut Tenant, keys: &[&str]| {
        let keys: Vec<Value> = keys.iter().map(|pem| public_key(pem)).collect();
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
    let id = text(&created, "client_id").unwrap().to_owned();
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
    assert_eq!(restored.credentials(&id).unwrap().count(), 2);
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
    let id = text(&created, "client_id").unwrap().to_owned();
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
            tenant.delete_credential(&id, own).is_err(),
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
    let updated = tenant.update_client(&id, required).unwrap();
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

    assert!(Tenant::from(snapshot).credentials.is_empty());
}
