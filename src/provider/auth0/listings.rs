//! The three listings of one reading, and whether they agree with each other.
//!
//! A listing can be wrong and look right: a proxy that cuts it short, a page that moved, a tenant that
//! is asked in the wrong way. What every tenant has, and what its objects say of each other, shows it.

use std::collections::BTreeSet;

use futures_util::future::try_join3;
use url::Url;

use super::decode::{is, text};
use super::fields::Object;
use super::http::Getter;
use super::listing::{self, Listed};
use super::refusal::printable;
use super::site::API_PATH;
use crate::model::{Identifier, Kind};
use crate::provider::{Gap, ProviderError};

/// Every object that a reading has brought.
pub(super) struct Listings {
    pub(super) resource_servers: Vec<Listed>,
    pub(super) clients: Vec<Listed>,
    pub(super) grants: Vec<Listed>,
}

impl Listings {
    pub(super) async fn read(getter: &Getter) -> Result<Self, ProviderError> {
        let (resource_servers, clients, grants) = try_join3(
            listing::read(getter, Kind::ResourceServer),
            listing::read(getter, Kind::Client),
            listing::read(getter, Kind::Grant),
        )
        .await?;

        Ok(Self { resource_servers, clients, grants })
    }

    /// Every object, with its kind.
    pub(super) fn into_objects(self) -> impl Iterator<Item = (Kind, Listed)> {
        let resource_servers = self.resource_servers.into_iter();
        let clients = self.clients.into_iter();
        let grants = self.grants.into_iter();

        resource_servers
            .map(|listed| (Kind::ResourceServer, listed))
            .chain(clients.map(|listed| (Kind::Client, listed)))
            .chain(grants.map(|listed| (Kind::Grant, listed)))
    }

    /// Whether the listings agree with each other, and with what we know of ourselves.
    pub(super) async fn check(&self, getter: &Getter) -> Result<(), ProviderError> {
        let asked_for = &getter.settings().management_api;
        if find_own_api(&self.resource_servers, asked_for).is_none() {
            return Err(incomplete(Kind::ResourceServer, Gap::OwnApi));
        }

        let clients: BTreeSet<&str> = self.clients.iter().map(|listed| &*listed.id).collect();
        let session = getter.session().await?;
        let ourselves = &session.client_id;
        if session.is_of_a_client_here() && !clients.contains(ourselves.as_str()) {
            return Err(incomplete(Kind::Client, Gap::OwnClient(ourselves.clone())));
        }

        self.check_clients_of_grants(getter, &clients).await?;
        self.check_apis_of_grants(getter).await
    }

    /// A grant goes with its client, so no grant is without one. Only the tenant-wide client is not
    /// listed.
    async fn check_clients_of_grants(
        &self,
        getter: &Getter,
        clients: &BTreeSet<&str>,
    ) -> Result<(), ProviderError> {
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for grant in &self.grants {
            let Some(client) = text(&grant.object, "client_id") else { continue };
            if clients.contains(client) || !known.insert(client) {
                continue;
            }

            if !listing::is_global(getter, client).await? {
                let (grant, client) = (printable(&grant.id), printable(client));
                return Err(incomplete(Kind::Client, Gap::ClientOfGrant { grant, client }));
            }
        }

        Ok(())
    }

    /// A grant can outlive its API. Whether that is so, or the listing has missed the API, is asked
    /// for once.
    async fn check_apis_of_grants(&self, getter: &Getter) -> Result<(), ProviderError> {
        let listed: BTreeSet<&str> = texts(&self.resource_servers, "identifier").collect();
        let missing: BTreeSet<&str> =
            texts(&self.grants, "audience").filter(|audience| !listed.contains(audience)).collect();

        let found = listing::find_identifiers(getter, &missing).await?;
        match found.first() {
            None => Ok(()),
            Some(identifier) => {
                let identifier = printable(identifier);
                Err(incomplete(Kind::ResourceServer, Gap::ApiOfGrant { identifier }))
            }
        }
    }
}

/// The tenant's own API among those listed: the one that was asked for, or else the one that the tenant
/// says is its own. An emulator, and a custom domain, is asked for by another name.
pub(super) fn find_own_api(
    resource_servers: &[Listed],
    asked_for: &Identifier,
) -> Option<Identifier> {
    let identifiers = resource_servers.iter().filter_map(|server| {
        let identifier: Identifier = text(&server.object, "identifier")?.parse().ok()?;
        let is_own = identifier == *asked_for || is_system_api(&server.object, &identifier);
        is_own.then_some(identifier)
    });

    let identifiers: BTreeSet<Identifier> = identifiers.collect();
    identifiers.get(asked_for).or_else(|| identifiers.first()).cloned()
}

fn incomplete(kind: Kind, gap: Gap) -> ProviderError {
    ProviderError::Incomplete { listing: listing::path(kind), gap }
}

fn is_system_api(server: &Object, identifier: &Identifier) -> bool {
    is(server, "is_system")
        && Url::parse(identifier.as_str()).is_ok_and(|url| url.path() == API_PATH)
}

fn texts<'a>(listed: &'a [Listed], name: &'a str) -> impl Iterator<Item = &'a str> {
    listed.iter().filter_map(move |listed| text(&listed.object, name))
}
