use jsonwebtoken::{EncodingKey, encode, get_current_timestamp};
use serde_json::json;

use super::*;

const ISSUER: &str = "https://tenant.example/";

fn make_key() -> EncodingKey {
    let pair = rcgen::KeyPair::generate().unwrap();
    EncodingKey::from_ec_pem(pair.serialize_pem().as_bytes()).unwrap()
}

/// The keys of a tenant, among them one of a kind that nobody knows.
fn publish(key: &EncodingKey) -> KeySet {
    let mut jwk = Jwk::from_encoding_key(key, Algorithm::ES256).unwrap();
    jwk.common.key_id = Some("one".to_owned());
    let published =
        json!({ "keys": [{ "kty": "of tomorrow", "kid": "zero" }, jwk] });
    KeySet::read(&published, ISSUER).unwrap()
}

fn claims() -> Json {
    json!({
        "iss": ISSUER, "aud": ["urn:maps"], "exp": get_current_timestamp() + 60,
        "scope": "read write", "azp": "gift-deliveries",
    })
}

fn sign(key: &EncodingKey, id: &str, claims: &Json) -> Token {
    let mut header = Header::new(Algorithm::ES256);
    header.kid = Some(id.to_owned());
    Token::of(&encode(&header, claims, key).unwrap())
}

#[test]
fn a_token_of_a_published_key_is_read() {
    let key = make_key();
    let read = publish(&key).read_token(&sign(&key, "one", &claims()));

    let read = read.unwrap();
    assert_eq!(
        read.audiences,
        BTreeSet::from(["urn:maps".to_owned()])
    );
    assert_eq!(read.scopes.len(), 2);
    assert_eq!(read.client.as_deref(), Some("gift-deliveries"));
}

#[test]
fn what_does_not_verify_says_nothing() {
    let (key, other) = (make_key(), make_key());
    let keys = publish(&key);
    let with = |name: &str, value: Json| {
        let mut changed = claims();
        changed[name] = value;
        sign(&key, "one", &changed)
    };
    let mut no_audience = claims();
    no_audience
        .as_object_mut()
        .unwrap()
        .remove("aud");

    for (token, why) in [
        (
            sign(&other, "one", &claims()),
            "its signature is not",
        ),
        (
            sign(&key, "two", &claims()),
            "no key is published",
        ),
        (
            with("iss", json!("https://other.example/")),
            "its issuer is not",
        ),
        (with("exp", json!(1_000)), "it is over already"),
        (
            sign(&key, "one", &no_audience),
            "it has no `aud`",
        ),
    ] {
        match keys.read_token(&token) {
            Err(Untold::Wrong(said)) => {
                assert!(said.contains(why), "{said}");
            }
            other => panic!("{why}: {other:?}"),
        }
    }
}

#[test]
fn a_token_that_only_pretends_to_be_signed_is_wrong() {
    let keys = publish(&make_key());
    for header in [
        r#"{"alg":"none"}"#,
        r#"{"alg":"RS1024","kid":"key"}"#,
    ] {
        let header = URL_SAFE_NO_PAD.encode(header);
        let payload = URL_SAFE_NO_PAD.encode(claims().to_string());
        let token = Token::of(&format!("{header}.{payload}."));
        match keys.read_token(&token) {
            Err(Untold::Wrong(why)) => {
                assert!(why.contains("is not known"), "{why}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_no_published_key_verifies_is_told_from_what_is_wrong() {
    let keys = publish(&make_key());
    let shared = EncodingKey::from_secret(b"0123456789abcdef0123456789abcdef");
    let shared = encode(
        &Header::new(Algorithm::HS256),
        &claims(),
        &shared,
    )
    .unwrap();

    for (token, why) in [
        (shared.as_str(), "a secret of its API"),
        ("eyJhbGciOiJkaXIifQ.a.b.c.d", "encrypted"),
        ("opaque", "opaque"),
    ] {
        match keys.read_token(&Token::of(token)) {
            Err(Untold::Unverifiable(said)) => {
                assert!(said.contains(why), "{said}");
            }
            other => panic!("{why}: {other:?}"),
        }
    }
}
