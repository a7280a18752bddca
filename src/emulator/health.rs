//! Whether the emulator serves: for whatever has started it, and waits.

use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

/// Takes no token and no name, and meets no limit, delay or fault: it asks after the emulator, and not after what
/// it plays. It is not among the requests.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/health", get(answer))
}

async fn answer() -> Json<Value> {
    Json(json!({"status": "ok"}))
}
