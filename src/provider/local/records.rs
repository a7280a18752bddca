//! The objects of a local tenant, and where each is found.

use std::collections::BTreeMap;

use super::line::{GrantKey, Record};
use crate::model::{Address, ClientId, ClientRef, Identifier, SubjectType};

/// The objects. Nothing but [`put`](Self::put) and [`take`](Self::take) changes
/// which there are, so what is looked up agrees with them.
#[derive(Debug, Default)]
pub(super) struct Records {
    // In order, so that the same tenant is always the same file.
    by_id: BTreeMap<String, Record>,
    /// The id of each API.
    servers: BTreeMap<Identifier, String>,
    /// The id of each grant: those of a client side by side.
    grants: BTreeMap<GrantKey, String>,
}

impl Records {
    pub(super) fn len(&self) -> usize {
        self.by_id.len()
    }

    pub(super) fn get(&self, id: &str) -> Option<&Record> {
        self.by_id.get(id)
    }

    /// All of them, by id.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Record> {
        self.by_id.values()
    }

    pub(super) fn into_iter(self) -> impl Iterator<Item = Record> {
        self.by_id.into_values()
    }

    pub(super) fn has_server(&self, identifier: &Identifier) -> bool {
        self.servers.contains_key(identifier)
    }

    /// The id of the object at an address; a client that is
    /// named by its key has none.
    pub(super) fn id_at(&self, address: &Address) -> Option<&str> {
        match address {
            Address::ResourceServer(identifier) => self
                .servers
                .get(identifier)
                .map(String::as_str),
            Address::Client(ClientRef::Id(id)) => {
                self.get(id.as_str()).map(Record::id)
            }
            Address::Grant {
                client: ClientRef::Id(client),
                audience,
                subject_type,
            } => {
                let key = (
                    client.clone(),
                    audience.as_str().to_owned(),
                    *subject_type,
                );
                self.grants
                    .get(&key)
                    .map(String::as_str)
            }
            Address::Client(ClientRef::Key(_))
            | Address::Grant {
                client: ClientRef::Key(_),
                ..
            } => None,
        }
    }

    /// The ids of the grants on an API.
    pub(super) fn ids_of_grants_on(
        &self,
        server: &Identifier,
    ) -> impl Iterator<Item = &String> {
        let grants = self.grants.iter();
        grants
            .filter(|((_, audience, _), _)| audience == server.as_str())
            .map(|(_, id)| id)
    }

    /// The ids of the grants of a client.
    pub(super) fn ids_of_grants(
        &self,
        client: &ClientId,
    ) -> impl Iterator<Item = &String> {
        // No identifier is empty and no subject comes before this one, so
        // nothing of the client is before it.
        let first = (
            client.clone(),
            String::new(),
            SubjectType::Client,
        );

        self.grants
            .range(first..)
            .take_while(move |((other, ..), _)| other == client)
            .map(|(_, id)| id)
    }

    /// Puts an object where none is.
    pub(super) fn put(&mut self, record: Record) {
        let id = record.id().to_owned();
        match &record {
            Record::ResourceServer(server) => {
                self.servers
                    .insert(server.identifier.clone(), id.clone());
            }
            Record::Client(_) => {}
            Record::Grant(grant) => {
                self.grants
                    .insert(grant.key(), id.clone());
            }
        }

        self.by_id.insert(id, record);
    }

    /// Takes an object out, and nothing else.
    pub(super) fn take(&mut self, id: &str) -> Option<Record> {
        let record = self.by_id.remove(id)?;
        match &record {
            Record::ResourceServer(server) => {
                drop(self.servers.remove(&server.identifier));
            }
            Record::Client(_) => {}
            Record::Grant(grant) => drop(self.grants.remove(&grant.key())),
        }

        Some(record)
    }

    /// Takes an object out; a client takes its grants
    /// along, which come after it.
    pub(super) fn remove(&mut self, id: &str) -> Vec<Record> {
        let Some(record) = self.take(id) else {
            return Vec::new();
        };

        let ids_of_grants: Vec<String> = match &record {
            Record::Client(client) => self
                .ids_of_grants(&client.id)
                .cloned()
                .collect(),
            // The grants on an API stay behind: a tenant may leave them, so a
            // plan has to end them itself.
            Record::ResourceServer(_) | Record::Grant(_) => Vec::new(),
        };

        let mut removed = vec![record];
        for id in ids_of_grants {
            removed.extend(self.take(&id));
        }
        removed
    }
}
