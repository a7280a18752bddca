//! The answers about what a tenant has none of.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::{Value, json};

use super::answer::{Answer, Failure};
use super::guard::Caller;
use super::json::{AnyJson, Json};
use super::paging::Paging;
use super::path::Path;
use super::query::Query;
use super::{Routes, Shared};
use crate::emulator::tenant::empty::Envelope::{Asked, Bare, Counted, Named};
use crate::emulator::tenant::empty::{
    ABSENT, Absent, EMPTY_OBJECTS, EmptyList, Envelope, LISTS, LISTS_OF_CLIENT,
    LISTS_OF_ORGANIZATION,
};
use crate::emulator::tenant::{
    Client, Collection, Organization, Refusal, Tenant,
};

pub(crate) fn routes() -> Routes {
    Router::new()
        .merge(lists_of_tenant())
        .merge(lists_below(
            Organization::PATH,
            LISTS_OF_ORGANIZATION,
            |tenant, id| tenant.organization(id).is_some(),
            || Organization::MISSING,
        ))
        .merge(lists_below(
            Client::PATH,
            LISTS_OF_CLIENT,
            |tenant, id| tenant.client(id).is_some(),
            || Client::MISSING,
        ))
        .merge(objects())
        .route("/supplemental-signals", get(refuse_by_plan))
}

fn lists_of_tenant() -> Routes {
    let mut routes = Router::new();
    for list in LISTS {
        let handler = async move |caller: Caller, query: Query| {
            list.answer(&caller, &query)
        };
        routes = routes.route(list.path, get(handler));
    }
    routes
}

fn objects() -> Routes {
    let mut routes = Router::new();
    for absent in ABSENT {
        let handler = async move |caller: Caller| absent.refuse(&caller);
        routes = routes.route(absent.path, get(handler));
    }
    for (path, scope) in EMPTY_OBJECTS {
        let handler = async move |caller: Caller| -> Answer<AnyJson> {
            caller.needs(scope)?;
            Ok(Json::new(json!({})))
        };
        routes = routes.route(path, get(handler));
    }
    routes
}

/// The code says scope and the message says plan: so does Auth0's. Software
/// that reads whole tenants goes on after it, and would stop at another one.
async fn refuse_by_plan(_: Caller) -> Failure {
    let message = "Please upgrade your subscription to enable Akamai Signals.";
    Failure::new(
        StatusCode::FORBIDDEN,
        message,
        "insufficient_scope",
    )
}

/// Says whether there is the object that lists are below of.
type Exists = fn(&Tenant, &str) -> bool;

fn lists_below(
    parent: &'static str,
    lists: &'static [EmptyList],
    exists: Exists,
    missing: fn() -> Refusal,
) -> Routes {
    let mut routes = Router::new();
    for list in lists {
        let handler = async move |State(app): Shared,
                                  Path(id): Path<String>,
                                  caller: Caller,
                                  query: Query| {
            let answer = list.answer(&caller, &query)?;
            if app.read(|tenant| exists(tenant, &id)) {
                return Ok(answer);
            }
            Err(Failure::from(missing()))
        };
        let path = format!("{parent}/{{id}}{}", list.path);
        routes = routes.route(&path, get(handler));
    }
    routes
}

impl EmptyList {
    /// Whatever else the query asks for: no item would be kept
    /// from an empty list by it.
    fn answer(&self, caller: &Caller, query: &Query) -> Answer<AnyJson> {
        caller.needs(&format!("read:{}", self.subject))?;
        let paging = Paging::by_either(query, 0)?;

        let page = self
            .envelope
            .put_around(self.plural, &paging);
        Ok(Json::new(page))
    }
}

impl Envelope {
    fn put_around(self, plural: &str, paging: &Paging) -> Value {
        match (self, paging) {
            (Bare, _) | (Asked, Paging::Offset { .. }) => json!([]),
            (
                Counted,
                Paging::Offset { start, limit }
                | Paging::Totals { start, limit },
            ) => {
                let page = start
                    .checked_div(*limit)
                    .unwrap_or_default();
                json!({plural: [], "total": 0, "page": page, "per_page": limit})
            }
            (Asked, Paging::Totals { start, limit }) => {
                json!({plural: [], "total": 0, "start": start, "limit": limit})
            }
            (Named, _) | (Asked | Counted, Paging::Checkpoint { .. }) => {
                json!({plural: []})
            }
        }
    }
}

impl Absent {
    fn refuse(&self, caller: &Caller) -> Result<(), Failure> {
        caller.needs(self.scope)?;

        Err(Failure::not_found(self.message, self.code))
    }
}
