//! What test suites ask of the emulator itself, under `/grantry`: to be as it
//! was, what it was asked, and what time it is. Auth0 has nothing of it, so it
//! is served only where that is asked for.
//!
//! No limit, delay or fault is in the way here, and nothing of
//! it is among the requests.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{any, get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::app::App;
use super::hide::hide_credentials;
use super::journal::Request;
use super::management::Failure;

/// Whether an emulator is controlled over HTTP too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Control {
    /// What is under `/grantry` is not there.
    #[default]
    Off,
    /// `POST /grantry/reset`; `GET` and `DELETE` of `/grantry/requests`; `GET`
    /// and `POST` of `/grantry/clock`. No token is asked for: whoever reaches
    /// the emulator may do everything anyway.
    On,
}

const RESET: &str = "/grantry/reset";
const REQUESTS: &str = "/grantry/requests";
const CLOCK: &str = "/grantry/clock";

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(RESET, post(reset))
        .route(
            REQUESTS,
            get(list_requests).delete(forget_requests),
        )
        .route(CLOCK, get(show_clock).post(put_clock))
}

/// What is answered instead where it is off.
pub(crate) fn missing_routes() -> Router<Arc<App>> {
    [RESET, REQUESTS, CLOCK]
        .into_iter()
        .fold(Router::new(), |router, path| {
            router.route(path, any(refuse))
        })
}

async fn refuse() -> Failure {
    let message = "Not Found. It is served by: grantry emulator --control";
    Failure::new(StatusCode::NOT_FOUND, message, None)
}

async fn reset(State(app): State<Arc<App>>) -> StatusCode {
    app.reset();
    tracing::info!("reset");

    StatusCode::NO_CONTENT
}

async fn list_requests(State(app): State<Arc<App>>) -> Json<Value> {
    let requests: Vec<Value> = app
        .journal
        .requests()
        .iter()
        .map(show_request)
        .collect();

    Json(json!({"requests": requests}))
}

fn show_request(request: &Request) -> Value {
    json!({
        "method": request.method,
        // Callers put secrets and tokens in the wrong place.
        "path": hide_credentials(&request.path),
        "status": request.status,
        "client_id": request.client_id
    })
}

async fn forget_requests(State(app): State<Arc<App>>) -> StatusCode {
    app.journal.forget();

    StatusCode::NO_CONTENT
}

async fn show_clock(State(app): State<Arc<App>>) -> Json<Value> {
    Json(describe_clock(&app))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Put {
    offset: String,
}

/// Whatever the body says it is: there is one form of it, and `curl` calls
/// everything a form.
async fn put_clock(
    State(app): State<Arc<App>>,
    body: Bytes,
) -> Result<Json<Value>, Failure> {
    let Put { offset } = serde_json::from_slice(&body).map_err(|error| {
        refuse_body(&format!("{error}; say {{\"offset\": \"+2h\"}}"))
    })?;
    let offset = offset
        .parse()
        .map_err(|error| refuse_body(&format!("{error}")))?;

    app.clock.put(offset);
    tracing::info!(%offset, "the clock is put");
    Ok(Json(describe_clock(&app)))
}

fn describe_clock(app: &App) -> Value {
    json!({
        "offset": app.clock.offset().to_string(),
        "now": app.clock.moment().to_string()
    })
}

fn refuse_body(reason: &str) -> Failure {
    let message = format!("Payload validation error: {reason}");
    Failure::new(StatusCode::BAD_REQUEST, message, "invalid_body")
}
