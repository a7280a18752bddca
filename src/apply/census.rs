//! The clients of a tenant at one moment, by what tells them from each other: before clients are
//! created, and once they are.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Address, ClientId, ClientRef, ClientSpec, Found, Key, Value, Written};
use crate::plan::Change;
use crate::provider::{Mutate, Names, ProviderError};

/// What there is to know of the clients.
pub(super) enum Census {
    /// Nothing: no client is created, or the tenant itself refuses a second one.
    NotNeeded,
    /// All of them were listed.
    Taken(Clients),
    /// They could not be listed.
    Failed(ProviderError),
}

/// The clients of a tenant.
#[derive(Default)]
pub(super) struct Clients {
    marked: BTreeMap<Written, Vec<ClientId>>,
    unmarked_names: BTreeSet<String>,
}

/// What of a client that is to be created is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    /// Nothing.
    Nothing,
    /// A client with its mark: another run of the stack has made it.
    Marked,
    /// A client with its name, and without a mark: to create another would double it.
    Namesake,
}

impl Census {
    /// Lists the clients, if one of these changes creates one that the tenant would let be doubled.
    pub(super) async fn take<'c, P: Mutate>(
        provider: &P,
        mut changes: impl Iterator<Item = &'c Change>,
    ) -> Self {
        if provider.names() == Names::Unique || !changes.any(Change::creates_client) {
            return Self::NotNeeded;
        }

        match provider.clients().await {
            Ok(found) => Self::Taken(Clients::of(&found)),
            Err(error) => Self::Failed(error),
        }
    }

    /// What has come of a client since it was planned.
    pub(super) fn came(&self, change: &Change) -> Result<Came, ProviderError> {
        match self {
            Self::NotNeeded => Ok(Came::Nothing),
            Self::Taken(clients) => Ok(clients.came(change)),
            Self::Failed(error) => Err(ProviderError::NotListedAgain { reason: error.to_string() }),
        }
    }
}

impl Clients {
    fn of(found: &BTreeMap<Address, Found>) -> Self {
        let mut clients = Self::default();
        for (address, found) in found {
            let Address::Client(ClientRef::Id(id)) = address else { continue };
            match (Written::find(&found.attrs), found.attrs.get(ClientSpec::NAME)) {
                (Some(mark), _) => clients.marked.entry(mark).or_default().push(id.clone()),
                (None, Some(Value::Text(name))) => _ = clients.unmarked_names.insert(name.clone()),
                (None, _) => {}
            }
        }
        clients
    }

    fn came(&self, change: &Change) -> Came {
        let is_marked =
            Written::find(&change.fields).is_some_and(|mark| self.marked.contains_key(&mark));
        let name = change.fields.get(ClientSpec::NAME).and_then(Value::as_text);
        let is_namesake = name.is_some_and(|name| self.unmarked_names.contains(name));

        match (is_marked, is_namesake) {
            (true, _) => Came::Marked,
            (false, true) => Came::Namesake,
            (false, false) => Came::Nothing,
        }
    }

    /// The clients of these that carry one mark, by the key in it: at least two each.
    pub(super) fn twins<'c>(
        &self,
        created: impl Iterator<Item = &'c Change>,
    ) -> Vec<(Key, Vec<ClientId>)> {
        let twins = created.filter_map(|change| {
            let Address::Client(ClientRef::Key(key)) = &change.address else { return None };
            let ids = self.marked.get(&Written::find(&change.fields)?)?;
            (ids.len() > 1).then(|| (key.clone(), ids.clone()))
        });
        twins.collect()
    }
}
