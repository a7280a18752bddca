//! The bearer token every call to the Management API carries.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde::Deserialize;

use super::answer::Failure;
use crate::emulator::app::App;
use crate::emulator::log_notes::AskedBy;
use crate::emulator::origin::Origin;
use crate::emulator::signing_key::SigningKey;
use crate::emulator::tenant::MANAGEMENT_AUDIENCE;

/// Whoever holds a valid token of the Management API.
pub(crate) struct Caller {
    pub(crate) scopes: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Claims {
    /// Seconds since 1970.
    exp: u64,
    #[serde(default)]
    scope: String,
    /// The client that it was issued to.
    #[serde(alias = "client_id")]
    azp: String,
}

impl Caller {
    /// Refuses a caller that has not this scope.
    pub(crate) fn needs(&self, expected: &str) -> Result<(), Failure> {
        self.needs_any(&[expected])
    }

    /// Refuses a caller that has none of the scopes.
    pub(crate) fn needs_any(&self, expected: &[&str]) -> Result<(), Failure> {
        let has = |scope: &&str| self.scopes.contains(*scope);
        if expected.iter().any(has) {
            return Ok(());
        }

        Err(Failure::insufficient_scope(expected))
    }
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &Arc<App>,
    ) -> Result<Self, Failure> {
        let origin = Origin::from_request_parts(parts, app).await;
        let origin = origin.map_err(|missing| {
            Failure::new(missing.status(), missing.body_text(), None)
        })?;
        let (token, kid) = find_token(&parts.headers)?;
        // None of a key that is revoked, or of another tenant.
        let key = kid.and_then(|kid| app.signing_keys.find_trusted(&kid));
        let key = key.as_deref();
        let now = app.clock.seconds_since_1970();
        let checked = check_claims(token, key, &origin, now);

        // Whose a token is that counts no more, the log says all the same.
        let signed = if let Ok(claims) = &checked {
            Some(claims.azp.clone())
        } else {
            let claims = check_token(token, key, &expect_signature());
            claims.ok().map(|claims| claims.azp)
        };
        if let Some(client_id) = signed
            && let Some(asked_by) = parts.extensions.get::<AskedBy>()
        {
            asked_by.set(&client_id);
        }

        let claims = checked?;
        let scopes = claims.scope.split_whitespace();
        Ok(Self {
            scopes: scopes.map(str::to_owned).collect(),
        })
    }
}

/// The claims of a token that counts here and now.
fn check_claims(
    token: &str,
    key: Option<&SigningKey>,
    origin: &Origin,
    now: u64,
) -> Result<Claims, Failure> {
    let claims = check_token(token, key, &expect_of_caller(origin))
        .map_err(|kind| refuse_token(&kind))?;

    // It counts no more from the second on in which it ends.
    if claims.exp > now {
        return Ok(claims);
    }
    Err(refuse_token(&ErrorKind::ExpiredSignature))
}

/// The claims of a token that is signed by this key.
fn check_token(
    token: &str,
    key: Option<&SigningKey>,
    expected: &Validation,
) -> Result<Claims, ErrorKind> {
    let key = key.ok_or(ErrorKind::InvalidSignature)?;

    let decoded = decode::<Claims>(token, key.decoding(), expected);
    let token = decoded.map_err(Error::into_kind)?;
    Ok(token.claims)
}

/// The bearer token, which need not be valid but look like one, and the key
/// that it names.
fn find_token(headers: &HeaderMap) -> Result<(&str, Option<String>), Failure> {
    let header = headers
        .get(AUTHORIZATION)
        .and_then(|header| header.to_str().ok())
        .ok_or_else(|| Failure::unauthorized("Missing authentication"))?;

    // Recorded: what is no JWT at all is a 400, and one that is not believed a
    // 401.
    read_bearer(header).ok_or_else(refuse_header)
}

fn read_bearer(header: &str) -> Option<(&str, Option<String>)> {
    let (scheme, token) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }

    let token = token.trim();
    let head = decode_header(token).ok()?;
    Some((token, head.kid))
}

/// A token counts only at the address it was asked for at, as with Auth0's
/// custom domains.
fn expect_of_caller(origin: &Origin) -> Validation {
    let mut validation = Validation::new(Algorithm::RS256);
    // By the clock of the emulator, which the library does not know.
    validation.validate_exp = false;
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    validation.set_issuer(&[origin.issuer()]);
    // By either name: SDKs ask for that of the address they were given, unless
    // told otherwise.
    let audience = origin.management_audience();
    validation.set_audience(&[MANAGEMENT_AUDIENCE, &audience]);

    validation
}

/// Any token of this tenant, whatever it was for and whenever.
fn expect_signature() -> Validation {
    // For the log alone: nothing is permitted on the strength of it.
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();

    validation
}

fn refuse_header() -> Failure {
    Failure::new(
        StatusCode::BAD_REQUEST,
        "Bad HTTP authentication header format",
        "Bearer",
    )
}

fn refuse_token(kind: &ErrorKind) -> Failure {
    Failure::unauthorized(match kind {
        ErrorKind::ExpiredSignature => {
            "Expired token received for JSON Web Token validation"
        }
        ErrorKind::InvalidSignature => {
            "Invalid signature received for JSON Web Token validation"
        }
        _ => "Invalid token",
    })
}
