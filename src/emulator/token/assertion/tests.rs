//! What makes an assertion, and each thing that unmakes it.

use jsonwebtoken::{EncodingKey, Header, encode};
use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::json;

use super::super::authenticate::authenticate;
use super::super::refusal::Refusal;
use super::super::request::{Proof, TokenRequest};
use super::*;
use crate::emulator::tenant::{Object, Tenant, text};

const NOW: u64 = 1_800_000_000;
const AUDIENCE: &str = "http://127.0.0.1:4600/";

/// A client and two keys of it, of which it uses the first.
struct Scene {
    tenant: Tenant,
    client: String,
    keys: [EncodingKey; 2],
    ids: [String; 2],
}

fn object(value: &Value) -> Object {
    value.as_object().unwrap().clone()
}

fn generate_key() -> KeyPair {
    KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap()
}

fn set_up() -> Scene {
    let mut tenant = Tenant::new([0; 32]);
    let body = json!({"name": "n", "jwt_configuration": {"alg": "RS256"}});
    let created = tenant
        .create_client(object(&body))
        .unwrap();
    let client = text(&created, "client_id")
        .unwrap()
        .to_owned();

    let pairs = [generate_key(), generate_key()];
    let ids = pairs.each_ref().map(|pair| {
        let body = json!({"credential_type": "public_key", "pem": pair.public_key_pem()});
        let credential = tenant
            .create_credential(&client, &object(&body), Moment::at_second(NOW))
            .unwrap();
        text(&credential, "id").unwrap().to_owned()
    });
    let keys = pairs.map(|pair| {
        EncodingKey::from_rsa_pem(pair.serialize_pem().as_bytes()).unwrap()
    });

    let mut scene = Scene {
        tenant,
        client,
        keys,
        ids,
    };
    scene.use_keys(
        &json!({"private_key_jwt": {"credentials": [{"id": scene.ids[0]}]}}),
    );
    scene
}

impl Scene {
    fn use_keys(&mut self, methods: &Value) {
        let change = json!({"client_authentication_methods": methods});
        self.tenant
            .update_client(&self.client, object(&change))
            .unwrap();
    }

    fn key_id(&self, index: usize) -> String {
        let credential = self
            .tenant
            .credential(&self.client, &self.ids[index]);
        credential
            .ok()
            .unwrap()
            .key_id()
            .unwrap()
            .to_owned()
    }

    fn claims(&self) -> Value {
        json!({
            "iss": self.client, "sub": self.client, "aud": AUDIENCE,
            "iat": NOW, "exp": NOW + 300, "jti": "1"
        })
    }

    fn ask(
        &self,
        header: &Header,
        claims: &Value,
        key: usize,
    ) -> Result<Assertion, Flaw> {
        let assertion = encode(header, claims, &self.keys[key]).unwrap();
        match self.ask_with(Proof::Assertion(assertion)) {
            Ok(verified) => Ok(verified.unwrap()),
            Err(Refusal::Assertion(flaw)) => Err(flaw),
            Err(refusal) => panic!("{refusal}"),
        }
    }

    fn ask_by_secret(
        &self,
        secret: &str,
    ) -> Result<Option<Assertion>, Refusal> {
        self.ask_with(Proof::Secret(secret.to_owned()))
    }

    fn ask_by_key(
        &self,
        assertion: &str,
    ) -> Result<Option<Assertion>, Refusal> {
        self.ask_with(Proof::Assertion(assertion.to_owned()))
    }

    fn ask_with(&self, proof: Proof) -> Result<Option<Assertion>, Refusal> {
        let request = TokenRequest {
            client_id: self.client.clone(),
            proof,
            audience: None,
            organization: None,
            scopes: Vec::new(),
        };
        let expected = Expected {
            audiences: [AUDIENCE, "https://tenant.example/"],
            now: NOW,
        };
        authenticate(&self.tenant, &request, &expected)
    }
}

fn header() -> Header {
    Header::new(Algorithm::RS256)
}

fn header_naming(key_id: String) -> Header {
    Header {
        kid: Some(key_id),
        ..header()
    }
}

#[test]
fn only_keys_in_use_count_with_or_without_their_name() {
    let scene = set_up();
    let claims = scene.claims();
    let unnamed = header();
    let first = header_naming(scene.key_id(0));
    let second = header_naming(scene.key_id(1));

    assert!(scene.ask(&unnamed, &claims, 0).is_ok());
    assert!(scene.ask(&first, &claims, 0).is_ok());
    assert_eq!(
        scene.ask(&second, &claims, 0),
        Err(Flaw::Signature)
    );
    assert_eq!(
        scene.ask(&unnamed, &claims, 1),
        Err(Flaw::Signature)
    );
    assert_eq!(
        scene.ask(&second, &claims, 1),
        Err(Flaw::Signature)
    );

    let not_jwt = scene.ask_with(Proof::Assertion("jwt".to_owned()));
    assert_eq!(not_jwt, Err(Refusal::Assertion(Flaw::NotJwt)));
}

#[test]
fn the_algorithm_is_that_of_the_credential() {
    let scene = set_up();
    for algorithm in [Algorithm::RS384, Algorithm::PS256] {
        let asked = scene.ask(&Header::new(algorithm), &scene.claims(), 0);
        assert_eq!(asked, Err(Flaw::Algorithm), "{algorithm:?}");
    }
}

#[test]
fn an_expired_credential_signs_no_more() {
    let mut scene = set_up();
    for (expiry, expired) in [
        ("2027-01-15T08:00:00Z", true),
        ("2027-01-15T08:00:00.001Z", false),
    ] {
        let change = object(&json!({"expires_at": expiry}));
        let id = scene.ids[0].clone();
        scene
            .tenant
            .update_credential(
                &scene.client,
                &id,
                &change,
                Moment::at_second(NOW),
            )
            .unwrap();

        let asked = scene.ask(&header(), &scene.claims(), 0);
        assert_eq!(
            asked.err(),
            expired.then_some(Flaw::CredentialExpired)
        );
    }
}

#[test]
fn each_claim_says_what_it_must() {
    let scene = set_up();
    for (claim, value, flaw) in [
        ("iss", json!("other"), Some(Flaw::Client)),
        ("sub", json!("other"), Some(Flaw::Client)),
        ("aud", json!("https://tenant.example/"), None),
        (
            "aud",
            json!("https://tenant.example"),
            Some(Flaw::Audience),
        ),
        (
            "aud",
            json!("http://127.0.0.1:4600/oauth/token"),
            Some(Flaw::Audience),
        ),
        ("aud", json!([AUDIENCE]), Some(Flaw::Claims)),
        ("exp", json!(null), Some(Flaw::Claims)),
        ("exp", json!(NOW + 1), None),
        ("exp", json!(NOW), Some(Flaw::Expired)),
        ("exp", json!(NOW + 301), Some(Flaw::TooLong)),
        ("iat", json!(NOW + 10), None),
        ("iat", json!(NOW + 11), Some(Flaw::Early)),
        ("iat", json!(NOW - 1), Some(Flaw::TooLong)),
        ("iat", json!(null), None),
        ("nbf", json!(NOW + 10), None),
        ("nbf", json!(NOW + 11), Some(Flaw::Early)),
        ("jti", json!(null), Some(Flaw::Claims)),
        ("jti", json!(""), Some(Flaw::Length)),
        ("jti", json!("j".repeat(64)), None),
        ("jti", json!("j".repeat(65)), Some(Flaw::Length)),
    ] {
        let mut claims = scene.claims();
        claims[claim] = value.clone();
        let asked = scene.ask(&header(), &claims, 0);
        assert_eq!(asked.err(), flaw, "{claim}: {value}");
    }
}

fn numbered(id: usize) -> Assertion {
    Assertion {
        client_id: "c".to_owned(),
        id: id.to_string(),
        expiry: NOW + 300,
    }
}

#[test]
fn an_assertion_is_taken_once_wherever_the_clock_is_put() {
    let used = UsedAssertions::default();
    assert_eq!(used.use_up(numbered(1), NOW), Ok(()));
    assert_eq!(
        used.use_up(numbered(1), NOW + 299),
        Err(Flaw::Used)
    );

    // A day later another one is used; and the clock is put back.
    assert_eq!(used.use_up(numbered(2), NOW + 86_400), Ok(()));
    assert_eq!(used.use_up(numbered(1), NOW), Err(Flaw::Used));
}

#[test]
fn those_that_are_over_are_forgotten_once_they_are_many() {
    let used = UsedAssertions::default();
    for id in 0..REMEMBERED {
        assert_eq!(used.use_up(numbered(id), NOW), Ok(()));
    }
    // None of them is over yet.
    assert_eq!(used.use_up(numbered(0), NOW), Err(Flaw::Used));

    assert_eq!(used.use_up(numbered(0), NOW + 300), Ok(()));
}

#[test]
fn secret_and_key_do_not_stand_in_for_each_other() {
    let mut scene = set_up();
    let client = scene
        .tenant
        .client(&scene.client)
        .unwrap();
    let secret = text(client, "client_secret")
        .unwrap()
        .to_owned();
    let assertion = encode(&header(), &scene.claims(), &scene.keys[0]).unwrap();

    assert_eq!(
        scene.ask_by_secret(&secret),
        Err(Refusal::Unauthenticated)
    );
    assert!(scene.ask_by_key(&assertion).is_ok());

    scene.use_keys(&json!(null));
    assert_eq!(scene.ask_by_secret(&secret), Ok(None));
    assert_eq!(
        scene.ask_by_key(&assertion),
        Err(Refusal::Unauthenticated)
    );

    scene.use_keys(&json!({"tls_client_auth": {"credentials": []}}));
    assert_eq!(
        scene.ask_by_secret(&secret),
        Err(Refusal::MutualTls)
    );
    assert_eq!(
        scene.ask_by_key(&assertion),
        Err(Refusal::MutualTls)
    );
}
