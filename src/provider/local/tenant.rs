//! The state of a local tenant, and what each write does to it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::{
    Address, Attrs, ClientId, ClientRef, Digest, Found, Identifier, Inspection, Kind, RemoteId,
    Snapshot, Standing, SubjectType, TenantHash, Value,
};
use crate::provider::{ProviderError, Write};

/// What stands for the canonical domain of every local tenant.
const DOMAIN: &str = "local";

/// Everything a local tenant holds, by id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tenant {
    /// How many ids were ever given; an id is never given twice.
    issued: u64,
    resource_servers: BTreeMap<String, ResourceServer>,
    clients: BTreeMap<ClientId, Client>,
    grants: BTreeMap<String, Grant>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ResourceServer {
    identifier: Identifier,
    fields: BTreeMap<String, Stored>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Client {
    fields: BTreeMap<String, Stored>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Grant {
    client_id: ClientId,
    audience: Identifier,
    subject_type: SubjectType,
    fields: BTreeMap<String, Stored>,
}

/// A field's value as the file holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "serde_json::Value")]
struct Stored(Value);

impl From<serde_json::Value> for Stored {
    fn from(json: serde_json::Value) -> Self {
        Self(json.into())
    }
}

type Fields = BTreeMap<String, Stored>;

impl Tenant {
    /// The tenant as the engine sees it.
    pub(super) fn snapshot(&self) -> Snapshot {
        let servers = self.resource_servers.iter().map(|(id, server)| {
            (Address::ResourceServer(server.identifier.clone()), found(id, &server.fields))
        });
        let clients = self.clients.iter().map(|(id, client)| {
            (Address::Client(ClientRef::Id(id.clone())), found(id.as_str(), &client.fields))
        });
        let grants =
            self.grants.iter().map(|(id, grant)| (grant.address(), found(id, &grant.fields)));
        Snapshot {
            tenant: TenantHash::of(DOMAIN),
            management_api: management_api(),
            defaults: BTreeMap::from([(
                Kind::ResourceServer,
                Attrs::from([("scopes".to_owned(), Value::Map(BTreeMap::new()))]),
            )]),
            ceilings: BTreeMap::new(),
            unlisted: BTreeMap::new(),
            found: servers.chain(clients).chain(grants).collect(),
        }
    }

    /// A close look at one object: there is nothing that a listing would not show.
    pub(super) fn inspect(&self, address: &Address, id: &RemoteId) -> Option<Inspection> {
        let (fields, grants): (&Fields, BTreeSet<RemoteId>) = match address.kind() {
            Kind::ResourceServer => {
                let server = self.resource_servers.get(id.as_str())?;
                let ends = |grant: &Grant| grant.audience == server.identifier;
                (&server.fields, self.grants_that(ends))
            }
            Kind::Client => {
                let client_id: ClientId = id.as_str().parse().ok()?;
                let client = self.clients.get(&client_id)?;
                (&client.fields, self.grants_that(|grant| grant.client_id == client_id))
            }
            Kind::Grant => (&self.grants.get(id.as_str())?.fields, BTreeSet::new()),
        };

        let found = found(id.as_str(), fields);
        let digest = Digest::of(Value::Map(found.attrs.clone()).into());
        Some(Inspection { found, digest, grants })
    }

    fn grants_that(&self, are_meant: impl Fn(&Grant) -> bool) -> BTreeSet<RemoteId> {
        let grants = self.grants.iter().filter(|(_, grant)| are_meant(grant));

        grants.map(|(id, _)| RemoteId::new(id)).collect()
    }

    /// The clients as the engine sees them.
    pub(super) fn clients(&self) -> BTreeMap<Address, Found> {
        let clients = self.clients.iter().map(|(id, client)| {
            (Address::Client(ClientRef::Id(id.clone())), found(id.as_str(), &client.fields))
        });

        clients.collect()
    }

    /// Carries out a write, and gives the id of the object written.
    pub(super) fn write(&mut self, write: &Write) -> Result<RemoteId, ProviderError> {
        match write {
            Write::Create { address, attrs } => self.create(address, attrs),
            Write::Update { address, id, fields } => {
                merge(self.fields_mut(address, id).ok_or_else(|| gone(address))?, fields);
                Ok(id.clone())
            }
            Write::Delete { address, id } => {
                self.delete(address, id);
                Ok(id.clone())
            }
        }
    }

    fn create(&mut self, address: &Address, attrs: &Attrs) -> Result<RemoteId, ProviderError> {
        let exists = || ProviderError::AlreadyExists { address: Box::new(address.clone()) };
        let issued = self.next_id();
        let mut fields = Fields::new();
        merge(&mut fields, attrs);
        match address {
            Address::ResourceServer(identifier) => {
                if self.resource_servers.values().any(|server| server.identifier == *identifier) {
                    return Err(exists());
                }
                let id = server_id(issued);
                let server = ResourceServer { identifier: identifier.clone(), fields };
                self.resource_servers.insert(id.clone(), server);
                self.issued = issued;
                Ok(RemoteId::new(id))
            }
            Address::Client(_) => {
                let id = client_id(issued);
                self.clients.insert(id.parse().map_err(|_| exists())?, Client { fields });
                self.issued = issued;
                Ok(RemoteId::new(id))
            }
            Address::Grant { client, audience, subject_type } => {
                let ClientRef::Id(client_id) = client else {
                    return Err(gone(address));
                };
                let server = Address::ResourceServer(audience.clone());
                if !self.clients.contains_key(client_id) {
                    return Err(gone(&Address::Client(client.clone())));
                }
                let known = self.resource_servers.values().any(|api| api.identifier == *audience);
                if !known && *audience != management_api() {
                    return Err(gone(&server));
                }
                if self.grants.values().any(|grant| grant.address() == *address) {
                    return Err(exists());
                }
                let id = grant_id(issued);
                let (client_id, audience) = (client_id.clone(), audience.clone());
                let grant = Grant { client_id, audience, subject_type: *subject_type, fields };
                self.grants.insert(id.clone(), grant);
                self.issued = issued;
                Ok(RemoteId::new(id))
            }
        }
    }

    /// A number that no id has, whatever people may have written into the file.
    fn next_id(&self) -> u64 {
        let is_given = |number: u64| {
            let client = client_id(number).parse::<ClientId>();
            self.resource_servers.contains_key(&server_id(number))
                || self.grants.contains_key(&grant_id(number))
                || client.is_ok_and(|id| self.clients.contains_key(&id))
        };
        let mut next = self.issued.wrapping_add(1);
        while is_given(next) {
            next = next.wrapping_add(1);
        }
        next
    }

    /// The first address that two objects have, which only a file written by hand can hold.
    pub(super) fn doubled(&self) -> Option<Address> {
        let mut addresses = BTreeSet::new();
        let servers = self.resource_servers.values();
        let servers = servers.map(|server| Address::ResourceServer(server.identifier.clone()));
        let mut all = servers.chain(self.grants.values().map(Grant::address));
        all.find(|address| !addresses.insert(address.clone()))
    }

    fn fields_mut(&mut self, address: &Address, id: &RemoteId) -> Option<&mut Fields> {
        match address.kind() {
            Kind::ResourceServer => {
                self.resource_servers.get_mut(id.as_str()).map(|server| &mut server.fields)
            }
            Kind::Client => {
                let id = id.as_str().parse().ok()?;
                self.clients.get_mut::<ClientId>(&id).map(|client| &mut client.fields)
            }
            Kind::Grant => self.grants.get_mut(id.as_str()).map(|grant| &mut grant.fields),
        }
    }

    /// What is gone already is as it should be. A client takes its grants along.
    fn delete(&mut self, address: &Address, id: &RemoteId) {
        match address.kind() {
            Kind::ResourceServer => drop(self.resource_servers.remove(id.as_str())),
            Kind::Client => {
                self.clients.retain(|client_id, _| client_id.as_str() != id.as_str());
                self.grants.retain(|_, grant| grant.client_id.as_str() != id.as_str());
            }
            Kind::Grant => drop(self.grants.remove(id.as_str())),
        }
    }
}

fn server_id(number: u64) -> String {
    format!("api_{number:06}")
}

fn client_id(number: u64) -> String {
    format!("client_{number:06}")
}

fn grant_id(number: u64) -> String {
    format!("grant_{number:06}")
}

impl Grant {
    fn address(&self) -> Address {
        Address::Grant {
            client: ClientRef::Id(self.client_id.clone()),
            audience: self.audience.clone(),
            subject_type: self.subject_type,
        }
    }
}

/// A local tenant has no Management API; grants on it can be declared all the same.
fn management_api() -> Identifier {
    Identifier::of_management_api(DOMAIN)
}

fn found(id: &str, fields: &Fields) -> Found {
    let attrs = fields.iter().map(|(field, stored)| (field.clone(), stored.0.clone()));
    Found { id: RemoteId::new(id), standing: Standing::Ordinary, attrs: attrs.collect() }
}

/// Sets fields; `Null` clears.
fn merge(fields: &mut Fields, changes: &Attrs) {
    for (field, value) in changes {
        match value {
            Value::Null | Value::WriteOnly(_) => drop(fields.remove(field)),
            value => {
                let stored = after(fields.get(field).map(|stored| &stored.0), value);
                fields.insert(field.clone(), Stored(stored));
            }
        }
    }
}

/// What is stored once a value has been written over another: a map that is owned key by key keeps
/// the keys that are not named, and what is only ever written is not kept at all.
fn after(before: Option<&Value>, written: &Value) -> Value {
    let before = before.and_then(Value::as_map);
    match written {
        Value::Map(entries) => {
            let kept = entries.iter().filter(|(_, value)| !matches!(value, Value::WriteOnly(_)));
            let inner = |key| before.and_then(|before| before.get(key));
            Value::Map(kept.map(|(key, value)| (key.clone(), after(inner(key), value))).collect())
        }
        Value::Entries(changes) => {
            let mut entries = before.cloned().unwrap_or_default();
            for (key, value) in changes {
                match value {
                    Value::Null | Value::WriteOnly(_) => drop(entries.remove(key)),
                    value => {
                        let value = after(entries.get(key), value);
                        entries.insert(key.clone(), value);
                    }
                }
            }
            Value::Map(entries)
        }
        other => other.clone(),
    }
}

fn gone(address: &Address) -> ProviderError {
    ProviderError::Gone { address: Box::new(address.clone()) }
}
