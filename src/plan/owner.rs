//! Whose each live client is: its mark, its id or its name says so.

use std::collections::{BTreeMap, BTreeSet};

use super::verdict::{Class, Evidence, Verdict};
use crate::model::{
    Address, ClientId, ClientRef, Desired, DesiredClient, Found, Identity, Key, Mark, MarkError,
    Protection, Removal, Resources, Snapshot, StackName, Standing, TenantHash, Written,
};

/// Whose a live object is by its mark, as this stack sees it. This is the one place that decides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Owner {
    /// It carries no mark.
    Nobody,
    /// Its mark was written for another tenant, and is no evidence here.
    Copied,
    /// This stack, under its present or a former name. The key is that of the mark, or where it was
    /// moved to.
    Us { mark: Mark, key: Key },
    /// Another stack.
    Them(Mark),
    /// Its mark cannot be read.
    Unreadable {
        error: MarkError,
        relation: Relation,
    },
}

/// What an unreadable mark has to do with this stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Relation {
    /// It names this stack, or a key of it that is declared: it may be ours.
    Near(Option<Key>),
    /// It names neither.
    None,
}

/// Whose an object is by its mark.
pub(crate) fn owner_of(desired: &Desired, tenant: &TenantHash, found: &Found) -> Owner {
    match found.mark() {
        None => Owner::Nobody,
        Some(Err(error)) => {
            let relation = relation_of(desired, &error.written);
            Owner::Unreadable { error, relation }
        }
        Some(Ok(mark)) if mark.tenant != *tenant => Owner::Copied,
        Some(Ok(mark)) if is_a_name_of(desired, &mark.stack) => {
            let key = desired
                .policy
                .moved_clients
                .get(&mark.key)
                .unwrap_or(&mark.key)
                .clone();
            Owner::Us { mark, key }
        }
        Some(Ok(mark)) => Owner::Them(mark),
    }
}

fn is_a_name_of(desired: &Desired, stack: &StackName) -> bool {
    *stack == desired.stack || desired.policy.former_stacks.contains(stack)
}

/// What an unreadable mark has to do with the stack. To call it unmarked would mean to create its
/// client a second time.
fn relation_of(desired: &Desired, written: &Written) -> Relation {
    let is_of_ours = |key: &Key| {
        desired.clients.contains_key(key) || desired.policy.moved_clients.contains_key(key)
    };
    let is_named = written.stack_words().any(|word| {
        word.parse()
            .is_ok_and(|stack| is_a_name_of(desired, &stack))
    });

    if is_named {
        Relation::Near(written.named_key().filter(is_of_ours))
    } else {
        match written.key_of_no_stack().filter(is_of_ours) {
            Some(key) => Relation::Near(Some(key)),
            None => Relation::None,
        }
    }
}

/// What must be known of all clients to say whose one is.
pub(super) struct Clients<'a> {
    desired: &'a Desired,
    owners: BTreeMap<&'a ClientId, Owner>,
    bound: BTreeMap<&'a ClientId, &'a Key>,
    external: BTreeSet<&'a ClientId>,
    /// The clients that carry our mark, by the key it names: sorted, as there may be very many.
    marked: Vec<(Key, &'a ClientId)>,
    by_name: BTreeMap<&'a ClientId, &'a Key>,
    resources: &'a Resources<'a>,
}

impl<'a> Clients<'a> {
    pub(super) fn of(
        desired: &'a Desired,
        seen: &'a Snapshot,
        resources: &'a Resources<'a>,
    ) -> Self {
        let found = seen
            .found
            .iter()
            .filter_map(|(address, found)| match address {
                Address::Client(ClientRef::Id(id)) => Some((id, found)),
                _ => None,
            });
        let owners: BTreeMap<&ClientId, Owner> = found
            .clone()
            .map(|(id, found)| (id, owner_of(desired, &seen.tenant, found)))
            .collect();
        let marked = owners.iter().filter_map(|(id, owner)| match owner {
            Owner::Us { key, .. } => Some((key.clone(), *id)),
            Owner::Nobody | Owner::Copied | Owner::Them(_) | Owner::Unreadable { .. } => None,
        });
        let mut marked: Vec<(Key, &ClientId)> = marked.collect();
        marked.sort_unstable();
        let free = free_by_name(found, &owners);
        let mut clients = Self {
            desired,
            owners,
            bound: BTreeMap::new(),
            external: BTreeSet::new(),
            marked,
            by_name: BTreeMap::new(),
            resources,
        };
        for (key, client) in &desired.clients {
            match client {
                DesiredClient::External(id) => _ = clients.external.insert(id),
                DesiredClient::Managed {
                    identity: Identity::ClientId(id),
                    ..
                } => {
                    clients.bound.insert(id, key);
                }
                DesiredClient::Managed {
                    identity: Identity::Name,
                    spec,
                    ..
                } => {
                    let alike = spec.name.as_ref().and_then(|name| free.get(name.as_str()));
                    if let Some([id]) = alike.map(Vec::as_slice)
                        && clients.marked_with(key).is_empty()
                    {
                        clients.by_name.insert(id, key);
                    }
                }
                DesiredClient::Managed {
                    identity: Identity::Mark,
                    ..
                } => {}
            }
        }
        clients
    }

    pub(super) fn declares_grant(&self, address: &Address) -> bool {
        self.resources.contains_key(address)
    }

    pub(super) fn classify<'f>(&self, id: &ClientId, found: &'f Found) -> Verdict<'f> {
        let (class, evidence, key) = self.class(id, found);
        let client = key.map_or_else(|| ClientRef::Id(id.clone()), ClientRef::Key);
        Verdict {
            found,
            class,
            evidence,
            address: Address::Client(client),
        }
    }

    /// The class of a client, how we know, and the key it has here if it is ours.
    fn class(&self, id: &ClientId, found: &Found) -> (Class, Evidence, Option<Key>) {
        if self.external.contains(id) {
            return (Class::External, Evidence::Declaration, None);
        }
        if found.standing != Standing::Ordinary {
            // The key of its mark is kept: to declare the key means to declare this client.
            let key = match self.owners.get(id) {
                Some(Owner::Us { key, .. }) => Some(key.clone()),
                _ => None,
            };
            return (Class::Untouchable(found.standing), Evidence::Standing, key);
        }
        match (
            self.owners.get(id).unwrap_or(&Owner::Nobody),
            self.bound.get(id),
        ) {
            (Owner::Nobody | Owner::Copied, Some(key)) => {
                (Class::Adoptable, Evidence::ClientId, Some((*key).clone()))
            }
            (Owner::Us { key: marked, .. }, Some(key)) if !self.is_declared(marked) => {
                (Class::Managed, Evidence::ClientId, Some((*key).clone()))
            }
            (owner @ (Owner::Nobody | Owner::Copied), None) => match self.by_name.get(id) {
                Some(key) => (Class::Adoptable, Evidence::Name, Some((*key).clone())),
                None if matches!(owner, Owner::Copied) => {
                    (Class::CopiedMark, Evidence::Nothing, None)
                }
                None => (Class::Unmanaged, Evidence::Nothing, None),
            },
            (Owner::Us { mark, key }, _) => {
                let (class, key) = self.marked(mark, key);
                (class, Evidence::Mark(mark.to_string()), key)
            }
            (Owner::Them(mark), _) => (
                Class::Foreign(mark.stack.clone()),
                Evidence::Mark(mark.to_string()),
                None,
            ),
            (Owner::Unreadable { error, .. }, _) => (
                Class::UnreadableMark(Box::new(error.clone())),
                Evidence::Nothing,
                None,
            ),
        }
    }

    /// The class of a client that carries our mark for this key.
    fn marked(&self, mark: &Mark, key: &Key) -> (Class, Option<Key>) {
        let twins = self.marked_with(key);
        if twins.len() > 1 {
            let ids = twins.iter().map(|(_, id)| (*id).clone()).collect();
            return (Class::Ambiguous(ids), None);
        }
        let class = if self.is_declared(key) {
            Class::Managed
        } else {
            match (
                self.desired.policy.removed_clients.get(key),
                mark.protection,
            ) {
                (Some(Removal::Release), _) => Class::Removed(Removal::Release),
                (_, Protection::Protected) => Class::Protected,
                (Some(Removal::Destroy), Protection::Open) => Class::Removed(Removal::Destroy),
                (None, Protection::Open) => Class::Orphan,
            }
        };
        (class, Some(key.clone()))
    }

    /// The clients that carry our mark for this key.
    fn marked_with(&self, key: &Key) -> &[(Key, &'a ClientId)] {
        let from = self.marked.partition_point(|(other, _)| other < key);
        let rest = &self.marked[from..];

        &rest[..rest.iter().take_while(|(other, _)| other == key).count()]
    }

    fn is_declared(&self, key: &Key) -> bool {
        matches!(
            self.desired.clients.get(key),
            Some(DesiredClient::Managed { .. })
        )
    }
}

/// The clients that could be taken over, by name.
fn free_by_name<'a>(
    found: impl Iterator<Item = (&'a ClientId, &'a Found)>,
    owners: &BTreeMap<&ClientId, Owner>,
) -> BTreeMap<&'a str, Vec<&'a ClientId>> {
    let mut free: BTreeMap<&str, Vec<&ClientId>> = BTreeMap::new();
    for (id, found) in found.filter(|(_, found)| found.standing == Standing::Ordinary) {
        if let (Some(name), Some(Owner::Nobody | Owner::Copied)) = (found.name(), owners.get(id)) {
            free.entry(name).or_default().push(id);
        }
    }
    free
}
