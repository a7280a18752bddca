//! `/client-grants`.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::Value;

use super::answer::{Answer, Created, Failure, created, deleted};
use super::body::Body;
use super::guard::Caller;
use super::json::Json;
use super::paging::Paging;
use super::path::Path;
use super::query::{CHECKPOINT, OFFSET, Query};
use crate::emulator::app::App;
use crate::emulator::tenant::{Listing, Object, Refusal, Tenant, is_true, text};

const FILTERS: &[&str] = &[
    "audience",
    "client_id",
    "subject_type",
    "default_for",
    "allow_any_organization",
];

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/client-grants", get(list).post(create))
        .route(
            "/client-grants/{id}",
            get(show).patch(update).delete(delete),
        )
}

async fn list(State(app): State<Arc<App>>, caller: Caller, query: Query) -> Answer<Value> {
    caller.needs_any(&["read:client_grants"])?;
    query.only(&[OFFSET, CHECKPOINT, FILTERS])?;
    let paging = Paging::by_either(&query, 1)?;
    let filter = Filter::new(&query)?;
    Ok(Json(app.read(|tenant| {
        let listing = filter.listing(tenant);
        paging.page("client_grants", &listing, |grant| {
            Value::Object(grant.clone())
        })
    })))
}

async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    query: Query,
) -> Answer<Object> {
    caller.needs_any(&["read:client_grants"])?;
    query.only(&[])?;
    Ok(Json(
        app.read(|tenant| tenant.grant(&id).cloned())
            .ok_or(Refusal::NoGrant)?,
    ))
}

async fn create(State(app): State<Arc<App>>, caller: Caller, Body(body): Body) -> Created {
    caller.needs_any(&["create:client_grants"])?;
    Ok(created(app.change(|tenant| tenant.create_grant(body))?))
}

async fn update(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Body(body): Body,
) -> Answer<Object> {
    caller.needs_any(&["update:client_grants"])?;
    Ok(Json(app.change(|tenant| tenant.update_grant(&id, body))?))
}

async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    caller.needs_any(&["delete:client_grants"])?;
    deleted(app.change(|tenant| tenant.delete_grant(&id)))
}

struct Filter<'a> {
    equalities: Vec<(&'static str, &'a str)>,
    any_organization: bool,
}

impl<'a> Filter<'a> {
    fn new(query: &'a Query) -> Result<Self, Failure> {
        let wanted = [
            ("client_id", query.get("client_id")),
            ("audience", query.get("audience")),
            (
                "subject_type",
                query.choice("subject_type", &["client", "user"])?,
            ),
            (
                "default_for",
                query.choice("default_for", &["third_party_clients"])?,
            ),
        ];
        if query.get("client_id").is_some() && query.get("default_for").is_some() {
            let reason = "client_id and default_for exclude each other";
            return Err(Failure::invalid_query(reason, "default_for"));
        }
        Ok(Self {
            equalities: wanted
                .into_iter()
                .filter_map(|(key, text)| Some((key, text?)))
                .collect(),
            any_organization: query.choice("allow_any_organization", &["true"])?.is_some(),
        })
    }

    /// The grants that are meant. The first equality narrows them down by an index, and is the one
    /// that tells most.
    fn listing<'t>(&'t self, tenant: &'t Tenant) -> Listing<'t> {
        let (listing, others) = match self.equalities.as_slice() {
            [(field @ ("client_id" | "audience"), value), others @ ..] => {
                (tenant.grants_with(field, value), others)
            }
            others => (tenant.grants(), others),
        };
        if others.is_empty() && !self.any_organization {
            return listing;
        }
        listing.only(|grant| self.admits(grant))
    }

    fn admits(&self, grant: &Object) -> bool {
        self.equalities
            .iter()
            .all(|(key, wanted)| text(grant, key) == Some(*wanted))
            && (!self.any_organization || is_true(grant, "allow_any_organization"))
    }
}
