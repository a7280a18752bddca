//! Which clients a list is asked for.

use std::collections::BTreeSet;

use super::answer::Failure;
use super::query::{CHECKPOINT, Query};
use crate::emulator::tenant::{Listing, Object, Tenant, is_true, text};

pub(crate) const FILTERS: &[&str] = &[
    "is_global",
    "is_first_party",
    "app_type",
    "external_client_id",
];

/// The search, which goes with checkpoints and with no filter.
pub(crate) const SEARCH: &[&str] = &["q"];

pub(crate) struct Filter<'a> {
    global: Option<bool>,
    first_party: Option<bool>,
    app_types: Option<Vec<&'a str>>,
    external_client_id: Option<&'a str>,
    search: Option<Search<'a>>,
}

/// All that can be searched for.
enum Search<'a> {
    OfOrganization(&'a str),
    OfAnyOrganization,
}

impl<'a> Filter<'a> {
    pub(crate) fn new(query: &'a Query) -> Result<Self, Failure> {
        let global = query.boolean("is_global")?;
        let first_party = query.boolean("is_first_party")?;
        let app_types = query.get("app_type");
        let app_types = app_types.map(|types| {
            types
                .split(',')
                .map(str::trim)
                .collect()
        });
        let external_client_id = query.bounded("external_client_id", 1, 120)?;
        let search = match query.get("q") {
            Some(text) => Some(Search::parse(text, query)?),
            None => None,
        };

        Ok(Self {
            global,
            first_party,
            app_types,
            external_client_id,
            search,
        })
    }

    /// The clients that are meant.
    pub(crate) fn listing<'t>(&'t self, tenant: &'t Tenant) -> Listing<'t> {
        // A search goes with no filter, so nothing else that was asked for is
        // passed over.
        let listing = match (&self.search, self.global) {
            (Some(search), _) => tenant.clients_of(search.find_ids(tenant)),
            (None, Some(global)) => tenant.clients_by_global(global),
            (None, None) => tenant.clients(),
        };

        if self.is_answered() {
            return listing;
        }
        listing.only(|client| self.admits(client))
    }

    /// Whether the clients need not be looked at one by one.
    fn is_answered(&self) -> bool {
        // `is_global` is not among them: the listing was narrowed by its index.
        self.first_party.is_none()
            && self.app_types.is_none()
            && self.external_client_id.is_none()
    }

    fn admits(&self, client: &Object) -> bool {
        let is_first_party = is_true(client, "is_first_party");
        let app_type = text(client, "app_type");
        let external_id = text(client, "external_client_id");

        let is_of_type = |types: &Vec<&str>| {
            app_type.is_some_and(|app_type| types.contains(&app_type))
        };
        self.first_party
            .is_none_or(|wanted| is_first_party == wanted)
            && self
                .app_types
                .as_ref()
                .is_none_or(is_of_type)
            && self
                .external_client_id
                .is_none_or(|wanted| external_id == Some(wanted))
    }
}

impl<'a> Search<'a> {
    fn find_ids<'t>(&self, tenant: &'t Tenant) -> BTreeSet<&'t str> {
        match self {
            Self::OfOrganization(id) => tenant.clients_of_organization(id),
            Self::OfAnyOrganization => tenant.clients_of_any_organization(),
        }
    }

    fn parse(text: &'a str, query: &Query) -> Result<Self, Failure> {
        if has_any(query, FILTERS) {
            return refuse_search(
                "A search cannot be combined with other filters",
            );
        }
        if !has_any(query, CHECKPOINT) {
            return refuse_search("A search needs checkpoint pagination");
        }

        match text.split_once(':') {
            Some(("client_grant.organization_id", id)) if !id.is_empty() => {
                Ok(Self::OfOrganization(id))
            }
            Some(("client_grant.allow_any_organization", "true")) => {
                Ok(Self::OfAnyOrganization)
            }
            _ => refuse_search(
                "Only the organizations of client grants can be searched for",
            ),
        }
    }
}

fn has_any(query: &Query, parameters: &[&str]) -> bool {
    parameters
        .iter()
        .any(|name| query.get(name).is_some())
}

fn refuse_search<T>(reason: &str) -> Result<T, Failure> {
    Err(Failure::invalid_query(reason, "q"))
}
