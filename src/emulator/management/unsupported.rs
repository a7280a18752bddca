//! What a tenant's plan does not have, and software that reads whole tenants asks for all the same:
//! it goes on after these refusals, and may stop at others.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;

use super::Routes;
use super::answer::Failure;
use super::guard::Caller;

/// Each with the scope it needs, which the first client is not given.
const GUARDED_BY_SCOPE: [(&str, &str); 3] = [
    (
        "/connections-directory-provisionings",
        "read:directory_provisionings",
    ),
    ("/organizations/{id}/clients", "read:organization_clients"),
    ("/rate-limit-policies", "read:rate_limit_policies"),
];

pub(crate) fn routes() -> Routes {
    let mut router = Router::new().route("/supplemental-signals", get(refuse_by_plan));

    for (path, scope) in GUARDED_BY_SCOPE {
        let handler = async move |caller: Caller| refuse_by_scope(&caller, scope);
        router = router.route(path, get(handler));
    }

    router
}

fn refuse_by_scope(caller: &Caller, scope: &'static str) -> Failure {
    match caller.needs_any(&[scope]) {
        Err(refusal) => refusal,
        Ok(()) => Failure::new(
            StatusCode::NOT_FOUND,
            "Not Found: the emulator has no such list",
            None,
        ),
    }
}

/// The code says scope and the message says plan: so does Auth0's.
async fn refuse_by_plan(_: Caller) -> Failure {
    let message = "Please upgrade your subscription to enable Akamai Signals.";
    Failure::new(StatusCode::FORBIDDEN, message, "insufficient_scope")
}
