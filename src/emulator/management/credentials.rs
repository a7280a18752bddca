//! `/clients/{id}/credentials`.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::Value;

use super::answer::{Answer, Created, Deleted, created, deleted};
use super::body::Body;
use super::guard::Caller;
use super::json::Json;
use super::path::{Path, below};
use super::{Routes, Shared};
use crate::emulator::tenant::{Client, Credential};

pub(crate) fn routes() -> Routes {
    let all = below::<Client>("/{id}/credentials");
    let one = below::<Client>("/{id}/credentials/{credential}");

    Router::new()
        .route(&all, get(list).post(create))
        .route(&one, get(show).patch(update).delete(delete))
}

/// Always a bare array, whatever the query asks for.
async fn list(
    State(app): Shared,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Credential> {
    caller.needs("read:client_credentials")?;

    app.read(|tenant| {
        let shown: Value = tenant
            .credentials(&id)?
            .map(|credential| Value::Object(credential.shown().clone()))
            .collect();
        Ok(Json::new(shown))
    })
}

async fn show(
    State(app): Shared,
    caller: Caller,
    Path((id, credential)): Path<(String, String)>,
) -> Answer<Credential> {
    caller.needs("read:client_credentials")?;

    app.read(|tenant| {
        let found = tenant.credential(&id, &credential)?;
        Ok(Json::new(found.shown().clone()))
    })
}

async fn create(
    State(app): Shared,
    caller: Caller,
    Path(id): Path<String>,
    Body(body, ..): Body<Credential>,
) -> Created<Credential> {
    caller.needs("create:client_credentials")?;

    let now = app.clock.moment();
    let shown =
        app.change(|tenant| tenant.create_credential(&id, &body, now))?;
    Ok(created(shown))
}

/// Answers 200, where Auth0's documentation says 201.
async fn update(
    State(app): Shared,
    caller: Caller,
    Path((id, credential)): Path<(String, String)>,
    Body(body, ..): Body<Credential>,
) -> Answer<Credential> {
    caller.needs("update:client_credentials")?;

    let now = app.clock.moment();
    let shown = app.change(|tenant| {
        tenant.update_credential(&id, &credential, &body, now)
    })?;
    Ok(Json::new(shown))
}

async fn delete(
    State(app): Shared,
    caller: Caller,
    Path((id, credential)): Path<(String, String)>,
) -> Deleted {
    caller.needs("delete:client_credentials")?;

    deleted(app.change(|tenant| tenant.delete_credential(&id, &credential)))
}
