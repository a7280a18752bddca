//! `/client-grants`.

use axum::Router;
use axum::extract::State;
use axum::routing::get;

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
    ClientGrant, Collection, Listing, Object, Organization, SUBJECT_TYPES,
    Tenant, is_true, text,
};

const FILTERS: &[&str] = &[
    "audience",
    "client_id",
    "subject_type",
    "default_for",
    "allow_any_organization",
];

impl Served for ClientGrant {
    fn routes() -> Routes {
        let one = below::<Self>("/{id}");
        let organizations = below::<Self>("/{id}/organizations");

        Router::new()
            .route(Self::PATH, get(list).post(create))
            .route(&one, get(show).patch(update).delete(delete))
            .route(&organizations, get(list_organizations))
    }
}

async fn list(
    State(app): Shared,
    caller: Caller,
    query: Query,
) -> Paged<ClientGrant> {
    caller.needs("read:client_grants")?;
    query.only(&[OFFSET, CHECKPOINT, FILTERS])?;
    let paging = Paging::by_either(&query, 1)?;
    let filter = Filter::new(&query)?;

    Ok(app.read(|tenant| {
        let listing = filter.listing(tenant);
        paging.page(&listing, whole)
    }))
}

async fn show(
    State(app): Shared,
    caller: Caller,
    Path(id): Path<String>,
    query: Query,
) -> Answer<ClientGrant> {
    caller.needs("read:client_grants")?;
    query.only(&[])?;

    let found = app.read(|tenant| tenant.grant(&id).cloned());
    let grant = found.ok_or(ClientGrant::MISSING)?;
    Ok(Json::new(grant))
}

async fn create(
    State(app): Shared,
    caller: Caller,
    Body(body, ..): Body<ClientGrant>,
) -> Created<ClientGrant> {
    caller.needs("create:client_grants")?;

    let grant = app.change(|tenant| tenant.create_grant(body))?;
    Ok(created(grant))
}

async fn update(
    State(app): Shared,
    caller: Caller,
    Path(id): Path<String>,
    Body(body, ..): Body<ClientGrant>,
) -> Answer<ClientGrant> {
    caller.needs("update:client_grants")?;

    let grant = app.change(|tenant| tenant.update_grant(&id, body))?;
    Ok(Json::new(grant))
}

async fn delete(
    State(app): Shared,
    caller: Caller,
    Path(id): Path<String>,
) -> Deleted {
    caller.needs("delete:client_grants")?;

    deleted(app.change(|tenant| tenant.delete_grant(&id)))
}

/// Which organizations may use a grant.
async fn list_organizations(
    State(app): Shared,
    caller: Caller,
    Path(id): Path<String>,
    query: Query,
) -> Paged<Organization> {
    caller.needs("read:organization_client_grants")?;
    query.only(&[OFFSET, CHECKPOINT])?;
    let paging = Paging::by_either(&query, 1)?;

    app.read(|tenant| {
        let listing = tenant.organizations_of_grant(&id)?;
        Ok(paging.page(&listing, whole))
    })
}

struct Filter<'a> {
    equalities: Vec<(&'static str, &'a str)>,
    any_organization: bool,
}

impl<'a> Filter<'a> {
    fn new(query: &'a Query) -> Result<Self, Failure> {
        let client_id = query.get("client_id");
        let audience = query.get("audience");
        let subject_type = query.choice("subject_type", &SUBJECT_TYPES)?;
        let default_for =
            query.choice("default_for", &["third_party_clients"])?;
        if client_id.is_some() && default_for.is_some() {
            let reason = "client_id and default_for exclude each other";
            return Err(Failure::invalid_query(reason, "default_for"));
        }
        let any_organization =
            query.choice("allow_any_organization", &["true"])?;

        let wanted = [
            ("client_id", client_id),
            ("audience", audience),
            ("subject_type", subject_type),
            ("default_for", default_for),
        ];
        let equalities = wanted
            .into_iter()
            .filter_map(|(key, text)| Some((key, text?)));
        Ok(Self {
            equalities: equalities.collect(),
            any_organization: any_organization.is_some(),
        })
    }

    /// The grants that are meant. The first equality narrows them down by an
    /// index, and is the one that tells most.
    fn listing<'t>(&'t self, tenant: &'t Tenant) -> Listing<'t> {
        let (listing, others) = match self.equalities.as_slice() {
            [
                (field @ ("client_id" | "audience"), value),
                others @ ..,
            ] => (tenant.grants_with(field, value), others),
            others => (tenant.grants(), others),
        };

        // What the index answers whole is counted and paged
        // without looking at each.
        if others.is_empty() && !self.any_organization {
            return listing;
        }
        listing.only(|grant| self.admits(grant))
    }

    fn admits(&self, grant: &Object) -> bool {
        let mut equalities = self.equalities.iter();
        let is_equal =
            equalities.all(|(key, wanted)| text(grant, key) == Some(*wanted));
        let is_for_any = is_true(grant, "allow_any_organization");

        is_equal && (!self.any_organization || is_for_any)
    }
}
