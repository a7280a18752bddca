//! Endpoints the emulator does not serve, and which tools that read a whole tenant ask all the
//! same: they go on after these refusals, and may stop at others.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;

use super::answer::{Failure, not_found};
use super::guard::Caller;
use crate::emulator::app::App;

/// Each with the scope it needs, which no token has that was not given more than the seeded one.
const GUARDED: [(&str, &str); 3] = [
    (
        "/connections-directory-provisionings",
        "read:directory_provisionings",
    ),
    ("/organizations/{id}/clients", "read:organization_clients"),
    ("/rate-limit-policies", "read:rate_limit_policies"),
];

pub(crate) fn routes() -> Router<Arc<App>> {
    let router = Router::new().route("/supplemental-signals", get(needs_a_plan));
    GUARDED.into_iter().fold(router, |router, (path, scope)| {
        router.route(
            path,
            get(async move |caller: Caller| needs_a_scope(&caller, scope).await),
        )
    })
}

async fn needs_a_scope(caller: &Caller, scope: &'static str) -> Failure {
    match caller.needs_any(&[scope]) {
        Err(refusal) => refusal,
        Ok(()) => not_found().await,
    }
}

/// The code says scope and the message says plan: so does Auth0's.
async fn needs_a_plan(_: Caller) -> Failure {
    let message = "Please upgrade your subscription to enable Akamai Signals.";
    Failure::new(StatusCode::FORBIDDEN, message, "insufficient_scope")
}
