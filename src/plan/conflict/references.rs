//! What the configuration names, and cannot mean: it is not
//! there, or is never changed.

use super::{Conflict, ConflictSearch};
use crate::model::{
    Address, ClientRef, DesiredClient, DesiredResourceServer, Key, Standing,
};
use crate::plan::verdict::{Class, Verdict};

impl ConflictSearch<'_> {
    /// What is only referred to must exist.
    pub(super) fn find_missing_references(&self) -> Vec<Conflict> {
        let desired = self.context.desired;
        let servers = desired
            .resource_servers
            .iter()
            .filter_map(|(key, server)| {
                self.refuse_missing_server(key, server)
            });
        let clients = desired
            .clients
            .iter()
            .filter_map(|(key, client)| {
                self.refuse_missing_client(key, client)
            });

        servers.chain(clients).collect()
    }

    fn refuse_missing_server(
        &self,
        key: &Key,
        server: &DesiredResourceServer,
    ) -> Option<Conflict> {
        let is_declared = server.spec.is_some();
        let address = Address::ResourceServer(server.identifier.clone());
        if is_declared
            || self
                .context
                .seen
                .found
                .contains_key(&address)
        {
            return None;
        }

        Some(Conflict::NoSuchResourceServer {
            key: key.clone(),
            identifier: server.identifier.clone(),
        })
    }

    fn refuse_missing_client(
        &self,
        key: &Key,
        client: &DesiredClient,
    ) -> Option<Conflict> {
        let DesiredClient::External(id) = client else {
            return None;
        };
        if self.live_client(id).is_some() {
            return None;
        }

        Some(Conflict::NoSuchClient {
            key: key.clone(),
            id: id.clone(),
        })
    }

    /// What is declared or removed must not be what no configuration changes.
    pub(super) fn find_untouchable(&self) -> Vec<Conflict> {
        self.context
            .verdicts
            .values()
            .filter_map(|verdict| self.refuse_untouchable(verdict))
            .collect()
    }

    fn refuse_untouchable(&self, verdict: &Verdict<'_>) -> Option<Conflict> {
        let Class::Untouchable(standing) = verdict.class else {
            return None;
        };
        // What is no API of its own is none to be removed, and is told by whose
        // client it names.
        let is_api = standing != Standing::ScopesAlone;
        let is_declared = self
            .context
            .resources
            .contains_key(&verdict.address)
            && (is_api || !self.names_a_client(&verdict.address));
        let is_removed = is_api && self.is_removed(&verdict.address);
        if !is_declared && !is_removed {
            return None;
        }

        Some(Conflict::Untouchable {
            name: self.context.names.of(&verdict.address),
            id: verdict.found.id.clone(),
            standing,
        })
    }

    fn names_a_client(&self, address: &Address) -> bool {
        match address {
            Address::ResourceServer(identifier) => self
                .holder_of_identifier(identifier)
                .is_some(),
            Address::Client(_) | Address::Grant { .. } => false,
        }
    }

    fn is_removed(&self, address: &Address) -> bool {
        let policy = &self.context.desired.policy;
        match address {
            Address::ResourceServer(identifier) => policy
                .removed_resource_servers
                .contains_key(identifier),
            Address::Client(ClientRef::Key(key)) => {
                policy.removed_clients.contains_key(key)
            }
            Address::Client(ClientRef::Id(_)) | Address::Grant { .. } => false,
        }
    }
}
