//! `/client-grants`.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::Value;

use super::answer::{Answer, Created, Failure, created, deleted};
use super::body::Body;
use super::guard::Caller;
use super::json::Json;
use super::paging::Paging;
use super::query::Query;
use crate::emulator::app::App;
use crate::emulator::tenant::{Object, Refusal, is_true, text};

/// The filters that ask for a field to equal a value.
const EQUALITIES: [&str; 4] = ["audience", "client_id", "subject_type", "default_for"];

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/client-grants", get(list).post(create))
        .route("/client-grants/{id}", get(show).patch(update).delete(delete))
}

async fn list(State(app): State<Arc<App>>, caller: Caller, query: Query) -> Answer<Value> {
    caller.needs_any(&["read:client_grants"])?;
    let paging = Paging::by_either(&query, 1)?;
    let any_organization = query.boolean("allow_any_organization")?;
    let wanted: Vec<(&str, &str)> =
        EQUALITIES.iter().filter_map(|name| Some((*name, query.get(name)?))).collect();
    Ok(Json(app.read(|tenant| {
        let listed = tenant.grants().filter(|listed| {
            wanted.iter().all(|(key, value)| text(listed.object, key) == Some(*value))
                && any_organization
                    .is_none_or(|any| is_true(listed.object, "allow_any_organization") == any)
        });
        paging.page("client_grants", listed, |grant| Value::Object(grant.clone()))
    })))
}

async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Object> {
    caller.needs_any(&["read:client_grants"])?;
    Ok(Json(app.read(|tenant| tenant.grant(&id).cloned()).ok_or(Refusal::NoGrant)?))
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
