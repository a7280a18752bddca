//! The order of changes: waves instead of a graph, and who waits for whom.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::{Action, Change, Edit, Leaf};
use crate::model::{
    Address, ClientRef, DamagedScope, GrantSpec, Identifier, Kind,
    ResourceServerSpec, Value,
};

/// A group of changes that may run side by side; the groups run one after the
/// other. Grants change between the widening and the narrowing of their API, so
/// that no caller loses a scope it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wave {
    /// Resource servers are created, or changed without losing a scope.
    ResourceServers,
    /// Clients are created, adopted or changed.
    Clients,
    /// Grants are created, changed or deleted.
    Grants,
    /// Clients are deleted.
    ClientDeletions,
    /// Resource servers lose scopes, or are deleted.
    ResourceServerReductions,
}

impl Wave {
    /// The wave of a change.
    #[must_use]
    pub fn of(change: &Change) -> Self {
        match (change.address.kind(), change.action) {
            (Kind::ResourceServer, Action::Narrow | Action::Delete) => {
                Self::ResourceServerReductions
            }
            (
                Kind::ResourceServer,
                Action::Create
                | Action::Adopt
                | Action::Update
                | Action::Release,
            ) => Self::ResourceServers,
            (Kind::Client, Action::Delete) => Self::ClientDeletions,
            (Kind::Client, _) => Self::Clients,
            (Kind::Grant, _) => Self::Grants,
        }
    }
}

/// Sorts changes into the order in which they are to be made.
pub(super) fn sort_changes(changes: &mut [Change]) {
    changes.sort_by(|one, other| {
        let wave = Wave::of(one).cmp(&Wave::of(other));
        wave.then_with(|| one.address.cmp(&other.address))
    });
}

/// Whether an edit takes a scope away from the resource
/// server or grant it belongs to.
pub(super) fn removes_scope(edit: &Edit) -> bool {
    is_removed(&edit.leaf) && scope_of(edit).is_some()
}

/// The scopes a change takes away.
pub(super) fn removed_scopes(change: &Change) -> BTreeSet<SmolStr> {
    collect_scopes(change, is_removed)
}

/// The scopes a change gives: new ones, and those that do
/// again what they were made for.
fn given_scopes(change: &Change) -> BTreeSet<SmolStr> {
    collect_scopes(change, |leaf| is_added(leaf) || is_mended(leaf))
}

/// The scopes whose edits are as asked.
fn collect_scopes(
    change: &Change,
    is_wanted: fn(&Leaf) -> bool,
) -> BTreeSet<SmolStr> {
    change
        .edits()
        .iter()
        .filter(|edit| is_wanted(&edit.leaf))
        .filter_map(scope_of)
        .map(SmolStr::from)
        .collect()
}

/// The scope an edit is about. On a resource server scopes are the keys of a
/// map, on a grant the members of a set.
fn scope_of(edit: &Edit) -> Option<&str> {
    let (field, rest) = edit.path.split_first()?;
    match (field.as_str(), rest, &edit.leaf) {
        (ResourceServerSpec::SCOPES, [scope], _) => Some(scope),
        (GrantSpec::SCOPES, [], Leaf::Added(value) | Leaf::Removed(value)) => {
            value.as_text()
        }
        _ => None,
    }
}

fn is_added(leaf: &Leaf) -> bool {
    matches!(leaf, Leaf::Added(_))
}

/// Whether a scope is damaged until then: to hold it is to hold whatever
/// somebody has made of it.
fn is_mended(leaf: &Leaf) -> bool {
    match leaf {
        Leaf::Changed { before, .. } => DamagedScope::read(before).is_some(),
        _ => false,
    }
}

fn is_removed(leaf: &Leaf) -> bool {
    matches!(leaf, Leaf::Removed(_))
}

/// For each change, the places of the earlier changes that must succeed before
/// it may begin.
#[must_use]
pub fn find_blockers(changes: &[Change]) -> Vec<Vec<usize>> {
    let index = Index::of(changes);
    changes
        .iter()
        .map(|change| index.find_blockers(changes, change))
        .collect()
}

/// Where in the plan the changes are that others may wait for.
#[derive(Default)]
struct Index<'a> {
    /// Resource servers that are created, or changed without losing a scope.
    widened: BTreeMap<&'a Identifier, usize>,
    /// Those that are ours only once they are created or taken over.
    new_clients: BTreeMap<&'a ClientRef, usize>,
    grants_by_client: BTreeMap<&'a ClientRef, Vec<usize>>,
    grants_by_audience: BTreeMap<&'a Identifier, Vec<usize>>,
}

impl<'a> Index<'a> {
    fn of(changes: &'a [Change]) -> Self {
        let mut index = Self::default();
        for (place, change) in changes.iter().enumerate() {
            index.add(place, change);
        }
        index
    }

    fn add(&mut self, place: usize, change: &'a Change) {
        match &change.address {
            Address::ResourceServer(identifier) => {
                if Wave::of(change) == Wave::ResourceServers {
                    self.widened.insert(identifier, place);
                }
            }
            Address::Client(client) => {
                // An update that fails leaves the client ours, so its grants
                // need not wait for one.
                if matches!(change.action, Action::Create | Action::Adopt) {
                    self.new_clients.insert(client, place);
                }
            }
            Address::Grant {
                client,
                audience,
                ..
            } => {
                let of_client = self
                    .grants_by_client
                    .entry(client)
                    .or_default();
                of_client.push(place);
                let of_audience = self
                    .grants_by_audience
                    .entry(audience)
                    .or_default();
                of_audience.push(place);
            }
        }
    }

    fn find_blockers(&self, changes: &[Change], change: &Change) -> Vec<usize> {
        use Action::{Create, Delete, Narrow, Update};

        match (&change.address, change.action) {
            (
                Address::Grant {
                    client,
                    audience,
                    ..
                },
                Create | Update,
            ) => {
                let client = self.new_clients.get(client).copied();
                let server = self.widened.get(audience).copied();
                let needed =
                    server.filter(|place| is_needed(&changes[*place], change));

                client
                    .into_iter()
                    .chain(needed)
                    .collect()
            }
            // Where its client cannot be taken over, the client stays nobody's,
            // and the grant with it.
            (Address::Grant { client, .. }, Delete) => self
                .new_clients
                .get(client)
                .copied()
                .into_iter()
                .collect(),
            // Where a grant could not be deleted, as one that has changed since
            // the plan, it would end with its client all the same.
            (Address::Client(client), Delete) => {
                let grants = self.grants_by_client.get(client);
                grants
                    .into_iter()
                    .flatten()
                    .copied()
                    .filter(|place| changes[*place].action == Delete)
                    .collect()
            }
            (Address::ResourceServer(identifier), Narrow | Delete) => {
                let widened = self.widened.get(identifier).copied();
                // A grant that could not give scopes up still asks for them, so
                // the API keeps them.
                let grants = self.grants_by_audience.get(identifier);
                let holders = grants
                    .into_iter()
                    .flatten()
                    .copied()
                    .filter(|place| lets_go(&changes[*place], change));

                widened
                    .into_iter()
                    .chain(holders)
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Whether a grant needs what an earlier change to its resource server brings.
fn is_needed(server: &Change, grant: &Change) -> bool {
    if server.action == Action::Create {
        return true;
    }

    let is_for_all =
        grant.fields.get(GrantSpec::ALL_SCOPES) == Some(&Value::Bool(true));
    if grant.action == Action::Create && is_for_all {
        return true;
    }

    !given_scopes(server).is_disjoint(&given_scopes(grant))
}

/// Whether a change to a grant gives up what a later change takes from its
/// resource server.
fn lets_go(grant: &Change, server: &Change) -> bool {
    if grant.action == Action::Delete || server.action == Action::Delete {
        return true;
    }

    !removed_scopes(server).is_disjoint(&removed_scopes(grant))
}

#[cfg(test)]
mod tests;
