//! `/resource-servers`.

use axum::Router;
use axum::extract::State;
use axum::routing::get;

use super::answer::{
    Answer, Created, Deleted, Failure, Paged, created, deleted,
};
use super::body::Body;
use super::guard::Caller;
use super::json::Json;
use super::paging::Paging;
use super::path::{Path, below, unescape};
use super::query::{FIELDS, OFFSET, Query};
use super::{Routes, Served, Shared};
use crate::emulator::tenant::{Collection, ResourceServer};

const MOST_IDENTIFIERS: usize = 10;

impl Served for ResourceServer {
    fn routes() -> Routes {
        let one = below::<Self>("/{id}");

        Router::new()
            .route(Self::PATH, get(list).post(create))
            .route(&one, get(show).patch(update).delete(delete))
    }
}

async fn list(
    State(app): Shared,
    caller: Caller,
    query: Query,
) -> Paged<ResourceServer> {
    caller.needs("read:resource_servers")?;
    query.only(&[OFFSET, FIELDS, &["identifiers"]])?;
    // Of the lists that are served here this alone has no checkpoints at Auth0.
    let paging = Paging::by_offset(&query, 1)?;
    let fields = query.fields()?;
    let count = query.all("identifiers").count();
    if count > MOST_IDENTIFIERS {
        let reason =
            format!("Array is too long ({count}), maximum {MOST_IDENTIFIERS}");
        return Err(Failure::invalid_query(&reason, "identifiers"));
    }

    Ok(app.read(|tenant| {
        let listing = match count {
            0 => tenant.resource_servers(),
            _ => tenant.resource_servers_of(query.all("identifiers")),
        };
        paging.page(&listing, |object| fields.choose(object.clone()))
    }))
}

async fn show(
    State(app): Shared,
    caller: Caller,
    Path(id): Path<String>,
    query: Query,
) -> Answer<ResourceServer> {
    caller.needs("read:resource_servers")?;
    query.only(&[FIELDS])?;
    let fields = query.fields()?;

    let found = app.read(|tenant| {
        tenant
            .resource_server(&id)
            // Recorded: Terraform's provider and Auth0's own command line
            // escape it twice.
            .or_else(|| tenant.resource_server(&unescape(&id)))
            .cloned()
    });
    let object = found.ok_or(ResourceServer::MISSING)?;
    Ok(Json::new(fields.choose(object)))
}

async fn create(
    State(app): Shared,
    caller: Caller,
    Body(body, ..): Body<ResourceServer>,
) -> Created<ResourceServer> {
    caller.needs("create:resource_servers")?;

    let object = app.change(|tenant| tenant.create_resource_server(body))?;
    Ok(created(object))
}

async fn update(
    State(app): Shared,
    caller: Caller,
    Path(id): Path<String>,
    Body(body, ..): Body<ResourceServer>,
) -> Answer<ResourceServer> {
    caller.needs("update:resource_servers")?;

    let object =
        app.change(|tenant| tenant.update_resource_server(&id, body))?;
    Ok(Json::new(object))
}

async fn delete(
    State(app): Shared,
    caller: Caller,
    Path(id): Path<String>,
) -> Deleted {
    caller.needs("delete:resource_servers")?;

    deleted(app.change(|tenant| tenant.delete_resource_server(&id)))
}
