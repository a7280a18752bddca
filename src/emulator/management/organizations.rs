//! `/organizations`, and which grants each may use.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::Value;

use super::answer::{Answer, Created, Failure, created};
use super::body::Body;
use super::guard::Caller;
use super::json::Json;
use super::paging::Paging;
use super::path::Path;
use super::query::{CHECKPOINT, OFFSET, Query};
use crate::emulator::app::App;
use crate::emulator::tenant::{Listing, Object, Refusal, Tenant, shown_to_organizations, text};

/// How far offset paging reaches among organizations.
const REACH: usize = 1000;

const GRANT_FILTERS: &[&str] = &["audience", "client_id", "grant_ids"];

pub(crate) fn routes() -> Router<Arc<App>> {
    use axum::routing::delete as on_delete;
    Router::new()
        .route("/organizations", get(list).post(create))
        .route("/organizations/{id}", get(show).delete(delete))
        .route(
            "/organizations/{id}/client-grants",
            get(grants).post(associate),
        )
        .route(
            "/organizations/{id}/client-grants/{grant_id}",
            on_delete(dissociate),
        )
        .route(
            "/client-grants/{id}/organizations",
            get(organizations_of_grant),
        )
}

async fn list(State(app): State<Arc<App>>, caller: Caller, query: Query) -> Answer<Value> {
    caller.needs_any(&["read:organizations", "read:organizations_summary"])?;
    query.only(&[OFFSET, CHECKPOINT, &["sort"]])?;
    let paging = Paging::by_either(&query, 0)?;
    if paging.reaches_past(REACH) {
        let message = format!("Requesting page exceeds the allowed maximum of {REACH} records.");
        return Err(Failure::new(
            StatusCode::BAD_REQUEST,
            message,
            "invalid_paging",
        ));
    }
    Ok(Json(
        app.read(|tenant| page(&paging, &tenant.organizations())),
    ))
}

async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Object> {
    caller.needs_any(&["read:organizations"])?;
    Ok(Json(
        app.read(|tenant| tenant.organization(&id).cloned())
            .ok_or(Refusal::NoOrganization)?,
    ))
}

async fn create(State(app): State<Arc<App>>, caller: Caller, Body(body): Body) -> Created {
    caller.needs_any(&["create:organizations"])?;
    Ok(created(
        app.change(|tenant| tenant.create_organization(body))?,
    ))
}

async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    caller.needs_any(&["delete:organizations"])?;
    gone(&app, |tenant| tenant.delete_organization(&id))
}

async fn grants(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    query: Query,
) -> Answer<Value> {
    caller.needs_any(&["read:organization_client_grants"])?;
    query.only(&[OFFSET, CHECKPOINT, GRANT_FILTERS])?;
    let paging = Paging::by_either(&query, 1)?;
    let wanted = ["audience", "client_id"].map(|key| (key, query.get(key)));
    let ids: Vec<&str> = query
        .all("grant_ids")
        .flat_map(|ids| ids.split(','))
        .collect();
    let is_asked_for = |grant: &Object| {
        (ids.is_empty() || text(grant, "id").is_some_and(|id| ids.contains(&id)))
            && wanted
                .iter()
                .all(|(key, value)| value.is_none() || text(grant, key) == *value)
    };
    let found = app.read(|tenant| {
        let listing = tenant.grants_of_organization(&id)?.only(is_asked_for);
        let show = |grant: &Object| Value::Object(shown_to_organizations(grant));
        Ok::<_, Refusal>(paging.page("client_grants", &listing, show))
    });
    Ok(Json(found?))
}

async fn associate(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Body(body): Body,
) -> Created {
    caller.needs_any(&["create:organization_client_grants"])?;
    Ok(created(app.change(|tenant| tenant.associate(&id, &body))?))
}

async fn dissociate(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((id, grant)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    caller.needs_any(&["delete:organization_client_grants"])?;
    gone(&app, |tenant| tenant.dissociate(&id, &grant))
}

async fn organizations_of_grant(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    query: Query,
) -> Answer<Value> {
    caller.needs_any(&["read:organization_client_grants"])?;
    query.only(&[OFFSET, CHECKPOINT])?;
    let paging = Paging::by_either(&query, 1)?;
    let found =
        app.read(|tenant| Ok::<_, Refusal>(page(&paging, &tenant.organizations_of_grant(&id)?)));
    Ok(Json(found?))
}

fn page(paging: &Paging, listing: &Listing<'_>) -> Value {
    paging.page("organizations", listing, |object| {
        Value::Object(object.clone())
    })
}

/// The answer to a DELETE that cannot be refused.
fn gone(app: &App, act: impl FnOnce(&mut Tenant)) -> Result<StatusCode, Failure> {
    app.change(|tenant| {
        act(tenant);
        Ok(StatusCode::NO_CONTENT)
    })
}
