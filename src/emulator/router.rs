//! Which request is answered by what, and what it passes through on the way.

use std::sync::Arc;
use std::time::Duration;

use axum::{Router, middleware};

use super::Settings;
use super::app::App;
use super::buffer_body::buffer_body;
use super::check_host::check_host;
use super::conditions::apply_conditions;
use super::control::{self, Control};
use super::refuse_pages::refuse_pages;
use super::request_log::log_request;
use super::wait_for_begin::wait_for_begin;
use super::{discovery, health, management, token};

pub(crate) fn build_router(app: Arc<App>, settings: &Settings) -> Router {
    let timeout = settings.header_timeout;
    let waiting =
        middleware::from_fn_with_state(Arc::clone(&app), wait_for_begin);
    let router = match settings.control {
        Control::Off => build_tenant(&app, control::missing_routes(), timeout),
        Control::On => {
            let controlled = control::routes()
                .layer(waiting.clone())
                .layer(middleware::from_fn(refuse_pages));
            build_tenant(&app, Router::new(), timeout)
                .merge(take_in(&app, controlled, timeout))
        }
    };

    router
        .merge(health::routes().layer(waiting))
        .with_state(app)
}

/// What Auth0 serves too, and more that is served as if it did.
fn build_tenant(
    app: &Arc<App>,
    more: Router<Arc<App>>,
    timeout: Duration,
) -> Router<Arc<App>> {
    let conditions =
        middleware::from_fn_with_state(Arc::clone(app), apply_conditions);
    let recording =
        middleware::from_fn_with_state(Arc::clone(app), log_request);

    let tenant = Router::new()
        .merge(management::routes(app))
        .merge(token::routes())
        .merge(discovery::routes())
        .merge(more)
        .fallback(management::not_found)
        .method_not_allowed_fallback(management::not_found)
        .layer(conditions);
    // The last layer is the outermost: a request is
    // recorded whatever comes of it.
    take_in(app, tenant, timeout).layer(recording)
}

/// Has a request be here as a whole before its host, or what comes after that,
/// has it refused.
fn take_in(
    app: &Arc<App>,
    router: Router<Arc<App>>,
    timeout: Duration,
) -> Router<Arc<App>> {
    let checking = middleware::from_fn_with_state(Arc::clone(app), check_host);
    let buffering = middleware::from_fn_with_state(timeout, buffer_body);

    router.layer(checking).layer(buffering)
}
