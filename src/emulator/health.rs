//! Whether the emulator serves, with a tenant that is filled: for whatever has
//! started it, and waits.

use std::sync::Arc;

use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::app::App;

/// Takes no token and no name, and meets no limit, delay or
/// fault: it asks after the emulator, and not after what it
/// plays. It is not among the requests.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new().route("/health", get(answer))
}

async fn answer() -> Json<Value> {
    Json(json!({"status": "ok"}))
}
