//! The rules about credentials, apart from HTTP.

mod in_use;

use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};

use super::super::tests::{object, seeded};
use super::*;

/// A certificate, and the key of another.
const CERTIFICATE: &str = include_str!("../../certificate.pem");
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
    let client = tenant
        .create_client(object(body))
        .unwrap();
    Scene {
        tenant,
        client: text(&client, "client_id")
            .unwrap()
            .to_owned(),
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
        let credentials: Vec<Value> = ids
            .iter()
            .map(|id| json!({"id": id}))
            .collect();
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
        let refusal = scene
            .create(body)
            .unwrap_err()
            .to_string();
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
