//! The order of changes: waves instead of a graph, and who waits for whom.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::{Action, Change, Edit, Leaf};
use crate::model::{Address, ClientRef, GrantSpec, Identifier, Kind, ResourceServerSpec, Value};

/// A group of changes that may run side by side; the groups run one after the other. Grants change
/// between the widening and the narrowing of their API, so that no caller loses a scope it holds.
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
                Action::Create | Action::Adopt | Action::Update | Action::Release,
            ) => Self::ResourceServers,
            (Kind::Client, Action::Delete) => Self::ClientDeletions,
            (Kind::Client, _) => Self::Clients,
            (Kind::Grant, _) => Self::Grants,
        }
    }
}

/// Sorts changes into the order in which they are to be made.
pub(super) fn sort(changes: &mut [Change]) {
    changes.sort_by(|a, b| (Wave::of(a), &a.address).cmp(&(Wave::of(b), &b.address)));
}

/// Whether an edit takes a scope away from the resource server or grant it belongs to.
pub(super) fn removes_scope(edit: &Edit) -> bool {
    scope_of(edit, |leaf| matches!(leaf, Leaf::Removed(_))).is_some()
}

/// The scope an edit is about, if the leaf is as asked. On a resource server scopes are the keys of
/// a map, on a grant the members of a set.
fn scope_of(edit: &Edit, wanted: fn(&Leaf) -> bool) -> Option<&str> {
    let ([field, rest @ ..], true) = (edit.path.as_slice(), wanted(&edit.leaf)) else {
        return None;
    };
    match (field.as_str(), rest, &edit.leaf) {
        (ResourceServerSpec::SCOPES, [scope], _) => Some(scope),
        (GrantSpec::SCOPES, [], Leaf::Added(value) | Leaf::Removed(value)) => value.as_text(),
        _ => None,
    }
}

fn scopes(change: &Change, wanted: fn(&Leaf) -> bool) -> BTreeSet<SmolStr> {
    let edits = change.edits();

    edits
        .iter()
        .filter_map(|edit| scope_of(edit, wanted))
        .map(SmolStr::from)
        .collect()
}

/// The scopes a change takes away.
pub(super) fn removed_scopes(change: &Change) -> BTreeSet<SmolStr> {
    scopes(change, removed)
}

fn added(leaf: &Leaf) -> bool {
    matches!(leaf, Leaf::Added(_))
}

fn removed(leaf: &Leaf) -> bool {
    matches!(leaf, Leaf::Removed(_))
}

/// For each change, the places of the earlier changes that must succeed before it may begin.
#[must_use]
pub fn blockers(changes: &[Change]) -> Vec<Vec<usize>> {
    let index = Index::of(changes);
    changes
        .iter()
        .map(|change| index.blockers(changes, change))
        .collect()
}

/// Where in the plan the changes are that others may wait for.
#[derive(Default)]
struct Index<'a> {
    founded: BTreeMap<&'a Identifier, usize>,
    /// Those that are ours only once they are created or taken over.
    new_clients: BTreeMap<&'a ClientRef, usize>,
    grants_by_client: BTreeMap<&'a ClientRef, Vec<usize>>,
    grants_by_audience: BTreeMap<&'a Identifier, Vec<usize>>,
}

impl<'a> Index<'a> {
    fn of(changes: &'a [Change]) -> Self {
        let mut index = Self::default();
        for (place, change) in changes.iter().enumerate() {
            match (&change.address, Wave::of(change)) {
                (Address::ResourceServer(identifier), Wave::ResourceServers) => {
                    index.founded.insert(identifier, place);
                }
                (Address::Client(client), _)
                    if matches!(change.action, Action::Create | Action::Adopt) =>
                {
                    index.new_clients.insert(client, place);
                }
                (
                    Address::Grant {
                        client, audience, ..
                    },
                    _,
                ) => {
                    index
                        .grants_by_client
                        .entry(client)
                        .or_default()
                        .push(place);
                    index
                        .grants_by_audience
                        .entry(audience)
                        .or_default()
                        .push(place);
                }
                _ => {}
            }
        }
        index
    }

    fn blockers(&self, changes: &[Change], change: &Change) -> Vec<usize> {
        match (&change.address, change.action) {
            (
                Address::Grant {
                    client, audience, ..
                },
                Action::Create | Action::Update,
            ) => {
                let server = self.founded.get(audience).copied();
                let server = server.filter(|place| is_needed(&changes[*place], change));
                self.new_clients
                    .get(client)
                    .copied()
                    .into_iter()
                    .chain(server)
                    .collect()
            }
            (Address::Grant { client, .. }, Action::Delete) => {
                self.new_clients.get(client).copied().into_iter().collect()
            }
            (Address::Client(client), Action::Delete) => {
                let grants = self.grants_by_client.get(client).into_iter().flatten();
                grants
                    .copied()
                    .filter(|place| changes[*place].action == Action::Delete)
                    .collect()
            }
            (Address::ResourceServer(identifier), Action::Narrow | Action::Delete) => {
                let widened = self.founded.get(identifier).copied();
                let grants = self
                    .grants_by_audience
                    .get(identifier)
                    .into_iter()
                    .flatten();
                let holders = grants
                    .copied()
                    .filter(|place| lets_go(&changes[*place], change));
                widened.into_iter().chain(holders).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Whether a grant needs what an earlier change to its resource server brings.
fn is_needed(server: &Change, grant: &Change) -> bool {
    server.action == Action::Create
        || !scopes(server, added).is_disjoint(&scopes(grant, added))
        || (grant.action == Action::Create
            && grant.fields.get(GrantSpec::ALL_SCOPES) == Some(&Value::Bool(true)))
}

/// Whether a change to a grant gives up what a later change takes from its resource server.
fn lets_go(grant: &Change, server: &Change) -> bool {
    grant.action == Action::Delete
        || server.action == Action::Delete
        || !scopes(server, removed).is_disjoint(&scopes(grant, removed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Attrs, SubjectType};

    #[test]
    fn no_grant_changes_while_its_client_is_not_taken_over() {
        let client = || ClientRef::Key("courier".parse().unwrap());
        let grant = |audience: &str| Address::Grant {
            client: client(),
            audience: audience.parse().unwrap(),
            subject_type: SubjectType::Client,
        };
        let change = |address, action| {
            let (edits, fields) = (Vec::new(), Attrs::new());
            Change {
                address,
                action,
                edits,
                evidence: None,
                fields,
                precondition: None,
            }
        };
        let mut changes = [
            change(grant("urn:a"), Action::Create),
            change(grant("urn:b"), Action::Update),
            change(grant("urn:c"), Action::Delete),
            change(Address::Client(client()), Action::Adopt),
        ];
        sort(&mut changes);
        assert_eq!(blockers(&changes), [vec![], vec![0], vec![0], vec![0]]);
    }
}
