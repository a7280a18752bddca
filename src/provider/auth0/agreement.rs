//! Whether the listings of one reading agree with each other.
//!
//! A listing can be wrong and look right: a proxy that cuts it short, a page
//! that moved, a tenant that is asked in the wrong way. What every tenant has,
//! and what its objects say of each other, shows it.

use std::collections::{BTreeMap, BTreeSet};

use super::http::Getter;
use super::listing::{self, Listed};
use super::object::{collection, get_text, is_true};
use super::support::parse_client_id;
use crate::model::{Address, ClientRef, Found, Identifier, Kind, UnnamedGrant};
use crate::provider::{Gap, ProviderError};
use crate::words::sanitize;

/// The tenant's own API among those listed: the one that was asked for, or else
/// the one that the tenant says is its own. An emulator, and a custom domain,
/// is asked for by another name.
pub(super) fn find_own_api(
    resource_servers: &[Listed],
    asked_for: &Identifier,
) -> Option<Identifier> {
    let candidates: BTreeSet<Identifier> = resource_servers
        .iter()
        .filter_map(|server| own_identifier(server, asked_for))
        .collect();

    candidates
        .get(asked_for)
        .or_else(|| candidates.first())
        .cloned()
}

/// The identifier of an API, if it may be the tenant's own one.
fn own_identifier(
    server: &Listed,
    asked_for: &Identifier,
) -> Option<Identifier> {
    let identifier: Identifier = get_text(&server.object, "identifier")?
        .parse()
        .ok()?;

    // The tenant has other system APIs as well.
    let is_named_so = identifier
        .host_of_management_api()
        .is_some();
    let is_the_tenants = is_named_so && is_true(&server.object, "is_system");
    (identifier == *asked_for || is_the_tenants).then_some(identifier)
}

/// No tenant is without its own API.
pub(super) fn check_own_api(
    found: &BTreeMap<Address, Found>,
    own: &Identifier,
) -> Result<(), ProviderError> {
    if found.contains_key(&Address::ResourceServer(own.clone())) {
        Ok(())
    } else {
        Err(own_api_is_missing())
    }
}

pub(super) fn own_api_is_missing() -> ProviderError {
    incomplete(Kind::ResourceServer, Gap::OwnApi)
}

/// Whether what was found agrees with itself, and with
/// what we know of ourselves.
pub(super) async fn check(
    getter: &Getter,
    found: &BTreeMap<Address, Found>,
    unnamed: &[UnnamedGrant],
) -> Result<(), ProviderError> {
    let session = getter.session().await?;
    let ourselves = &session.client_id;
    let own_client = Address::Client(ClientRef::Id(ourselves.clone()));
    if session.is_of_a_client_here() && !found.contains_key(&own_client) {
        return Err(incomplete(
            Kind::Client,
            Gap::OwnClient(ourselves.clone()),
        ));
    }

    check_clients_of_grants(getter, found, unnamed).await?;
    check_apis_of_grants(getter, found).await
}

/// A grant goes with its client, so no grant is without one. Only the
/// tenant-wide client is not listed.
async fn check_clients_of_grants(
    getter: &Getter,
    found: &BTreeMap<Address, Found>,
    unnamed: &[UnnamedGrant],
) -> Result<(), ProviderError> {
    let clients: BTreeSet<&str> = found
        .keys()
        .filter_map(client_id_of)
        .collect();
    let named = found
        .iter()
        .filter_map(|(address, grant)| {
            Some((client_of_grant(address)?, &grant.id))
        });
    // Also of those that no plan is about: they show as well as any that the
    // clients are not all there.
    let unnamed = unnamed
        .iter()
        .filter_map(|grant| Some((nameable_client(grant)?, &grant.id)));

    let mut known: BTreeSet<&str> = BTreeSet::new();
    for (client, grant) in named.chain(unnamed) {
        // One request for each client is enough, however many grants it has.
        if clients.contains(client) || !known.insert(client) {
            continue;
        }

        if !listing::is_global_client(getter, client).await? {
            let gap = Gap::ClientOfGrant {
                grant: sanitize(grant.as_str()),
                client: sanitize(client),
            };
            return Err(incomplete(Kind::Client, gap));
        }
    }

    Ok(())
}

fn client_id_of(address: &Address) -> Option<&str> {
    match address {
        Address::Client(ClientRef::Id(id)) => Some(id.as_str()),
        Address::Client(ClientRef::Key(_))
        | Address::ResourceServer(_)
        | Address::Grant { .. } => None,
    }
}

fn client_of_grant(address: &Address) -> Option<&str> {
    match address {
        Address::Grant {
            client: ClientRef::Id(client),
            ..
        } => Some(client.as_str()),
        _ => None,
    }
}

/// The client of a grant that has no address. A client that no configuration
/// can name is in no reading.
fn nameable_client(grant: &UnnamedGrant) -> Option<&str> {
    let client = grant.client.as_deref()?;

    parse_client_id(client)
        .is_some()
        .then_some(client)
}

/// A grant can outlive its API. Whether that is so, or the listing has missed
/// the API, is asked for once.
async fn check_apis_of_grants(
    getter: &Getter,
    found: &BTreeMap<Address, Found>,
) -> Result<(), ProviderError> {
    let listed: BTreeSet<&str> = found
        .keys()
        .filter_map(identifier_of)
        .collect();
    let missing: BTreeSet<&str> = found
        .keys()
        .filter_map(audience_of)
        .filter(|audience| !listed.contains(audience))
        .collect();

    let missed = listing::find_identifiers(getter, &missing).await?;
    let Some(identifier) = missed.first() else {
        return Ok(());
    };
    let identifier = sanitize(identifier);
    Err(incomplete(
        Kind::ResourceServer,
        Gap::ApiOfGrant { identifier },
    ))
}

fn identifier_of(address: &Address) -> Option<&str> {
    match address {
        Address::ResourceServer(identifier) => Some(identifier.as_str()),
        Address::Client(_) | Address::Grant { .. } => None,
    }
}

fn audience_of(address: &Address) -> Option<&str> {
    match address {
        Address::Grant { audience, .. } => Some(audience.as_str()),
        Address::ResourceServer(_) | Address::Client(_) => None,
    }
}

fn incomplete(kind: Kind, gap: Gap) -> ProviderError {
    ProviderError::Incomplete {
        listing: collection(kind),
        gap,
    }
}
