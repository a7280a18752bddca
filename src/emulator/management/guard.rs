//! The bearer token every call to the Management API carries.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use jsonwebtoken::errors::ErrorKind;
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
    /// Refuses a caller that has none of the scopes.
    pub(crate) fn needs_any(&self, expected: &[&str]) -> Result<(), Failure> {
        if expected
            .iter()
            .any(|scope| self.scopes.contains(*scope))
        {
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
        let origin = Origin::from_request_parts(parts, app)
            .await
            .map_err(|missing| {
                Failure::new(missing.status(), missing.body_text(), None)
            })?;
        let (token, kid) = find_token(&parts.headers)?;
        // None of a key that is revoked, or of another tenant.
        let key = kid.and_then(|kid| app.signing_keys.find_trusted(&kid));
        let key = key.as_deref();
        let checked = check_token(token, key, &expect_of_caller(&origin))
            .map_err(|kind| refuse_token(&kind))
            .and_then(|claims| {
                check_expiry(claims, app.clock.seconds_since_1970())
            });

        // Whose a token is that counts no more, the log says all the same.
        let signed = match &checked {
            Ok(claims) => Some(claims.azp.clone()),
            Err(_) => check_token(token, key, &expect_signature())
                .ok()
                .map(|claims| claims.azp),
        };
        if let Some(client_id) = signed
            && let Some(asked_by) = parts.extensions.get::<AskedBy>()
        {
            asked_by.set(&client_id);
        }

        Ok(Self {
            scopes: checked?
                .scope
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
        })
    }
}

/// The claims of a token that is signed by this key.
fn check_token(
    token: &str,
    key: Option<&SigningKey>,
    expected: &Validation,
) -> Result<Claims, ErrorKind> {
    let key = key.ok_or(ErrorKind::InvalidSignature)?;

    decode::<Claims>(token, key.decoding(), expected)
        .map(|token| token.claims)
        .map_err(jsonwebtoken::errors::Error::into_kind)
}

/// The bearer token, which need not be valid but look like one, and the key
/// that it names.
fn find_token(headers: &HeaderMap) -> Result<(&str, Option<String>), Failure> {
    let header = headers
        .get(AUTHORIZATION)
        .and_then(|header| header.to_str().ok())
        .ok_or_else(|| Failure::unauthorized("Missing authentication"))?;

    header
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        // Recorded: what is no JWT at all is a 400, and one that is not
        // believed a 401.
        .and_then(|token| Some((token, decode_header(token).ok()?.kid)))
        .ok_or_else(refuse_header)
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
    validation.set_audience(&[
        MANAGEMENT_AUDIENCE,
        &origin.management_audience(),
    ]);

    validation
}

/// Refuses a token from the second on in which it ends.
fn check_expiry(claims: Claims, now: u64) -> Result<Claims, Failure> {
    if claims.exp > now {
        return Ok(claims);
    }

    Err(refuse_token(&ErrorKind::ExpiredSignature))
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
