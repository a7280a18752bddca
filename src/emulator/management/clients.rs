//! `/clients`.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use serde_json::Value;

use super::answer::{
    Answer, Created, Deleted, Failure, Paged, created, deleted,
};
use super::body::Body;
use super::client_filter::{FILTERS, Filter, SEARCH};
use super::guard::Caller;
use super::json::Json;
use super::paging::Paging;
use super::path::{Path, below};
use super::query::{CHECKPOINT, FIELDS, Fields, OFFSET, Query};
use super::{Routes, Served, Shared, credentials};
use crate::emulator::tenant::{
    Client, ClientView, Collection, Object, first_signing_key, says_credentials,
};

/// Each of these lets clients be read; which of their fields is another matter.
const READ_SCOPES: [&str; 4] = [
    "read:clients",
    "read:client_keys",
    "read:client_credentials",
    "read:client_summary",
];

impl Served for Client {
    fn routes() -> Routes {
        let one = below::<Self>("/{id}");
        let rotation = below::<Self>("/{id}/rotate-secret");

        Router::new()
            .route(Self::PATH, get(list).post(create))
            .route(&one, get(show).patch(update).delete(delete))
            .route(&rotation, post(rotate_secret))
            .merge(credentials::routes())
    }
}

async fn list(
    State(app): Shared,
    caller: Caller,
    query: Query,
) -> Paged<Client> {
    let reading = Reading::new(&caller, &query)?;
    query.only(&[OFFSET, CHECKPOINT, FIELDS, FILTERS, SEARCH])?;
    let paging = Paging::by_either(&query, 0)?;
    let filter = Filter::new(&query)?;

    Ok(app.read(|tenant| {
        let listing = filter.listing(tenant);
        paging.page(&listing, |client| reading.show(client))
    }))
}

async fn show(
    State(app): Shared,
    caller: Caller,
    Path(id): Path<String>,
    query: Query,
) -> Answer<Client> {
    let reading = Reading::new(&caller, &query)?;
    query.only(&[FIELDS])?;

    app.read(|tenant| {
        let client = tenant
            .client(&id)
            .ok_or(Client::MISSING)?;
        Ok(Json::new(reading.show(client)))
    })
}

async fn create(
    State(app): Shared,
    caller: Caller,
    Body(body, ..): Body<Client>,
) -> Created<Client> {
    caller.needs("create:clients")?;
    // Beside the scope for clients, not instead of it: whoever may create
    // clients may not thereby say which keys are believed.
    if says_credentials(&body) {
        caller.needs("create:client_credentials")?;
    }

    let now = app.clock.moment();
    let client =
        app.change(|tenant| tenant.create_client_with_credentials(body, now))?;
    Ok(created(client))
}

async fn update(
    State(app): Shared,
    caller: Caller,
    Path(id): Path<String>,
    Body(body, ..): Body<Client>,
) -> Answer<Client> {
    // Each of these opens the address; fields that hold a proof ask for a scope
    // of their own below.
    caller.needs_any(&[
        "update:clients",
        "update:client_keys",
        "update:client_credentials",
        "update:client_token_vault_privileged_access",
    ])?;
    if body.contains_key("client_secret") {
        caller.needs("update:client_keys")?;
    }
    if says_credentials(&body) {
        caller.needs("update:client_credentials")?;
    }

    let client = app.change(|tenant| tenant.update_client(&id, body))?;
    let view = ClientView::of_a_write(&caller.scopes);
    Ok(Json::new(view.show(&client)))
}

async fn delete(
    State(app): Shared,
    caller: Caller,
    Path(id): Path<String>,
) -> Deleted {
    caller.needs("delete:clients")?;

    deleted(app.change(|tenant| tenant.delete_client(&id)))
}

async fn rotate_secret(
    State(app): Shared,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Client> {
    caller.needs("update:client_keys")?;

    let client = app.change(|tenant| tenant.rotate_client_secret(&id))?;
    let view = ClientView::of_a_write(&caller.scopes);
    Ok(Json::new(view.show(&client)))
}

/// What a caller reads of a client: what its scopes
/// open and its query asks for.
struct Reading {
    view: ClientView,
    fields: Fields,
}

impl Reading {
    fn new(caller: &Caller, query: &Query) -> Result<Self, Failure> {
        caller.needs_any(&READ_SCOPES)?;
        let view = ClientView::of(&caller.scopes);
        let fields = query.fields()?;

        // A field that is asked for by name is refused; one
        // that is not is left out.
        let lacking = fields
            .named()
            .find_map(|field| view.lacks(field));
        if let Some(expected) = lacking {
            return Err(Failure::insufficient_scope(expected));
        }

        Ok(Self { view, fields })
    }

    fn show(&self, client: &Object) -> Value {
        let mut shown = self.view.show(client);
        // Writes answer the certificate's subject; reads
        // this word in its place.
        if let Some(key) = first_signing_key(&mut shown) {
            key["subject"] = "deprecated".into();
        }

        self.fields.choose(shown)
    }
}
