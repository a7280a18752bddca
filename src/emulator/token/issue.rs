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
    // An API of Auth0's own is shown no claim that it may
    // give a meaning to one day.
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
mod tests;
