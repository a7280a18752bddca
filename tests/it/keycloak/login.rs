//! Getting in with a key instead of a secret, and from another realm.

use grantry::model::{Address, Advice as _, ClientRef, RemoteId};
use grantry::provider::keycloak::{
    Credentials, Reader, Realm, RealmName, Settings,
};
use grantry::provider::{
    Mutate as _, Observe as _, ProviderError, Write, WriteError,
};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey};
use rcgen::{KeyPair, PKCS_RSA_SHA256};
use serde_json::{Value as Json, json};

use super::double::{Fault, Trouble};
use super::realm::TestRealm;

/// What a client is told of a key, by the name that Grantry signs with.
fn key_set(pem: &str) -> Json {
    let key = EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
    let mut public = Jwk::from_encoding_key(&key, Algorithm::RS256).unwrap();
    // A key that does not say so is none to verify with.
    public.common.public_key_use = Some(PublicKeyUse::Signature);
    public.common.key_id = public
        .thumbprint(ThumbprintHash::SHA256)
        .ok();
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
    realm
        .change_client("grantry-plan", &change)
        .await;

    let place = Realm::parse(&format!(
        "{}/{}",
        realm.admin.url, realm.admin.realm
    ))
    .unwrap();
    let credentials =
        Credentials::client_key("grantry-plan", &pem.into(), "RS256").unwrap();
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

/// A client of one realm is nobody in another, unless it is of `master` and has
/// a role for that.
#[tokio::test]
async fn a_client_of_another_realm_is_told_so() {
    let realm = TestRealm::doubled().await;
    realm.double().add_realm("other");
    let other = RealmName::parse("other").unwrap();
    let reader = Reader::new(realm.settings().with_auth_realm(other)).unwrap();
    let error = reader.read().await.unwrap_err();

    assert!(
        matches!(error, ProviderError::Forbidden { .. }),
        "{error}"
    );
    let step = error.next_step().unwrap().to_string();
    assert!(
        step.contains("of the managed realm, or of `master`"),
        "{step}"
    );
}

/// How often a realm of the double was asked for a token.
fn count_logins(realm: &TestRealm) -> usize {
    let asked = realm.double().requests();
    asked
        .iter()
        .filter(|asked| {
            asked.method == "POST" && asked.path.ends_with("/token")
        })
        .count()
}

/// Refuses every token with which so many requests of a method are made.
fn take_no_token(realm: &TestRealm, method: &'static str, requests: usize) {
    for nth in 1..=requests {
        realm.double().fail(Fault {
            method,
            path: "/admin/".to_owned(),
            nth,
            what: Trouble::Status(401),
        });
    }
}

/// With the first refusal comes one token more, and
/// with those that follow none.
#[tokio::test]
async fn a_realm_that_takes_no_token_is_asked_for_no_third() {
    let realm = TestRealm::doubled().await;
    take_no_token(&realm, "GET", 100);
    take_no_token(&realm, "DELETE", 100);
    realm.double().forget_requests();
    let writer = realm.writer();

    for _ in 0..5 {
        let error = writer
            .reader()
            .read()
            .await
            .unwrap_err();
        assert!(
            matches!(error, ProviderError::Unauthorized { .. }),
            "{error}"
        );
    }
    let delete = Write::Delete {
        address: Address::Client(ClientRef::Id("courier".parse().unwrap())),
        id: RemoteId::new("courier"),
        precondition: None,
    };
    let error = writer.write(&delete).await.unwrap_err();
    let is_refused = matches!(
        error,
        WriteError::Refused(ProviderError::Unauthorized { .. })
    );
    assert!(is_refused, "{error}");

    assert_eq!(count_logins(&realm), 2);
}
