//! `/clients/{id}/credentials`.

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
use super::path::Path;
use crate::emulator::app::App;
use crate::emulator::clock::moment;
use crate::emulator::tenant::{Object, Tenant};

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/clients/{id}/credentials", get(list).post(create))
        .route(
            "/clients/{id}/credentials/{credential}",
            get(show).patch(update).delete(delete),
        )
}

/// Always a bare array, whatever the query asks for.
async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Value> {
    caller.needs_any(&["read:client_credentials"])?;
    app.read(|tenant| {
        let credentials = tenant.credentials(&id)?;
        Ok(Json(
            credentials
                .map(|credential| Value::Object(credential.shown().clone()))
                .collect(),
        ))
    })
}

async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((id, credential)): Path<(String, String)>,
) -> Answer<Object> {
    caller.needs_any(&["read:client_credentials"])?;
    app.read(|tenant| Ok(Json(tenant.credential(&id, &credential)?.shown().clone())))
}

async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Body(body): Body,
) -> Created {
    caller.needs_any(&["create:client_credentials"])?;
    Ok(created(app.change(|tenant| {
        tenant.create_credential(&id, &body, moment())
    })?))
}

/// Answers 200, where Auth0's documentation says 201.
async fn update(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((id, credential)): Path<(String, String)>,
    Body(body): Body,
) -> Answer<Object> {
    caller.needs_any(&["update:client_credentials"])?;
    let update = |tenant: &mut Tenant| tenant.update_credential(&id, &credential, &body, moment());
    Ok(Json(app.change(update)?))
}

async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((id, credential)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    caller.needs_any(&["delete:client_credentials"])?;
    deleted(app.change(|tenant| tenant.delete_credential(&id, &credential)))
}
