//! Refusing requests for a host by which the emulator is not known.
//!
//! A page in a browser may have a name of its own resolve to this
//! machine, and would then be answered as if it were on it. It cannot say
//! another name than its own, so what is asked for under a name that
//! nobody gave the emulator is refused.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::app::App;
use super::host::HostName;
use super::management::Failure;

/// Middleware: refuses a request that names a host by which the emulator is not
/// known. What is handed on has the host among its extensions, so that nobody
/// reads it in another way.
pub(crate) async fn check_host(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    match HostName::asked_for(request.uri(), request.headers()) {
        Some(host) if app.hosts.knows(&host) => {
            request.extensions_mut().insert(host);
            next.run(request).await
        }
        Some(host) => refuse_host(&host).into_response(),
        None => refuse_no_host().into_response(),
    }
}

/// By the status for it (RFC 9110, 15.5.20): nothing is wrong with the request
/// but where it was sent.
fn refuse_host(host: &HostName) -> Failure {
    let name = host.name();
    let message = format!(
        "This emulator is not known as {name}. If that is a name of it, start \
         it with: --host {name}"
    );
    Failure::new(StatusCode::MISDIRECTED_REQUEST, message, None)
}

fn refuse_no_host() -> Failure {
    let message = "The request names no host, or several.";
    Failure::new(StatusCode::BAD_REQUEST, message, None)
}
