//! The clients of a tenant at one moment, by what tells them from each other:
//! before clients are created, and once they are.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Address, ClientId, ClientRef, ClientSpec, Found, Key, RemoteId, StackName,
    TenantHash, Value, Written,
};
use crate::plan::Change;
use crate::provider::{Mutate, Names, Observe as _, ProviderError};

/// What there is to know of the clients.
pub(super) enum Census {
    /// Nothing: no client is created, or the tenant
    /// itself refuses a second one.
    NotNeeded,
    /// All of them were listed.
    Taken(Clients),
    /// They could not be listed.
    Failed(ProviderError),
}

/// The clients of a tenant.
#[derive(Default)]
pub(super) struct Clients {
    /// By what their marks say, but for the flags: another
    /// run may have set others.
    marked: BTreeMap<Identity, Vec<ClientId>>,
    /// What marks name that cannot be read: whoever carries one may be meant.
    unreadable: Named,
    /// The mark of each client that carries one, as it is written.
    written: BTreeMap<RemoteId, Written>,
    /// Names of clients without a mark, but for those that the plan is about.
    unmarked_names: BTreeSet<String>,
}

type Identity = (StackName, TenantHash, Key);

/// What marks name that cannot be read as a whole.
#[derive(Default)]
struct Named {
    stack_words: BTreeSet<String>,
    keys: BTreeSet<Key>,
}

/// What of a client that is to be created is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Existing {
    /// Nothing.
    Nothing,
    /// A client with its mark: another run of the stack has made it.
    Marked,
    /// A client that may be meant: it has its name and no mark, or a mark that
    /// cannot be read and names its stack or its key.
    Lookalike,
}

impl Census {
    /// Lists the clients, if one of these changes creates one that the tenant
    /// would let be doubled, or takes one over. What the plan is about is known
    /// by these ids.
    pub(super) async fn take<'c, P: Mutate>(
        provider: &P,
        mut changes: impl Iterator<Item = &'c Change>,
        known: &BTreeMap<Address, RemoteId>,
    ) -> Self {
        // Where names are unique, one run at a time has the whole tenant.
        if provider.names() == Names::Unique
            || !changes.any(Change::lists_clients)
        {
            return Self::NotNeeded;
        }

        match provider.reader().list_clients().await {
            Ok(found) => Self::Taken(Clients::of(&found, known)),
            // No end of the run: only what creates or takes over a client
            // cannot be done then.
            Err(error) => Self::Failed(error),
        }
    }

    /// Whether a client that is to be taken over carries the mark that it was
    /// planned with, if any: another stack may have been faster.
    pub(super) fn is_as_planned(
        &self,
        change: &Change,
        id: &RemoteId,
    ) -> Result<bool, ProviderError> {
        match self {
            Self::NotNeeded => Ok(true),
            Self::Taken(clients) => {
                Ok(change.writes_over(clients.written.get(id)))
            }
            Self::Failed(error) => Err(not_listed_again(error)),
        }
    }

    /// What is there of a client that was not when it was planned.
    pub(super) fn find_existing(
        &self,
        change: &Change,
    ) -> Result<Existing, ProviderError> {
        match self {
            Self::NotNeeded => Ok(Existing::Nothing),
            Self::Taken(clients) => Ok(clients.find_existing(change)),
            Self::Failed(error) => Err(not_listed_again(error)),
        }
    }
}

fn not_listed_again(error: &ProviderError) -> ProviderError {
    let reason = error.to_string();

    ProviderError::NotListedAgain { reason }
}

impl Clients {
    fn of(
        found: &BTreeMap<Address, Found>,
        known: &BTreeMap<Address, RemoteId>,
    ) -> Self {
        let known: BTreeSet<&RemoteId> = known.values().collect();

        let mut clients = Self::default();
        for (address, found) in found {
            let Address::Client(ClientRef::Id(id)) = address else {
                continue;
            };
            match Written::find(&found.attrs) {
                Some(mark) => clients.add_marked(id, found, mark),
                // The plan may take it over and rename it, so its name of now
                // is in nobody's way.
                None if known.contains(&found.id) => {}
                None => {
                    let name = found.name().map(str::to_owned);
                    clients.unmarked_names.extend(name);
                }
            }
        }
        clients
    }

    fn add_marked(&mut self, id: &ClientId, found: &Found, mark: Written) {
        if let Some(identity) = mark.identity() {
            self.marked
                .entry(identity)
                .or_default()
                .push(id.clone());
        } else {
            let words = mark.stack_words().map(str::to_owned);
            self.unreadable
                .stack_words
                .extend(words);
            self.unreadable
                .keys
                .extend(mark.key_of_no_stack());
        }

        self.written
            .insert(found.id.clone(), mark);
    }

    /// What is there of a client that is to be created.
    fn find_existing(&self, change: &Change) -> Existing {
        let Some(identity) = identity_of(change) else {
            return Existing::Nothing;
        };
        if self.marked.contains_key(&identity) {
            return Existing::Marked;
        }

        let name = change
            .fields
            .get(ClientSpec::NAME)
            .and_then(Value::as_text);
        let is_namesake =
            name.is_some_and(|name| self.unmarked_names.contains(name));
        if is_namesake || self.unreadable.names(&identity) {
            Existing::Lookalike
        } else {
            Existing::Nothing
        }
    }

    /// The clients of these that carry one mark, by the key
    /// in it: at least two each.
    pub(super) fn list_twins(
        &self,
        created: Vec<&Change>,
    ) -> Vec<(Key, Vec<ClientId>)> {
        let mut twins = Vec::new();
        for change in created {
            let Address::Client(ClientRef::Key(key)) = &change.address else {
                continue;
            };
            let identity = identity_of(change);
            let ids = identity.and_then(|identity| self.marked.get(&identity));
            if let Some(ids) = ids.filter(|ids| ids.len() > 1) {
                twins.push((key.clone(), ids.clone()));
            }
        }
        twins
    }
}

impl Named {
    /// Whether the stack or the key of a mark is among these.
    fn names(&self, (stack, _, key): &Identity) -> bool {
        self.stack_words
            .contains(stack.as_str())
            || self.keys.contains(key)
    }
}

/// What the mark says of a client that a change creates.
fn identity_of(change: &Change) -> Option<Identity> {
    Written::find(&change.fields)?.identity()
}
