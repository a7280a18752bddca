//! Getting in with a key instead of a secret, and from another realm.

use grantry::provider::keycloak::{Credentials, Reader, Realm, RealmName, Settings};
use grantry::provider::{Observe as _, ProviderError};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey};
use rcgen::{KeyPair, PKCS_RSA_SHA256};
use serde_json::{Value as Json, json};

use super::realm::TestRealm;

/// What a client is told of a key, by the name that Grantry signs with.
fn key_set(pem: &str) -> Json {
    let key = EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
    let mut public = Jwk::from_encoding_key(&key, Algorithm::RS256).unwrap();
    // A key that does not say so is none to verify with.
    public.common.public_key_use = Some(PublicKeyUse::Signature);
    public.common.key_id = public.thumbprint(ThumbprintHash::SHA256).ok();
    json!({ "keys": [public] })
}

async fn log_in_with_a_key(realm: TestRealm) {
    let pem = KeyPair::generate_for(&PKCS_RSA_SHA256)
        .unwrap()
        .serialize_pem();
    let change = json!({
        "clientAuthenticatorType": "client-jwt",
        "attributes": { "use.jwks.string": "true", "jwks.string": key_set(&pem).to_string() },
    });
    realm.change_client("grantry-plan", &change).await;

    let place = Realm::parse(&format!("{}/{}", realm.admin.url, realm.admin.realm)).unwrap();
    let credentials = Credentials::client_key("grantry-plan", &pem.into(), "RS256").unwrap();
    let reader = Reader::new(Settings::new(place, credentials)).unwrap();
    reader.read().await.unwrap();
}

#[tokio::test]
async fn a_client_with_a_key_gets_in() {
    log_in_with_a_key(TestRealm::doubled().await).await;
}

#[tokio::test]
#[ignore = "takes a real Keycloak: `tests/keycloak/run`"]
async fn a_client_with_a_key_gets_in_for_real() {
    log_in_with_a_key(TestRealm::real().await).await;
}

/// A client of one realm is nobody in another, unless it is of `master` and has a role for that.
#[tokio::test]
async fn a_client_of_another_realm_is_told_so() {
    let realm = TestRealm::doubled().await;
    realm.double().add_realm("other");
    let other = RealmName::parse("other").unwrap();
    let reader = Reader::new(realm.settings().with_auth_realm(other)).unwrap();
    let error = reader.read().await.unwrap_err();

    assert!(matches!(error, ProviderError::Forbidden { .. }), "{error}");
}
