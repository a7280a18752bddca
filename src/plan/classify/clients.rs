//! Whose each live client is: its mark, its id or its name says so.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Address, ClientId, ClientRef, Desired, DesiredClient, Found, Identity, Key,
    Mark, Protection, Removal, Snapshot, Standing,
};
use crate::plan::owner::{Owner, owner_of};
use crate::plan::verdict::{Class, Evidence, Verdict};

/// What must be known of all clients to say whose one is.
pub(super) struct Clients<'a> {
    desired: &'a Desired,
    owners: BTreeMap<&'a ClientId, Owner>,
    /// Those that the configuration names by their ids,
    /// with the keys it gives them.
    bound: BTreeMap<&'a ClientId, &'a Key>,
    /// Those that the configuration only refers to.
    external: BTreeSet<&'a ClientId>,
    /// Those that carry our mark, by the key it names: sorted,
    /// as there may be very many.
    marked: Vec<(Key, &'a ClientId)>,
    /// Those that are to be taken over by their names, with the keys they get.
    by_name: BTreeMap<&'a ClientId, &'a Key>,
}

/// The class of a client, how we know, and the key it has here if it is ours.
type Judgement = (Class, Evidence, Option<Key>);

impl<'a> Clients<'a> {
    pub(super) fn of(desired: &'a Desired, seen: &'a Snapshot) -> Self {
        let found = seen.found.iter();
        let found = found.filter_map(|(address, found)| match address {
            Address::Client(ClientRef::Id(id)) => Some((id, found)),
            _ => None,
        });
        let owners: BTreeMap<&ClientId, Owner> = found
            .clone()
            .map(|(id, found)| (id, owner_of(desired, &seen.tenant, found)))
            .collect();
        let free = free_by_name(found, &owners);

        let mut clients = Self {
            desired,
            marked: sort_by_marks(&owners),
            owners,
            bound: BTreeMap::new(),
            external: BTreeSet::new(),
            by_name: BTreeMap::new(),
        };
        for (key, client) in &desired.clients {
            clients.add_declared(key, client, &free);
        }
        clients
    }

    fn add_declared(
        &mut self,
        key: &'a Key,
        client: &'a DesiredClient,
        free: &BTreeMap<&str, Vec<&'a ClientId>>,
    ) {
        let (identity, spec) = match client {
            DesiredClient::External(id) => {
                self.external.insert(id);
                return;
            }
            DesiredClient::Managed {
                identity, spec, ..
            } => (identity, spec),
        };

        match identity {
            Identity::Mark => {}
            Identity::ClientId(id) => {
                self.bound.insert(id, key);
            }
            Identity::Name => {
                let name = spec.name.as_ref();
                let alike = name.and_then(|name| free.get(name.as_str()));
                // Of several, nobody can say which one is meant; and a mark
                // counts before a name.
                if let Some([id]) = alike.map(Vec::as_slice)
                    && self.marked_with(key).is_empty()
                {
                    self.by_name.insert(id, key);
                }
            }
        }
    }

    pub(super) fn classify<'f>(
        &self,
        id: &ClientId,
        found: &'f Found,
    ) -> Verdict<'f> {
        let (class, evidence, key) = self.judge(id, found);
        let client =
            key.map_or_else(|| ClientRef::Id(id.clone()), ClientRef::Key);

        Verdict {
            found,
            class,
            evidence,
            address: Address::Client(client),
        }
    }

    fn judge(&self, id: &ClientId, found: &Found) -> Judgement {
        // First of all, because whatever is there may be referred to: another
        // stack's client too, and one that no configuration changes.
        if self.external.contains(id) {
            return (Class::External, Evidence::Declaration, None);
        }

        let owner = self
            .owners
            .get(id)
            .unwrap_or(&Owner::Nobody);
        if found.standing != Standing::Ordinary {
            // The key of its mark is kept: to declare the key means to declare
            // this client.
            let key = match owner {
                Owner::Us { key, .. } => Some(key.clone()),
                _ => None,
            };
            let class = Class::Untouchable(found.standing);
            return (class, Evidence::Standing, key);
        }

        match owner {
            Owner::Nobody => self.judge_unmarked(id, Class::Unmanaged),
            Owner::Copied => self.judge_unmarked(id, Class::CopiedMark),
            Owner::Us { mark, key } => self.judge_ours(id, mark, key),
            Owner::Them(mark) => {
                let class = Class::Foreign(mark.stack.clone());
                (class, Evidence::Mark(mark.to_string()), None)
            }
            Owner::Unreadable { error, .. } => {
                let class = Class::UnreadableMark(Box::new(error.clone()));
                (class, Evidence::Nothing, None)
            }
        }
    }

    /// A client without a mark that counts: it is taken over if the
    /// configuration means it, and of this class otherwise.
    fn judge_unmarked(&self, id: &ClientId, otherwise: Class) -> Judgement {
        let bound = self.bound.get(id).copied();
        let named = self.by_name.get(id).copied();

        match (bound, named) {
            (Some(key), _) => adoptable(Evidence::ClientId, key),
            (None, Some(key)) => adoptable(Evidence::Name, key),
            (None, None) => (otherwise, Evidence::Nothing, None),
        }
    }

    /// A client that carries our mark for this key.
    fn judge_ours(&self, id: &ClientId, mark: &Mark, key: &Key) -> Judgement {
        // A client that is bound under a new key has moved there, if nothing
        // else has its old one.
        if let Some(bound) = self.bound.get(id)
            && !self.is_declared(key)
        {
            let bound = Some((*bound).clone());
            return (Class::Managed, Evidence::ClientId, bound);
        }

        let evidence = Evidence::Mark(mark.to_string());
        let twins = self.marked_with(key);
        // None is ours until a person has chosen: nothing here says which one
        // its service uses.
        if twins.len() > 1 {
            let ids = twins
                .iter()
                .map(|(_, id)| (*id).clone());
            return (Class::Ambiguous(ids.collect()), evidence, None);
        }

        let class = if self.is_declared(key) {
            Class::Managed
        } else {
            self.judge_undeclared(key, mark.protection)
        };
        (class, evidence, Some(key.clone()))
    }

    /// The class of a client of ours that is not declared. To let one go is no
    /// deletion, so it may be protected.
    fn judge_undeclared(&self, key: &Key, protection: Protection) -> Class {
        let removal = self
            .desired
            .policy
            .removed_clients
            .get(key);
        match (removal, protection) {
            (Some(Removal::Release), _) => Class::Removed(Removal::Release),
            // The mark counts before `removed`: protection is given up by a
            // change of its own, applied first.
            (_, Protection::Protected) => Class::Protected,
            (Some(Removal::Destroy), Protection::Open) => {
                Class::Removed(Removal::Destroy)
            }
            (None, Protection::Open) => Class::Orphan,
        }
    }

    /// The clients that carry our mark for this key.
    fn marked_with(&self, key: &Key) -> &[(Key, &'a ClientId)] {
        let from = self
            .marked
            .partition_point(|(other, _)| other < key);
        let rest = &self.marked[from..];
        let count = rest
            .iter()
            .take_while(|(other, _)| other == key)
            .count();

        &rest[..count]
    }

    fn is_declared(&self, key: &Key) -> bool {
        let declared = self.desired.clients.get(key);
        matches!(declared, Some(DesiredClient::Managed { .. }))
    }
}

/// A client that is taken over under this key.
fn adoptable(evidence: Evidence, key: &Key) -> Judgement {
    (Class::Adoptable, evidence, Some(key.clone()))
}

/// The clients that carry our mark, by the key that it names.
fn sort_by_marks<'a>(
    owners: &BTreeMap<&'a ClientId, Owner>,
) -> Vec<(Key, &'a ClientId)> {
    let mut marked: Vec<(Key, &ClientId)> = owners
        .iter()
        .filter_map(|(id, owner)| match owner {
            Owner::Us { key, .. } => Some((key.clone(), *id)),
            Owner::Nobody
            | Owner::Copied
            | Owner::Them(_)
            | Owner::Unreadable { .. } => None,
        })
        .collect();
    marked.sort_unstable();
    marked
}

/// The clients that could be taken over, by name.
fn free_by_name<'a>(
    found: impl Iterator<Item = (&'a ClientId, &'a Found)>,
    owners: &BTreeMap<&ClientId, Owner>,
) -> BTreeMap<&'a str, Vec<&'a ClientId>> {
    let mut free: BTreeMap<&str, Vec<&ClientId>> = BTreeMap::new();
    for (id, found) in found {
        // It cannot be taken over, so it must not make the name of
        // one that can ambiguous.
        if found.standing != Standing::Ordinary {
            continue;
        }

        if let Some(Owner::Nobody | Owner::Copied) = owners.get(id)
            && let Some(name) = found.name()
        {
            free.entry(name).or_default().push(id);
        }
    }
    free
}
