//! Where things are in a realm, as it was read last: a change that needs the id
//! of a client or of a scope need not ask for it again. Ids are never used
//! twice, so what is out of date leads nowhere, and to nothing else.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::scopes::Scopes;
use super::wire::Client;
use crate::model::{Identifier, ScopeName};

/// Where things are.
#[derive(Debug, Default)]
pub(super) struct Memory(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// The scopes as they were read.
    scopes: Option<Arc<Scopes>>,
    /// How often what was read of scopes has become untrue by a change of ours.
    changes: Changes,
    /// The ids in addresses of scopes that were made since, or
    /// become what they are called.
    ids_of_scopes: BTreeMap<(Identifier, ScopeName), String>,
    /// The ids of clients in addresses, by their client ids.
    ids_of_clients: BTreeMap<String, String>,
}

/// How many changes there were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Changes(u64);

impl Memory {
    /// Where a reading of scopes begins: what it shows is learnt by that.
    pub(super) fn changes(&self) -> Changes {
        self.known().changes
    }

    /// What a reading shows that has begun there. Where something was changed
    /// since, it may show what was there before.
    pub(super) fn learn_scopes(&self, begun: Changes, scopes: Arc<Scopes>) {
        let mut known = self.known();
        if known.changes == begun {
            known.ids_of_scopes.clear();
            known.scopes = Some(scopes);
        }
    }

    pub(super) fn learn_scope(
        &self,
        api: &Identifier,
        name: &ScopeName,
        id: String,
    ) {
        let of = (api.clone(), name.clone());
        self.known()
            .ids_of_scopes
            .insert(of, id);
    }

    /// What an API has become to a scope is not as it was read.
    pub(super) fn forget_scopes(&self) {
        let mut known = self.known();
        known.changes.0 += 1;
        known.scopes = None;
    }

    pub(super) fn scopes(&self) -> Option<Arc<Scopes>> {
        self.known().scopes.clone()
    }

    pub(super) fn id_of_scope(
        &self,
        api: &Identifier,
        name: &ScopeName,
    ) -> Option<String> {
        let known = self.known();
        let of = (api.clone(), name.clone());
        if let Some(id) = known.ids_of_scopes.get(&of) {
            return Some(id.clone());
        }

        let scope = known.scopes.as_ref()?.find(api, name)?;
        Some(scope.wire.id.clone())
    }

    pub(super) fn learn_clients<'a>(
        &self,
        clients: impl Iterator<Item = &'a Client>,
    ) {
        let ids =
            clients.map(|client| (client.client_id.clone(), client.id.clone()));
        self.known().ids_of_clients = ids.collect();
    }

    pub(super) fn learn_client(&self, client_id: &str, id: &str) {
        let mut known = self.known();
        known
            .ids_of_clients
            .insert(client_id.to_owned(), id.to_owned());
    }

    pub(super) fn forget_client(&self, client_id: &str) {
        self.known()
            .ids_of_clients
            .remove(client_id);
    }

    pub(super) fn id_of_client(&self, client_id: &str) -> Option<String> {
        self.known()
            .ids_of_clients
            .get(client_id)
            .cloned()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
