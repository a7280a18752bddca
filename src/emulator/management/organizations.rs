//! `/organizations`, and which grants each may use.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{delete, get};
use serde_json::Value;

use super::answer::{
    Answer, Created, Deleted, Failure, Paged, created, deleted,
};
use super::body::Body;
use super::guard::Caller;
use super::json::Json;
use super::paging::{Paging, whole};
use super::path::{Path, below};
use super::query::{CHECKPOINT, OFFSET, Query};
use super::{Routes, Served, Shared};
use crate::emulator::tenant::{
    ClientGrant, Collection, Object, Organization, OrganizationGrant,
    shown_to_organizations, text,
};

/// How far offset paging reaches among organizations.
const REACH: usize = 1000;

const GRANT_FILTERS: &[&str] = &["audience", "client_id", "grant_ids"];

impl Served for Organization {
    fn routes() -> Routes {
        let one = below::<Self>("/{id}");
        let grants = below::<Self>("/{id}/client-grants");
        let one_grant = below::<Self>("/{id}/client-grants/{grant_id}");
        let by_name = below::<Self>("/name/{name}");

        Router::new()
            .route(Self::PATH, get(list).post(create))
            .route(&one, get(show).patch(update).delete(remove))
            .route(&by_name, get(show_by_name))
            .route(&grants, get(list_grants).post(associate))
            .route(&one_grant, delete(dissociate))
    }
}

async fn list(
    State(app): Shared,
    caller: Caller,
    query: Query,
) -> Paged<Organization> {
    caller.needs_any(&[
        "read:organizations",
        "read:organizations_summary",
    ])?;
    query.only(&[OFFSET, CHECKPOINT, &["sort"]])?;
    let paging = Paging::by_either(&query, 0)?;
    // Documented of this list and of none of the others that are served here.
    if paging.reaches_past(REACH) {
        let message = format!(
            "Requesting page exceeds the allowed maximum of {REACH} records."
        );
        return Err(Failure::new(
            StatusCode::BAD_REQUEST,
            message,
            "invalid_paging",
        ));
    }

    Ok(app.read(|tenant| {
        let listing = tenant.organizations();
        paging.page(&listing, whole)
    }))
}

async fn show(
    State(app): Shared,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Organization> {
    caller.needs("read:organizations")?;

    let found = app.read(|tenant| tenant.organization(&id).cloned());
    let organization = found.ok_or(Organization::MISSING)?;
    Ok(Json::new(organization))
}

async fn show_by_name(
    State(app): Shared,
    caller: Caller,
    Path(name): Path<String>,
) -> Answer<Organization> {
    caller.needs("read:organizations")?;

    let found = app.read(|tenant| {
        tenant
            .organization_by_name(&name)
            .cloned()
    });
    let organization = found.ok_or(Organization::MISSING)?;
    Ok(Json::new(organization))
}

async fn create(
    State(app): Shared,
    caller: Caller,
    Body(body, ..): Body<Organization>,
) -> Created<Organization> {
    caller.needs("create:organizations")?;

    let organization = app.change(|tenant| tenant.create_organization(body))?;
    Ok(created(organization))
}

async fn update(
    State(app): Shared,
    caller: Caller,
    Path(id): Path<String>,
    Body(body, ..): Body<Organization>,
) -> Answer<Organization> {
    caller.needs("update:organizations")?;

    let organization =
        app.change(|tenant| tenant.update_organization(&id, body))?;
    Ok(Json::new(organization))
}

async fn remove(
    State(app): Shared,
    caller: Caller,
    Path(id): Path<String>,
) -> Deleted {
    caller.needs("delete:organizations")?;

    deleted(app.change(|tenant| {
        tenant.delete_organization(&id);
        Ok(())
    }))
}

async fn list_grants(
    State(app): Shared,
    caller: Caller,
    Path(id): Path<String>,
    query: Query,
) -> Paged<ClientGrant> {
    caller.needs("read:organization_client_grants")?;
    query.only(&[OFFSET, CHECKPOINT, GRANT_FILTERS])?;
    let paging = Paging::by_either(&query, 1)?;
    let filter = GrantFilter::new(&query);

    app.read(|tenant| {
        let grants = tenant.grants_of_organization(&id)?;
        let listing = grants.only(|grant| filter.admits(grant));
        Ok(paging.page(&listing, |grant| {
            Value::Object(shown_to_organizations(grant))
        }))
    })
}

async fn associate(
    State(app): Shared,
    caller: Caller,
    Path(id): Path<String>,
    Body(body, ..): Body<OrganizationGrant>,
) -> Created<OrganizationGrant> {
    caller.needs("create:organization_client_grants")?;

    let grant = app.change(|tenant| tenant.associate(&id, &body))?;
    Ok(created(grant))
}

async fn dissociate(
    State(app): Shared,
    caller: Caller,
    Path((id, grant_id)): Path<(String, String)>,
) -> Deleted {
    caller.needs("delete:organization_client_grants")?;

    deleted(app.change(|tenant| {
        tenant.dissociate(&id, &grant_id);
        Ok(())
    }))
}

/// Which of an organization's grants a list is asked for.
struct GrantFilter<'a> {
    audience: Option<&'a str>,
    client_id: Option<&'a str>,
    /// All of them where there is none.
    ids: Vec<&'a str>,
}

impl<'a> GrantFilter<'a> {
    fn new(query: &'a Query) -> Self {
        let ids = query
            .all("grant_ids")
            .flat_map(|ids| ids.split(','));

        Self {
            audience: query.get("audience"),
            client_id: query.get("client_id"),
            ids: ids.collect(),
        }
    }

    fn admits(&self, grant: &Object) -> bool {
        let id = text(grant, "id").unwrap_or_default();

        (self.ids.is_empty() || self.ids.contains(&id))
            && is_or_any(grant, "audience", self.audience)
            && is_or_any(grant, "client_id", self.client_id)
    }
}

fn is_or_any(grant: &Object, key: &str, wanted: Option<&str>) -> bool {
    wanted.is_none() || text(grant, key) == wanted
}
