//! The token itself, in the dialect of its API.

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::permit::Permit;
use super::refusal::Refusal;
use crate::emulator::custom_claim::CustomClaim;
use crate::emulator::signing_key::SigningKey;
use crate::emulator::tenant::{Object, is_true, text};

/// Auth0's own shape of access tokens, and the standard one (RFC 9068).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Profile {
    Auth0,
    Rfc9068,
}

/// Seconds, where the API says nothing: a day.
const DEFAULT_LIFETIME: u64 = 86400;

/// The answer to a token request that is permitted.
pub(crate) fn issue_token(
    permit: &Permit,
    custom_claims: &[CustomClaim],
    signing_key: &SigningKey,
    issuer: &str,
    now: u64,
) -> Result<Value, Refusal> {
    let lifetime = permit
        .resource_server
        .get("token_lifetime")
        .and_then(Value::as_u64)
        .unwrap_or(DEFAULT_LIFETIME);
    let mut claims = build_claims(permit, issuer, now, lifetime)?;
    add_custom_claims(
        &mut claims,
        custom_claims,
        &permit.resource_server,
    );
    let token = sign_token(&claims, &permit.resource_server, signing_key)?;

    let mut answer = json!({
        "access_token": token,
        "expires_in": lifetime,
        "token_type": "Bearer"
    });
    if !permit.scopes.is_empty() {
        answer["scope"] = permit.scopes.join(" ").into();
    }
    Ok(answer)
}

fn build_claims(
    permit: &Permit,
    issuer: &str,
    now: u64,
    lifetime: u64,
) -> Result<Value, Refusal> {
    let mut claims = json!({
        "iss": issuer,
        "sub": format!("{}@clients", permit.client_id),
        "aud": permit.audience,
        "iat": now,
        "exp": now + lifetime
    });
    if !permit.scopes.is_empty() {
        claims["scope"] = permit.scopes.join(" ").into();
    }
    if let Some(organization) = &permit.organization {
        claims["org_id"] = organization.as_str().into();
    }

    match Profile::of(&permit.resource_server) {
        Profile::Auth0 => {
            claims["gty"] = "client-credentials".into();
            claims["azp"] = permit.client_id.as_str().into();
        }
        Profile::Rfc9068 => {
            claims["client_id"] = permit.client_id.as_str().into();
            claims["jti"] = generate_token_id()?.into();
        }
    }

    // Either profile has a variant with permissions.
    if dialect_of(&permit.resource_server).ends_with("_authz") {
        claims["permissions"] = permit.scopes.clone().into();
    }
    Ok(claims)
}

/// As an Action adds them, once Auth0 has said all of its own.
fn add_custom_claims(claims: &mut Value, custom: &[CustomClaim], api: &Object) {
    // An API of Auth0's own is shown no claim that it may give a meaning to one
    // day.
    let is_of_auth0 = is_true(api, "is_system");
    let added = custom
        .iter()
        .filter(|claim| claim.is_namespaced() || !is_of_auth0);

    for claim in added {
        claims[claim.name()] = claim.value().clone();
    }
}

fn dialect_of(api: &Object) -> &str {
    text(api, "token_dialect").unwrap_or("access_token")
}

impl Profile {
    fn of(api: &Object) -> Self {
        if dialect_of(api).starts_with("rfc9068") {
            Self::Rfc9068
        } else {
            Self::Auth0
        }
    }
}

fn generate_token_id() -> Result<String, Refusal> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(|_| Refusal::Unsigned)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Symmetric APIs share their secret; all others know the tenant's key.
fn sign_token(
    claims: &Value,
    api: &Object,
    signing_key: &SigningKey,
) -> Result<String, Refusal> {
    let algorithm = match text(api, "signing_alg") {
        Some("HS256") => Algorithm::HS256,
        Some("RS512") => Algorithm::RS512,
        Some("PS256") => Algorithm::PS256,
        _ => Algorithm::RS256,
    };
    let mut header = Header::new(algorithm);
    if Profile::of(api) == Profile::Rfc9068 {
        header.typ = Some("at+jwt".to_owned());
    }

    // Without a `kid`: it names a published key, and a shared secret is none.
    let signed = if algorithm == Algorithm::HS256 {
        let secret = text(api, "signing_secret").unwrap_or_default();
        let shared_key = EncodingKey::from_secret(secret.as_bytes());
        encode(&header, claims, &shared_key)
    } else {
        header.kid = Some(signing_key.id_for(algorithm));
        encode(&header, claims, signing_key.encoding())
    };
    signed.map_err(|_| Refusal::Unsigned)
}

#[cfg(test)]
mod tests {
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
        let answer =
            issue_token(&permit, &[], key, "http://host/", 1000).unwrap();
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
}
