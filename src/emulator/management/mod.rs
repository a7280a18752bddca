//! The Management API v2: routes, tokens, paging and answers. The rules are the tenant's.

mod answer;
mod body;
mod client_filter;
mod client_grants;
mod clients;
mod credentials;
mod form;
mod guard;
mod json;
mod neighbours;
mod organizations;
mod paging;
mod path;
mod query;
mod resource_servers;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;

use super::app::App;

pub(crate) use answer::{Failure, not_found};

/// Auth0 refuses larger bodies.
const LARGEST_BODY: usize = 1024 * 1024;

pub(crate) fn routes() -> Router<Arc<App>> {
    let kinds = Router::new()
        .merge(resource_servers::routes())
        .merge(clients::routes())
        .merge(credentials::routes())
        .merge(client_grants::routes())
        .merge(organizations::routes())
        .merge(neighbours::routes())
        .layer(DefaultBodyLimit::max(LARGEST_BODY));
    Router::new().nest("/api/v2", kinds)
}
