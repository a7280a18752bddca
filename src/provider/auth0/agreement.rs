//! Whether the listings of one reading agree with each other.
//!
//! A listing can be wrong and look right: a proxy that cuts it short, a page that moved, a tenant that
//! is asked in the wrong way. What every tenant has, and what its objects say of each other, shows it.

use std::collections::{BTreeMap, BTreeSet};

use super::http::Getter;
use super::listing::{self, Listed};
use super::object::{is, text};
use super::text::printable;
use crate::model::{Address, ClientId, ClientRef, Found, Identifier, Kind, UnnamedGrant};
use crate::provider::{Gap, ProviderError};

/// The tenant's own API among those listed: the one that was asked for, or else the one that the tenant
/// says is its own. An emulator, and a custom domain, is asked for by another name.
pub(super) fn find_own_api(
    resource_servers: &[Listed],
    asked_for: &Identifier,
) -> Option<Identifier> {
    let identifiers = resource_servers.iter().filter_map(|server| {
        let identifier: Identifier = text(&server.object, "identifier")?.parse().ok()?;
        let is_named_so = identifier.host_of_management_api().is_some();
        let is_own = identifier == *asked_for || is(&server.object, "is_system") && is_named_so;
        is_own.then_some(identifier)
    });

    let identifiers: BTreeSet<Identifier> = identifiers.collect();
    identifiers
        .get(asked_for)
        .or_else(|| identifiers.first())
        .cloned()
}

/// No tenant is without its own API.
pub(super) fn check_own_api(
    found: &BTreeMap<Address, Found>,
    own: &Identifier,
) -> Result<(), ProviderError> {
    if found.contains_key(&Address::ResourceServer(own.clone())) {
        Ok(())
    } else {
        Err(incomplete(Kind::ResourceServer, Gap::OwnApi))
    }
}

/// Whether what was found agrees with itself, and with what we know of ourselves.
pub(super) async fn check(
    getter: &Getter,
    found: &BTreeMap<Address, Found>,
    unnamed: &[UnnamedGrant],
) -> Result<(), ProviderError> {
    let session = getter.session().await?;
    let ourselves = &session.client_id;
    let own_client = Address::Client(ClientRef::Id(ourselves.clone()));
    if session.is_of_a_client_here() && !found.contains_key(&own_client) {
        return Err(incomplete(Kind::Client, Gap::OwnClient(ourselves.clone())));
    }

    check_clients_of_grants(getter, found, unnamed).await?;
    check_apis_of_grants(getter, found).await
}

/// A grant goes with its client, so no grant is without one. Only the tenant-wide client is not listed.
async fn check_clients_of_grants(
    getter: &Getter,
    found: &BTreeMap<Address, Found>,
    unnamed: &[UnnamedGrant],
) -> Result<(), ProviderError> {
    let clients: BTreeSet<&str> = found
        .keys()
        .filter_map(client)
        .map(ClientId::as_str)
        .collect();
    let named = found.iter().filter_map(|(address, grant)| match address {
        Address::Grant {
            client: ClientRef::Id(client),
            ..
        } => Some((client.as_str(), &grant.id)),
        _ => None,
    });
    let unnamed = unnamed.iter();
    // A client that no configuration can name is in no reading.
    let unnamed = unnamed.filter(|grant| {
        grant
            .client
            .as_ref()
            .is_some_and(|client| client.parse::<ClientId>().is_ok())
    });
    let unnamed = unnamed.filter_map(|grant| Some((grant.client.as_deref()?, &grant.id)));

    let mut known: BTreeSet<&str> = BTreeSet::new();
    for (client, grant) in named.chain(unnamed) {
        if clients.contains(client) || !known.insert(client) {
            continue;
        }

        if !listing::is_global(getter, client).await? {
            let (grant, client) = (printable(grant.as_str()), printable(client));
            return Err(incomplete(
                Kind::Client,
                Gap::ClientOfGrant { grant, client },
            ));
        }
    }

    Ok(())
}

fn client(address: &Address) -> Option<&ClientId> {
    match address {
        Address::Client(ClientRef::Id(id)) => Some(id),
        Address::Client(ClientRef::Key(_)) | Address::ResourceServer(_) | Address::Grant { .. } => {
            None
        }
    }
}

/// A grant can outlive its API. Whether that is so, or the listing has missed the API, is asked for
/// once.
async fn check_apis_of_grants(
    getter: &Getter,
    found: &BTreeMap<Address, Found>,
) -> Result<(), ProviderError> {
    let listed: BTreeSet<&str> = found
        .keys()
        .filter_map(|address| match address {
            Address::ResourceServer(identifier) => Some(identifier.as_str()),
            Address::Client(_) | Address::Grant { .. } => None,
        })
        .collect();
    let audiences = found.keys().filter_map(|address| match address {
        Address::Grant { audience, .. } => Some(audience.as_str()),
        Address::ResourceServer(_) | Address::Client(_) => None,
    });
    let missing: BTreeSet<&str> = audiences
        .filter(|audience| !listed.contains(audience))
        .collect();

    let found = listing::find_identifiers(getter, &missing).await?;
    match found.first() {
        None => Ok(()),
        Some(identifier) => {
            let identifier = printable(identifier);
            Err(incomplete(
                Kind::ResourceServer,
                Gap::ApiOfGrant { identifier },
            ))
        }
    }
}

fn incomplete(kind: Kind, gap: Gap) -> ProviderError {
    ProviderError::Incomplete {
        listing: listing::path(kind),
        gap,
    }
}
