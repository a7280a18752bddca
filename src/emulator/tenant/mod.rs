//! The tenant: raw JSON objects and the rules Auth0 keeps over them. No HTTP,
//! no async, no clock.
//!
//! ```text
//! collection   what a collection is; the list that registers each is below
//!   resource_servers, my_account
//!   clients, client_defaults, client_parts, client_view, api_clients
//!   credentials, credential, certificate, thumbprint
//!   client_grants
//!   organizations, associations
//! settings     what a tenant is set to beyond these; empty is what it has none of
//! fields       which fields a body may have, and the check of a body against them
//! store        the objects of a collection: ranked (by place), listing (a part, in order)
//! history      what was changed of late
//! seed         what a new tenant holds; id_generator makes its ids and secrets
//! snapshot     the tenant as it is kept in a file
//! ```

mod api_clients;
mod associations;
mod certificate;
mod client_defaults;
mod client_grants;
mod client_parts;
mod client_view;
mod clients;
mod collection;
mod credential;
mod credentials;
pub(crate) mod empty;
mod fields;
mod history;
mod id_generator;
mod listing;
mod moment;
mod my_account;
mod object;
mod organizations;
mod ranked;
mod refusal;
mod resource_servers;
mod seed;
mod settings;
mod snapshot;
mod store;
mod thumbprint;

use std::collections::BTreeMap;

use serde_json::Value;

pub(crate) use client_grants::{ClientGrant, GrantKey, SUBJECT_TYPES};
pub(crate) use client_view::ClientView;
pub(crate) use clients::{Client, first_signing_key};
pub(crate) use collection::{Collection, Schema, collection_paths};
pub(crate) use credential::Credential;
pub(crate) use credentials::{Authentication, says_credentials};
pub(crate) use fields::{
    Record, Violation, check_choice, check_length, check_range, coerce,
};
pub(crate) use history::Revision;
pub(crate) use listing::{Listed, Listing};
pub(crate) use moment::Moment;
pub(crate) use object::{Object, is_true, text, texts};
pub(crate) use organizations::{
    Organization, OrganizationGrant, shown_to_organizations,
};
pub(crate) use refusal::{ErrorCode, Refusal};
pub(crate) use resource_servers::ResourceServer;
pub use seed::{
    MANAGEMENT_CLIENT_ID, MANAGEMENT_CLIENT_SECRET, management_scopes,
};
pub(crate) use settings::{FACTORS, SETTINGS, Setting, WriteMode};
pub(crate) use snapshot::Snapshot;

use associations::Associations;
use history::History;
use id_generator::IdGenerator;
use object::{into_object, merge, merge_within};
use store::Store;

/// Hands every collection to another macro. One row here registers a collection
/// with its routes, its place in the state file, the scopes of the seeded
/// client and the paths that faults may name.
///
/// It is a macro, and no table, because the tenant knows no HTTP: the routes of
/// a collection are implemented for it in the Management API, and a table of
/// the tenant's could not hold them.
macro_rules! for_each_collection {
    ($then:ident) => {
        $then![
            $crate::emulator::tenant::ResourceServer,
            $crate::emulator::tenant::Client,
            $crate::emulator::tenant::ClientGrant,
            $crate::emulator::tenant::Organization,
        ]
    };
}
pub(crate) use for_each_collection;

/// The canonical domain, whatever host and port the emulator is reached by.
pub(crate) const DOMAIN: &str = "grantry-emulator.eu.auth0.com";

/// The tenant as an issuer under its canonical domain.
pub(crate) const CANONICAL_ISSUER: &str =
    "https://grantry-emulator.eu.auth0.com/";

/// The audience of the tenant's Management API, whatever host and port the
/// emulator listens on.
pub const MANAGEMENT_AUDIENCE: &str =
    "https://grantry-emulator.eu.auth0.com/api/v2/";

/// A tenant. Deliberately not `Debug`: it holds secrets.
#[derive(Clone)]
pub(crate) struct Tenant {
    id_generator: IdGenerator,
    /// The objects of each collection, by its name.
    stores: BTreeMap<&'static str, Store>,
    /// The id of each resource server, by its identifier.
    identifiers: BTreeMap<String, String>,
    /// The id of each client grant, by what no two of them share.
    granted: BTreeMap<GrantKey, String>,
    /// The credentials of each client, in the order of their creation.
    credentials: BTreeMap<String, Vec<Credential>>,
    associations: Associations,
    /// What was changed of the settings, by their addresses.
    settings: BTreeMap<String, Value>,
    history: History,
    /// What time it is for what is being changed; none while it is
    /// made or read from a file.
    now: Option<Moment>,
}

impl Tenant {
    /// Tells what time it is for the next change.
    pub(crate) fn set_time(&mut self, now: Moment) {
        self.now = Some(now);
    }

    fn empty(id_generator: IdGenerator) -> Self {
        Self {
            id_generator,
            stores: BTreeMap::new(),
            identifiers: BTreeMap::new(),
            granted: BTreeMap::new(),
            credentials: BTreeMap::new(),
            associations: Associations::default(),
            settings: BTreeMap::new(),
            history: History::default(),
            now: None,
        }
    }
}

#[cfg(test)]
mod tests;
