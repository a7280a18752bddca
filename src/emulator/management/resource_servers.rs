//! `/resource-servers`.

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
use super::query::{FIELDS, OFFSET, Query};
use crate::emulator::app::App;
use crate::emulator::tenant::{Object, Refusal};

const MOST_IDENTIFIERS: usize = 10;

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/resource-servers", get(list).post(create))
        .route(
            "/resource-servers/{id}",
            get(show).patch(update).delete(delete),
        )
}

async fn list(State(app): State<Arc<App>>, caller: Caller, query: Query) -> Answer<Value> {
    caller.needs_any(&["read:resource_servers"])?;
    query.only(&[OFFSET, FIELDS, &["identifiers"]])?;
    let (paging, fields) = (Paging::by_offset(&query, 1)?, query.fields()?);
    let asked = query.all("identifiers").count();
    if asked > MOST_IDENTIFIERS {
        let reason = format!("Array is too long ({asked}), maximum {MOST_IDENTIFIERS}");
        return Err(Failure::invalid_query(&reason, "identifiers"));
    }
    Ok(Json(app.read(|tenant| {
        let listing = match asked {
            0 => tenant.resource_servers(),
            _ => tenant.resource_servers_of(query.all("identifiers")),
        };
        paging.page("resource_servers", &listing, |object| {
            fields.choose(object.clone())
        })
    })))
}

async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    query: Query,
) -> Answer<Value> {
    caller.needs_any(&["read:resource_servers"])?;
    query.only(&[FIELDS])?;
    let fields = query.fields()?;
    let object = app.read(|tenant| tenant.resource_server(&id).cloned());
    Ok(Json(
        fields.choose(object.ok_or(Refusal::NoResourceServer)?),
    ))
}

async fn create(State(app): State<Arc<App>>, caller: Caller, Body(body): Body) -> Created {
    caller.needs_any(&["create:resource_servers"])?;
    Ok(created(
        app.change(|tenant| tenant.create_resource_server(body))?,
    ))
}

async fn update(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Body(body): Body,
) -> Answer<Object> {
    caller.needs_any(&["update:resource_servers"])?;
    Ok(Json(app.change(|tenant| {
        tenant.update_resource_server(&id, body)
    })?))
}

async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    caller.needs_any(&["delete:resource_servers"])?;
    deleted(app.change(|tenant| tenant.delete_resource_server(&id)))
}
