//! The Management API v2: routes, tokens, paging and answers.
//! The rules are the tenant's.
//!
//! ```text
//! guard (the token), path, query, body (form)    what a request says
//!   resource_servers, clients (client_filter), credentials, client_grants, organizations
//!   search (search_query, collections, grant_index)
//!                                                the three kinds, found by what they hold
//!   logs, record_change (descriptions)           what was done, and writing it down
//!   signing_keys, settings                       what a tenant has one of
//!   empty                                        what it has none of
//! paging, json, answer                           what is answered
//! ```

mod answer;
mod body;
mod client_filter;
mod client_grants;
mod clients;
mod credentials;
mod descriptions;
mod empty;
mod form;
mod guard;
mod json;
mod logs;
mod organizations;
mod paging;
mod path;
mod query;
mod record_change;
mod resource_servers;
mod search;
mod settings;
mod signing_keys;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, State};
use axum::{Router, middleware};

use super::app::App;
use super::tenant::{Collection, for_each_collection};

pub(crate) use answer::{Failure, not_found};
use record_change::record_change;

/// Auth0 refuses larger bodies.
const LARGEST_BODY: usize = 1024 * 1024;

type Routes = Router<Arc<App>>;

/// What every handler is given to read or change the tenant.
type Shared = State<Arc<App>>;

/// A collection as the Management API serves it.
trait Served: Collection {
    /// Its own address, and all that is below it.
    fn routes() -> Routes;
}

macro_rules! merge_routes {
    ($($collection:path),* $(,)?) => {
        Router::new()$(.merge(<$collection as Served>::routes()))*
    };
}

pub(crate) fn routes(app: &Arc<App>) -> Routes {
    let recording =
        middleware::from_fn_with_state(Arc::clone(app), record_change);
    let collections = for_each_collection!(merge_routes);
    let endpoints = collections
        .merge(logs::routes())
        .merge(search::routes())
        .merge(settings::routes())
        .merge(signing_keys::routes())
        .merge(empty::routes())
        .layer(recording)
        .layer(DefaultBodyLimit::max(LARGEST_BODY));

    Router::new().nest("/api/v2", endpoints)
}
