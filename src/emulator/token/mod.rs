//! `/oauth/token`: client credentials, as a client of Auth0 meets them.

pub(super) mod assertion;
mod attempt;
mod authenticate;
mod issue;
mod organization;
mod permit;
pub(super) mod quota;
mod refusal;
mod request;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Json, body::Bytes, http::HeaderMap};

use super::app::App;
use super::log_notes::AskedBy;
use super::origin::Origin;
use super::tenant::CANONICAL_ISSUER;
use assertion::Expected;
use attempt::{Attempt, Issued};
use authenticate::authenticate;
use issue::issue_token;
use permit::authorize;
use refusal::Refusal;
use request::TokenRequest;

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new().route("/oauth/token", post(answer_token_request))
}

async fn answer_token_request(
    State(app): State<Arc<App>>,
    Extension(asked_by): Extension<AskedBy>,
    head: Parts,
    origin: Origin,
    body: Bytes,
) -> Result<Response, Refusal> {
    let request = TokenRequest::parse(&head.headers, &body)?;
    // Not what anybody says of himself: it may be a secret in the wrong place.
    if app.read(|tenant| {
        tenant
            .client(&request.client_id)
            .is_some()
    }) {
        asked_by.set(&request.client_id);
    }

    let attempt = Attempt::new(&app, &head, &origin, &request);
    let exchanged = exchange(&app, request, &origin);
    let outcome = exchanged
        .as_ref()
        .map(|(issued, _)| issued);
    app.log
        .add(attempt.tell(outcome), app.clock.moment());

    let (issued, quota_headers) = exchanged?;
    // RFC 6749, 5.1: nothing on the way may keep a token.
    let uncached = [(CACHE_CONTROL, "no-store")];
    Ok((uncached, quota_headers, Json(issued.answer)).into_response())
}

/// A token for what the client proves itself with; and
/// what is left of its quota.
fn exchange(
    app: &App,
    request: TokenRequest,
    origin: &Origin,
) -> Result<(Issued, HeaderMap), Refusal> {
    let issuer = origin.issuer();
    let now = app.clock.seconds_since_1970();
    let expected = Expected {
        audiences: [&issuer, CANONICAL_ISSUER],
        now,
    };
    let assertion =
        app.read(|tenant| authenticate(tenant, &request, &expected))?;
    // Used up also where the request is refused below: it has been seen.
    if let Some(assertion) = assertion {
        app.used_assertions
            .use_up(assertion, now)?;
    }

    let own_audience = origin.management_audience();
    let permit =
        app.read(|tenant| authorize(tenant, request, &own_audience))?;
    // Counted only once the request is permitted: a mistake takes
    // no token from the quota.
    let quota_headers = match &permit.quota {
        Some(quota) => {
            let usage = app
                .issued_tokens
                .count_token(&permit.client_id, quota, now)
                .map_err(|exceeded| exceeded.seen_by_callers(&app.clock))?;
            usage.headers()
        }
        None => HeaderMap::new(),
    };

    let signing_key = app.signing_keys.current();
    let answer = issue_token(
        &permit,
        &app.custom_claims,
        &signing_key,
        &issuer,
        now,
    )?;
    let token = Issued {
        answer,
        organization: permit.organization,
    };
    Ok((token, quota_headers))
}
