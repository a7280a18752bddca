use std::sync::LazyLock;

use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};

use super::*;

/// The header and the claims of a token for this API.
fn issue_for(api: &Value) -> (Header, Value) {
    static KEY: LazyLock<SigningKey> =
        LazyLock::new(|| SigningKey::generate().unwrap());
    let key = &*KEY;
    let permit = Permit {
        client_id: "c".to_owned(),
        audience: "urn:a".to_owned(),
        scopes: vec!["r".to_owned(), "w".to_owned()],
        resource_server: api.as_object().unwrap().clone(),
        organization: None,
        quota: None,
    };
    let answer = issue_token(&permit, &[], key, "http://host/", 1000).unwrap();
    assert_eq!(answer["scope"], "r w");
    assert_eq!(answer["expires_in"], 60);

    let token = answer["access_token"].as_str().unwrap();
    let header = decode_header(token).unwrap();
    let secret = DecodingKey::from_secret(b"0123456789abcdef");
    let decoding = match header.kid {
        Some(_) => key.decoding(),
        None => &secret,
    };

    let mut validation = Validation::new(header.alg);
    validation.validate_exp = false;
    validation.validate_aud = false;
    let decoded = decode(token, decoding, &validation).unwrap();
    (header, decoded.claims)
}

#[test]
fn the_dialect_of_auth0() {
    let (header, claims) =
        issue_for(&json!({"identifier": "urn:a", "token_lifetime": 60}));
    assert_eq!(header.alg, Algorithm::RS256);
    assert_eq!(header.typ.as_deref(), Some("JWT"));
    assert_eq!(
        claims,
        json!({
            "iss": "http://host/", "sub": "c@clients", "aud": "urn:a", "iat": 1000,
            "exp": 1060, "scope": "r w", "gty": "client-credentials", "azp": "c"
        })
    );
}

#[test]
fn the_standard_dialect_with_permissions_under_a_shared_secret() {
    let (header, mut claims) = issue_for(&json!({
        "identifier": "urn:a",
        "token_lifetime": 60,
        "token_dialect": "rfc9068_profile_authz",
        "signing_alg": "HS256",
        "signing_secret": "0123456789abcdef"
    }));
    assert_eq!(header.alg, Algorithm::HS256);
    assert_eq!(header.typ.as_deref(), Some("at+jwt"));
    assert!(
        claims
            .as_object_mut()
            .unwrap()
            .remove("jti")
            .is_some()
    );
    assert_eq!(
        claims,
        json!({
            "iss": "http://host/", "sub": "c@clients", "aud": "urn:a", "iat": 1000,
            "exp": 1060, "scope": "r w", "client_id": "c", "permissions": ["r", "w"]
        })
    );
}

#[test]
fn each_dialect_and_algorithm_makes_the_token_it_names() {
    for algorithm in ["RS256", "RS512", "PS256", "HS256"] {
        for (dialect, typ, profile, permissions) in [
            ("access_token", "JWT", Profile::Auth0, false),
            (
                "access_token_authz",
                "JWT",
                Profile::Auth0,
                true,
            ),
            (
                "rfc9068_profile",
                "at+jwt",
                Profile::Rfc9068,
                false,
            ),
            (
                "rfc9068_profile_authz",
                "at+jwt",
                Profile::Rfc9068,
                true,
            ),
        ] {
            let (header, claims) = issue_for(&json!({
                "identifier": "urn:a",
                "token_lifetime": 60,
                "token_dialect": dialect,
                "signing_alg": algorithm,
                "signing_secret": "0123456789abcdef"
            }));

            assert_eq!(header.alg, algorithm.parse().unwrap());
            assert_eq!(header.typ.as_deref(), Some(typ), "{dialect}");
            assert_eq!(header.kid.is_none(), algorithm == "HS256");
            let has_permissions = claims.get("permissions").is_some();
            assert_eq!(has_permissions, permissions, "{dialect}");
            for (claim, of) in [
                ("azp", Profile::Auth0),
                ("gty", Profile::Auth0),
                ("client_id", Profile::Rfc9068),
                ("jti", Profile::Rfc9068),
            ] {
                let has_claim = claims.get(claim).is_some();
                assert_eq!(has_claim, profile == of, "{dialect}: {claim}");
            }
        }
    }
}
