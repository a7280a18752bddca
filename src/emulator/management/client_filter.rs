//! Which clients a list is asked for.

use std::collections::BTreeSet;

use super::answer::Failure;
use super::query::{CHECKPOINT, Query};
use crate::emulator::tenant::{Object, Tenant, is_true, text};

pub(crate) const FILTERS: &[&str] =
    &["is_global", "is_first_party", "app_type", "external_client_id"];

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
        Ok(Self {
            global: query.boolean("is_global")?,
            first_party: query.boolean("is_first_party")?,
            app_types: query.get("app_type").map(|types| types.split(',').map(str::trim).collect()),
            external_client_id: query.bounded("external_client_id", 1, 120)?,
            search: query.get("q").map(|text| Search::new(text, query)).transpose()?,
        })
    }

    pub(crate) fn admits(&self, client: &Object) -> bool {
        let is =
            |key, wanted: Option<bool>| wanted.is_none_or(|wanted| is_true(client, key) == wanted);
        let is_one_of =
            |types: &Vec<&str>| text(client, "app_type").is_some_and(|own| types.contains(&own));
        is("global", self.global)
            && is("is_first_party", self.first_party)
            && self.app_types.as_ref().is_none_or(is_one_of)
            && self
                .external_client_id
                .is_none_or(|wanted| text(client, "external_client_id") == Some(wanted))
    }

    /// The ids of the clients searched for, if a search was asked for.
    pub(crate) fn searched<'t>(&self, tenant: &'t Tenant) -> Option<BTreeSet<&'t str>> {
        self.search.as_ref().map(|search| match search {
            Search::OfOrganization(id) => tenant.clients_of_organization(id),
            Search::OfAnyOrganization => tenant.clients_of_any_organization(),
        })
    }
}

/// Whether the client is among those searched for, or none were.
pub(crate) fn is_found(searched: Option<&BTreeSet<&str>>, client: &Object) -> bool {
    searched.is_none_or(|ids| text(client, "client_id").is_some_and(|id| ids.contains(id)))
}

impl<'a> Search<'a> {
    fn new(text: &'a str, query: &Query) -> Result<Self, Failure> {
        let refused = |reason: &str| Err(Failure::invalid_query(reason, "q"));
        if FILTERS.iter().any(|filter| query.get(filter).is_some()) {
            return refused("A search cannot be combined with other filters");
        }
        if CHECKPOINT.iter().all(|parameter| query.get(parameter).is_none()) {
            return refused("A search needs checkpoint pagination");
        }
        match text.split_once(':') {
            Some(("client_grant.organization_id", id)) if !id.is_empty() => {
                Ok(Self::OfOrganization(id))
            }
            Some(("client_grant.allow_any_organization", "true")) => Ok(Self::OfAnyOrganization),
            _ => refused("Only the organizations of client grants can be searched for"),
        }
    }
}
