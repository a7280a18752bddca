//! Refusing those who use the emulator before its tenant is filled.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::app::App;
use super::management::Failure;

/// Middleware: refuses what is asked too early. Half of a tenant is none to
/// begin with, nor to go back to.
pub(crate) async fn wait_for_begin(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    if app.is_ready() {
        return next.run(request).await;
    }

    let message = "The tenant is being filled.";
    Failure::new(StatusCode::SERVICE_UNAVAILABLE, message, None).into_response()
}
