//! From what is wanted and what is there to what is to be done.

use std::collections::BTreeMap;

use super::order::sort;
use super::scope::{Scope, scope};
use super::{Change, Names, Note, Plan, PlanError, Planned, change};
use crate::model::{
    Address, Attrs, Audience, ClientRef, Desired, DesiredClient, Found, Kind, RemoteId, Snapshot,
};

/// What becomes of objects that are ours and not declared any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Prune {
    /// They are reported, and stay.
    #[default]
    Off,
    /// They are deleted.
    On,
}

/// Makes the plan that turns what was seen into what is desired.
pub fn plan(desired: &Desired, seen: &Snapshot, prune: Prune) -> Result<Planned, PlanError> {
    let names = names(desired, seen);
    let declared = desired.resources(seen);
    let Scope { live, adopted, orphans, mut notes, conflicts } =
        scope(desired, &declared, seen, &names);
    if !conflicts.is_empty() {
        return Err(PlanError { conflicts });
    }
    let empty = Attrs::new();
    let mut changes = Vec::new();
    let mut unchanged = 0;
    for (address, wanted) in &declared {
        let defaults = seen.defaults.get(&address.kind()).unwrap_or(&empty);
        let needed = match live.get(address) {
            None => vec![change::create(address, wanted, defaults)],
            Some(found) if adopted.contains(address) => {
                vec![change::adopt(address, wanted, found, defaults)]
            }
            Some(found) => change::update(address, wanted, found, defaults),
        };
        unchanged += usize::from(needed.is_empty());
        changes.extend(needed);
    }
    match prune {
        Prune::On => changes.extend(orphans.keys().map(change::delete)),
        Prune::Off => notes.extend(orphan_note(&orphans)),
    }
    sort(&mut changes);
    notes.sort();
    let ids = ids(&changes, &live, &orphans);
    let plan = Plan { stack: desired.stack.clone(), changes, unchanged, notes, names };
    Ok(Planned { plan, ids })
}

fn names(desired: &Desired, seen: &Snapshot) -> Names {
    let servers = desired.resource_servers.iter();
    let clients = desired.clients.iter().filter_map(|(key, client)| match client {
        DesiredClient::External(id) => Some((id.clone(), key.clone())),
        DesiredClient::Managed { .. } => None,
    });
    let management_api = Audience::MANAGEMENT_API.parse().ok();
    Names {
        resource_servers: servers
            .map(|(key, server)| (server.identifier.clone(), key.clone()))
            .chain(management_api.map(|key| (seen.management_api.clone(), key)))
            .collect(),
        clients: clients.collect(),
    }
}

fn orphan_note(orphans: &BTreeMap<Address, &Found>) -> Option<Note> {
    let clients = orphans.keys().filter_map(|address| match address {
        Address::Client(ClientRef::Key(key)) => Some(key.clone()),
        _ => None,
    });
    let grants = orphans.keys().filter(|address| address.kind() == Kind::Grant).cloned();
    (!orphans.is_empty())
        .then(|| Note::Orphans { clients: clients.collect(), grants: grants.collect() })
}

/// The ids of the objects that the changes touch, and of the clients that they refer to.
fn ids(
    changes: &[Change],
    live: &BTreeMap<Address, &Found>,
    orphans: &BTreeMap<Address, &Found>,
) -> BTreeMap<Address, RemoteId> {
    let find = |address: &Address| live.get(address).or_else(|| orphans.get(address));
    let mut ids = BTreeMap::new();
    for Change { address, .. } in changes {
        let client = match address {
            Address::Grant { client, .. } => Some(Address::Client(client.clone())),
            Address::ResourceServer(_) | Address::Client(_) => None,
        };
        for address in [Some(address.clone()), client].into_iter().flatten() {
            if let Some(found) = find(&address) {
                ids.insert(address, found.id.clone());
            }
        }
    }
    ids
}
