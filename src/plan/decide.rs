//! From what is wanted and what is there to what is to be done.

use std::collections::BTreeMap;

use super::diff::{diff, resolve};
use super::order::{removes_scope, sort};
use super::scope::{Scope, scope};
use super::{Action, Change, Edit, Leaf, Names, Note, Plan, PlanError, Planned};
use crate::model::{
    Address, Attrs, ClientRef, Desired, DesiredClient, Found, Kind, RemoteId, Snapshot, Value,
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
            None => vec![create(address, wanted)],
            Some(found) if adopted.contains(address) => {
                vec![change(address, Action::Adopt, wanted, found, defaults)]
            }
            Some(found) => update(address, wanted, found, defaults),
        };
        unchanged += usize::from(needed.is_empty());
        changes.extend(needed);
    }
    match prune {
        Prune::On => changes.extend(orphans.keys().map(delete)),
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
    let management_api = crate::model::Audience::MANAGEMENT_API.parse().ok();
    Names {
        resource_servers: servers
            .map(|(key, server)| (server.identifier.clone(), key.clone()))
            .chain(management_api.map(|key| (seen.management_api.clone(), key)))
            .collect(),
        clients: clients.collect(),
    }
}

fn create(address: &Address, wanted: &Attrs) -> Change {
    let fields = without_nulls(wanted);
    let edits = diff(&fields, &Attrs::new(), &Attrs::new());
    Change { address: address.clone(), action: Action::Create, edits, fields }
}

/// What is created needs no clearing: a field that is not sent gets its default.
fn without_nulls(wanted: &Attrs) -> Attrs {
    let given = wanted.iter().filter(|(_, value)| **value != Value::Null);
    given
        .map(|(field, value)| match value {
            Value::Entries(entries) => (field.clone(), Value::Entries(without_nulls(entries))),
            _ => (field.clone(), value.clone()),
        })
        .collect()
}

/// The changes that make a live object as it is wanted. A resource server that loses scopes does so
/// in a change of its own, which comes last.
fn update(address: &Address, wanted: &Attrs, found: &Found, defaults: &Attrs) -> Vec<Change> {
    let whole = change(address, Action::Update, wanted, found, defaults);
    if address.kind() != Kind::ResourceServer {
        return if whole.edits.is_empty() { Vec::new() } else { vec![whole] };
    }
    let (narrowing, widening): (Vec<Edit>, Vec<Edit>) =
        whole.edits.into_iter().partition(removes_scope);
    let mut changes = Vec::new();
    if !widening.is_empty() {
        let mut fields = whole.fields.clone();
        if let (Some(Value::Map(scopes)), false) = (fields.get_mut("scopes"), narrowing.is_empty())
        {
            scopes.extend(narrowing.iter().filter_map(kept_scope));
        }
        if !widening.iter().any(|edit| edit.path.first().is_some_and(|field| field == "scopes")) {
            fields.remove("scopes");
        }
        changes.push(Change {
            address: address.clone(),
            action: Action::Update,
            edits: widening,
            fields,
        });
    }
    if !narrowing.is_empty() {
        let fields = whole.fields.into_iter().filter(|(field, _)| field == "scopes").collect();
        changes.push(Change {
            address: address.clone(),
            action: Action::Narrow,
            edits: narrowing,
            fields,
        });
    }
    changes
}

/// A scope that is still to be removed, as an entry of the scopes kept until then.
fn kept_scope(edit: &Edit) -> Option<(String, Value)> {
    match (&edit.leaf, edit.path.as_slice()) {
        (Leaf::Removed(description), [_, scope]) => Some((scope.clone(), description.clone())),
        _ => None,
    }
}

fn change(
    address: &Address,
    action: Action,
    wanted: &Attrs,
    found: &Found,
    defaults: &Attrs,
) -> Change {
    let edits = diff(wanted, &found.attrs, defaults);
    let mut fields = Attrs::new();
    for edit in &edits {
        let Some((field, value)) = edit.path.first().and_then(|field| wanted.get_key_value(field))
        else {
            continue;
        };
        match (value, edit.path.get(1)) {
            (Value::Entries(entries), Some(key)) => {
                let changed =
                    fields.entry(field.clone()).or_insert_with(|| Value::Entries(BTreeMap::new()));
                if let (Value::Entries(changed), Some(value)) = (changed, entries.get(key)) {
                    changed.insert(key.clone(), value.clone());
                }
            }
            _ => drop(fields.insert(field.clone(), resolve(field, value, defaults).clone())),
        }
    }
    Change { address: address.clone(), action, edits, fields }
}

fn delete(address: &Address) -> Change {
    Change {
        address: address.clone(),
        action: Action::Delete,
        edits: Vec::new(),
        fields: Attrs::new(),
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
