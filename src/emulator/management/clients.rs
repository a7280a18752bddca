//! `/clients`.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde_json::Value;

use super::answer::{Answer, Created, Failure, created, deleted};
use super::body::Body;
use super::client_filter::{FILTERS, Filter, SEARCH};
use super::guard::Caller;
use super::json::Json;
use super::paging::Paging;
use super::path::Path;
use super::query::{CHECKPOINT, FIELDS, Fields, OFFSET, Query};
use crate::emulator::app::App;
use crate::emulator::clock::moment;
use crate::emulator::tenant::{ClientView, Object, Refusal};

const READ: [&str; 4] = [
    "read:clients",
    "read:client_keys",
    "read:client_credentials",
    "read:client_summary",
];

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/clients", get(list).post(create))
        .route("/clients/{id}", get(show).patch(update).delete(delete))
        .route("/clients/{id}/rotate-secret", post(rotate_secret))
}

async fn list(State(app): State<Arc<App>>, caller: Caller, query: Query) -> Answer<Value> {
    let reading = Reading::new(&caller, &query)?;
    query.only(&[OFFSET, CHECKPOINT, FIELDS, FILTERS, SEARCH])?;
    let paging = Paging::by_either(&query, 0)?;
    let filter = Filter::new(&query)?;
    Ok(Json(app.read(|tenant| {
        paging.page("clients", &filter.listing(tenant), |client| {
            reading.show(client)
        })
    })))
}

async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    query: Query,
) -> Answer<Value> {
    let reading = Reading::new(&caller, &query)?;
    query.only(&[FIELDS])?;
    let shown = app.read(|tenant| tenant.client(&id).map(|client| reading.show(client)));
    Ok(Json(shown.ok_or(Refusal::NoClient)?))
}

async fn create(State(app): State<Arc<App>>, caller: Caller, Body(body): Body) -> Created {
    caller.needs_any(&["create:clients"])?;
    if body.contains_key("client_authentication_methods") {
        caller.needs_any(&["create:client_credentials"])?;
    }
    Ok(created(app.change(|tenant| {
        tenant.create_client_with_credentials(body, moment())
    })?))
}

async fn update(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Body(body): Body,
) -> Answer<Object> {
    caller.needs_any(&[
        "update:clients",
        "update:client_keys",
        "update:client_credentials",
        "update:client_token_vault_privileged_access",
    ])?;
    if body.contains_key("client_secret") {
        caller.needs_any(&["update:client_keys"])?;
    }
    if body.contains_key("client_authentication_methods") {
        caller.needs_any(&["update:client_credentials"])?;
    }
    let client = app.change(|tenant| tenant.update_client(&id, body))?;
    Ok(Json(ClientView::of_a_write(&caller.scopes).show(&client)))
}

async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    caller.needs_any(&["delete:clients"])?;
    deleted(app.change(|tenant| tenant.delete_client(&id)))
}

async fn rotate_secret(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Object> {
    caller.needs_any(&["update:client_keys"])?;
    let client = app.change(|tenant| tenant.rotate_client_secret(&id))?;
    Ok(Json(ClientView::of_a_write(&caller.scopes).show(&client)))
}

/// What a caller reads of a client: what its scopes open and its query asks for.
struct Reading {
    view: ClientView,
    fields: Fields,
}

impl Reading {
    fn new(caller: &Caller, query: &Query) -> Result<Self, Failure> {
        caller.needs_any(&READ)?;
        let (view, fields) = (ClientView::of(&caller.scopes), query.fields()?);
        if let Some(expected) = fields.named().find_map(|field| view.lacks(field)) {
            return Err(Failure::insufficient_scope(expected));
        }
        Ok(Self { view, fields })
    }

    fn show(&self, client: &Object) -> Value {
        let mut shown = self.view.show(client);
        // Writes answer the certificate's subject; reads this word in its place.
        if let Some(key) = shown
            .get_mut("signing_keys")
            .and_then(|keys| keys.get_mut(0))
        {
            key["subject"] = "deprecated".into();
        }
        self.fields.choose(shown)
    }
}
