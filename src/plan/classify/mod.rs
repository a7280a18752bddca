//! Whose each live object is, and how we know.
//!
//! `clients` says it of clients, by their marks; a grant is whose its client is
//! (`grants`), and a resource server whose the configuration says
//! (`resource_servers`).

use std::collections::BTreeMap;

use super::verdict::Verdicts;
use crate::model::{
    Address, ClientRef, Desired, DesiredResourceServer, Identifier, Resources,
    Snapshot,
};

mod clients;
mod grants;
mod resource_servers;

use clients::Clients;
use grants::classify_grant;
use resource_servers::classify_server;

/// Says of every live object whose it is, by the
/// address the tenant knows it by.
#[must_use]
pub fn classify<'a>(desired: &Desired, seen: &'a Snapshot) -> Verdicts<'a> {
    let resources = desired.resources(seen);
    classify_among(desired, seen, &resources)
}

/// The same where it is known already what is declared.
pub(super) fn classify_among<'a>(
    desired: &Desired,
    seen: &'a Snapshot,
    resources: &Resources<'_>,
) -> Verdicts<'a> {
    let clients = Clients::of(desired, seen);
    let servers: BTreeMap<&Identifier, &DesiredResourceServer> = desired
        .resource_servers
        .values()
        .map(|server| (&server.identifier, server))
        .collect();

    let mut verdicts = Verdicts::with_capacity(seen.found.len());
    for (address, found) in &seen.found {
        let verdict = match address {
            Address::ResourceServer(identifier) => {
                let declared = servers.get(identifier).copied();
                classify_server(desired, seen, identifier, declared, found)
            }
            Address::Client(ClientRef::Id(id)) => clients.classify(id, found),
            // A tenant names no client by key.
            Address::Client(ClientRef::Key(_)) => continue,
            // Resource servers and clients come before grants in
            // the order of addresses.
            Address::Grant { .. } => {
                classify_grant(address, found, &verdicts, resources)
            }
        };

        // They come in the order of their addresses, so that none has to be
        // searched for its place.
        if let Some((address, verdict)) = verdicts.try_append(address, verdict)
        {
            verdicts.insert(address, verdict);
        }
    }
    verdicts
}
