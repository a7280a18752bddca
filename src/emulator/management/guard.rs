//! The bearer token every call to the Management API carries.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde::Deserialize;

use super::answer::Failure;
use crate::emulator::app::App;
use crate::emulator::origin::Origin;
use crate::emulator::remark::AskedBy;
use crate::emulator::tenant::MANAGEMENT_AUDIENCE;

/// Whoever holds a valid token of the Management API.
pub(crate) struct Caller {
    pub(crate) scopes: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    scope: String,
    /// The client that it was issued to.
    #[serde(alias = "client_id")]
    azp: String,
}

impl Caller {
    /// Refuses a caller that has none of the scopes.
    pub(crate) fn needs_any(&self, expected: &[&str]) -> Result<(), Failure> {
        if expected.iter().any(|scope| self.scopes.contains(*scope)) {
            return Ok(());
        }
        Err(Failure::insufficient_scope(expected))
    }
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let Ok(origin) = Origin::from_request_parts(parts, app).await;
        let header = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|header| header.to_str().ok());
        let header = header.ok_or_else(|| Failure::unauthorized("Missing authentication"))?;
        let token = header
            .split_once(' ')
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .filter(|token| decode_header(token).is_ok())
            .ok_or_else(malformed)?;
        let read = |expected: &Validation| {
            decode::<Claims>(token, app.signing_key.decoding(), expected).map(|token| token.claims)
        };
        let checked = read(&expected(&origin));
        // Whose a token is that counts no more, the log says all the same.
        let signed = checked
            .as_ref()
            .map_or_else(|_| read(&signed_here()).ok(), |_| None);
        if let Some(claims) = checked.as_ref().ok().or(signed.as_ref())
            && let Some(asked_by) = parts.extensions.get::<AskedBy>()
        {
            asked_by.is(&claims.azp);
        }

        let claims = checked.map_err(|error| invalid(error.kind()))?;
        Ok(Self {
            scopes: claims.scope.split_whitespace().map(str::to_owned).collect(),
        })
    }
}

/// A token counts only at the address it was asked for at, as with Auth0's custom domains.
fn expected(origin: &Origin) -> Validation {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.leeway = 0;
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    validation.set_issuer(&[origin.issuer()]);
    validation.set_audience(&[MANAGEMENT_AUDIENCE, &origin.management_audience()]);
    validation
}

/// Any token of this tenant, whatever it was for and whenever.
fn signed_here() -> Validation {
    let mut validation = Validation::new(Algorithm::RS256);
    (validation.validate_exp, validation.validate_aud) = (false, false);
    validation.required_spec_claims.clear();
    validation
}

fn malformed() -> Failure {
    Failure::new(
        StatusCode::BAD_REQUEST,
        "Bad HTTP authentication header format",
        "Bearer",
    )
}

fn invalid(kind: &ErrorKind) -> Failure {
    Failure::unauthorized(match kind {
        ErrorKind::ExpiredSignature => "Expired token received for JSON Web Token validation",
        ErrorKind::InvalidSignature => "Invalid signature received for JSON Web Token validation",
        _ => "Invalid token",
    })
}
