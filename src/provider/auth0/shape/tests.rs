use super::*;

fn decode_tokens(json: Json) -> Value {
    Shape::RefreshToken
        .decode(json)
        .unwrap()
}

fn key_with_pem(mut fields: Attrs) -> Attrs {
    fields.insert(
        "pem".into(),
        Value::WriteOnly(Box::new("PEM".into())),
    );
    fields
}

fn keys(name: &str, key: Value) -> Value {
    Value::Map(Attrs::from_iter([(name.into(), key)]))
}

#[test]
fn an_infinite_life_has_no_number_and_silence_means_what_auth0_means() {
    let endless = json!({
        "rotation_type": "non-rotating", "expiration_type": "non-expiring", "leeway": 0,
        "infinite_token_lifetime": true, "infinite_idle_token_lifetime": true,
    });
    let mut numbered = endless.clone();
    numbered["token_lifetime"] = 31_557_600.into();
    numbered["idle_token_lifetime"] = 2_592_000.into();
    assert_eq!(
        decode_tokens(numbered),
        decode_tokens(endless.clone())
    );

    let mut expected = endless;
    expected["policies"] = Json::Null;
    let encoded = Shape::RefreshToken.encode(&decode_tokens(expected.clone()));
    assert_eq!(encoded, expected);
}

#[test]
fn the_key_of_an_encryption_is_sent_and_its_thumbprint_is_not() {
    let shown = json!({
        "format": "compact-nested-jwe",
        "encryption_key": { "alg": "RSA-OAEP-256", "thumbprint_sha256": "t" },
    });
    let Value::Map(mut encryption) = Shape::TokenEncryption
        .decode(shown)
        .unwrap()
    else {
        panic!("no object")
    };
    let key = encryption
        .get("encryption_key")
        .unwrap()
        .as_map()
        .unwrap()
        .clone();
    encryption.insert(
        "encryption_key".into(),
        Value::Map(key_with_pem(key)),
    );

    assert_eq!(
        Shape::TokenEncryption.encode(&Value::Map(encryption)),
        json!({
            "format": "compact-nested-jwe",
            "encryption_key": { "alg": "RSA-OAEP-256", "pem": "PEM" },
        })
    );
}

#[test]
fn the_keys_of_a_new_client_are_sent_with_it() {
    let key = Value::from(json!({ "alg": "RS256" }));
    let key = Value::Entries(key_with_pem(key.as_map().unwrap().clone()));
    let subject = Value::Entries(Attrs::new());
    let methods = Value::Map(Attrs::from_iter([
        ("private_key_jwt".into(), keys("t", key)),
        ("tls_client_auth".into(), keys("C=es", subject)),
    ]));

    assert_eq!(
        Shape::Methods.encode(&methods),
        json!({
            "private_key_jwt": { "credentials": [
                { "credential_type": "public_key", "alg": "RS256", "pem": "PEM" }
            ] },
            "tls_client_auth": { "credentials": [
                { "credential_type": "cert_subject_dn", "subject_dn": "C=es" }
            ] },
        })
    );
}
