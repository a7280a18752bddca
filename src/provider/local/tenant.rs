//! The state of a local tenant, and what each write does to it.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::line::{
    Client, Fields, Grant, Header, Line, Object, ResourceServer, VERSION, write_line,
};
use crate::model::{
    Address, Attrs, ClientId, ClientRef, Digest, FieldRules, Found, Identifier, Inspection, Kind,
    RemoteId, ResourceServerSpec, Snapshot, SubjectType, TenantHash, Value,
};
use crate::provider::{ProviderError, Write};

/// What stands for the canonical domain of every local tenant.
const DOMAIN: &str = "local";

/// Everything a local tenant holds. Nothing but [`put`](Self::put) and [`take`](Self::take) changes
/// what it holds, so what is looked up agrees with it.
#[derive(Debug, Default)]
pub(super) struct Tenant {
    /// The highest number that an id was ever given; none is given twice.
    issued: u64,
    /// By id.
    objects: BTreeMap<String, Object>,
    /// The id of each API.
    servers: BTreeMap<Identifier, String>,
    /// The id of each grant, by its client, audience and subject: those of a client side by side.
    grants: BTreeMap<(ClientId, String, SubjectType), String>,
}

/// An object before a write; none if there was none of this id.
#[derive(Debug)]
pub(super) struct Before {
    id: String,
    object: Option<Object>,
}

impl Tenant {
    /// A tenant without objects, as the first line of its file has it.
    pub(super) fn empty(header: &Header) -> Self {
        Self {
            issued: header.issued,
            ..Self::default()
        }
    }

    pub(super) fn len(&self) -> usize {
        self.objects.len()
    }

    /// The tenant as the engine sees it.
    pub(super) fn snapshot(&self) -> Snapshot {
        snapshot(self.objects.values().cloned())
    }

    /// The same, of a tenant that is not needed any more.
    pub(super) fn into_snapshot(self) -> Snapshot {
        snapshot(self.objects.into_values())
    }

    /// A close look at one object: there is nothing that a listing would not show. No two of any kind
    /// have the same id.
    pub(super) fn inspect(&self, id: &RemoteId) -> Option<Inspection> {
        let object = self.objects.get(id.as_str())?;
        let grants = match object {
            Object::ResourceServer(server) => self.ids_of_grants_on(&server.identifier),
            Object::Client(client) => self.ids_of_grants(&client.id).map(RemoteId::new).collect(),
            Object::Grant(_) => BTreeSet::new(),
        };

        let found = object.clone().into_found();
        let digest = Digest::of(Value::Map(found.attrs.clone()).into());
        Some(Inspection {
            found,
            digest,
            grants,
        })
    }

    fn ids_of_grants_on(&self, server: &Identifier) -> BTreeSet<RemoteId> {
        let grants = self
            .grants
            .iter()
            .filter(|((_, audience, _), _)| audience == server.as_str());

        grants.map(|(_, id)| RemoteId::new(id)).collect()
    }

    /// The clients as the engine sees them.
    pub(super) fn clients(&self) -> BTreeMap<Address, Found> {
        let clients = self
            .objects
            .values()
            .filter(|object| matches!(object, Object::Client(_)));

        clients
            .map(|client| (client.address(), client.clone().into_found()))
            .collect()
    }

    /// Makes it as the next line of its file says. The error is for people.
    pub(super) fn follow(&mut self, line: Line) -> Result<(), String> {
        let object = match line {
            Line::ResourceServer(server) => Object::ResourceServer(server),
            Line::Client(client) => Object::Client(client),
            Line::Grant(grant) => Object::Grant(grant),
            Line::Deleted(id) => {
                self.remove(&id);
                return Ok(());
            }
        };

        // Only a file written by hand can hold such a thing.
        let address = object.address();
        if self.id_at(&address).is_some_and(|id| id != object.id()) {
            return Err(format!("{address} is in it twice"));
        }

        self.issued = self.issued.max(number(object.id()));
        self.take(object.id());
        self.put(object);
        Ok(())
    }

    /// Carries out a write: the id of the object written, and what was there before.
    pub(super) fn write(
        &mut self,
        write: &Write,
    ) -> Result<(RemoteId, Vec<Before>), ProviderError> {
        match write {
            Write::Create { address, attrs } => self.create(address, attrs),
            // Nothing is kept beside an object here.
            Write::Update {
                address,
                id,
                fields,
                precondition: _,
            } => {
                let before = self.take(id.as_str()).ok_or_else(|| gone(address))?;
                let mut object = before.clone();
                merge(object.fields_mut(), fields);
                self.put(object);
                Ok((
                    id.clone(),
                    vec![Before {
                        id: id.as_str().to_owned(),
                        object: Some(before),
                    }],
                ))
            }
            // What is gone already is as it should be.
            Write::Delete { id, .. } => Ok((id.clone(), self.remove(id.as_str()))),
        }
    }

    /// Undoes writes, the last one first.
    pub(super) fn undo(&mut self, writes: Vec<Before>) {
        for Before { id, object } in writes.into_iter().rev() {
            self.take(&id);
            if let Some(object) = object {
                self.put(object);
            }
        }
    }

    fn create(
        &mut self,
        address: &Address,
        attrs: &Attrs,
    ) -> Result<(RemoteId, Vec<Before>), ProviderError> {
        if self.id_at(address).is_some() {
            return Err(ProviderError::AlreadyExists {
                address: Box::new(address.clone()),
            });
        }

        let issued = self.issued + 1;
        let mut fields = Fields::default();
        merge(&mut fields.0, attrs);
        let object = match address {
            Address::ResourceServer(identifier) => Object::ResourceServer(ResourceServer {
                id: format!("{API}{issued:06}"),
                identifier: identifier.clone(),
                fields,
            }),
            Address::Client(_) => {
                let id = format!("{CLIENT}{issued:06}");
                Object::Client(Client {
                    id: id.parse().map_err(|_| gone(address))?,
                    fields,
                })
            }
            Address::Grant {
                client,
                audience,
                subject_type,
            } => Object::Grant(Grant {
                id: format!("{GRANT}{issued:06}"),
                client_id: self.client_of_grant(address, client)?,
                audience: self.audience_of_grant(audience)?,
                subject_type: *subject_type,
                fields,
            }),
        };

        self.issued = issued;
        let id = object.id().to_owned();
        self.put(object);
        Ok((RemoteId::new(&*id), vec![Before { id, object: None }]))
    }

    fn client_of_grant(
        &self,
        grant: &Address,
        client: &ClientRef,
    ) -> Result<ClientId, ProviderError> {
        let ClientRef::Id(id) = client else {
            return Err(gone(grant));
        };
        match self.objects.get(id.as_str()) {
            Some(Object::Client(_)) => Ok(id.clone()),
            _ => Err(gone(&Address::Client(client.clone()))),
        }
    }

    fn audience_of_grant(&self, audience: &Identifier) -> Result<Identifier, ProviderError> {
        if self.servers.contains_key(audience) || *audience == management_api() {
            Ok(audience.clone())
        } else {
            Err(gone(&Address::ResourceServer(audience.clone())))
        }
    }

    /// The id of the object at an address; a client that is named by its key has none.
    fn id_at(&self, address: &Address) -> Option<&str> {
        match address {
            Address::ResourceServer(identifier) => self.servers.get(identifier).map(String::as_str),
            Address::Client(ClientRef::Id(id)) => self.objects.get(id.as_str()).map(Object::id),
            Address::Grant {
                client: ClientRef::Id(client),
                audience,
                subject_type,
            } => {
                let grant = (client.clone(), audience.as_str().to_owned(), *subject_type);
                self.grants.get(&grant).map(String::as_str)
            }
            Address::Client(ClientRef::Key(_))
            | Address::Grant {
                client: ClientRef::Key(_),
                ..
            } => None,
        }
    }

    /// Takes an object out; a client takes its grants along.
    fn remove(&mut self, id: &str) -> Vec<Before> {
        let Some(object) = self.take(id) else {
            return Vec::new();
        };

        let ids_of_grants: Vec<String> = match &object {
            Object::Client(client) => self.ids_of_grants(&client.id).cloned().collect(),
            Object::ResourceServer(_) | Object::Grant(_) => Vec::new(),
        };
        let mut removed = vec![Before {
            id: id.to_owned(),
            object: Some(object),
        }];
        removed.extend(ids_of_grants.into_iter().map(|id| {
            let object = self.take(&id);
            Before { id, object }
        }));
        removed
    }

    fn ids_of_grants(&self, client: &ClientId) -> impl Iterator<Item = &String> {
        let first = (client.clone(), String::new(), SubjectType::Client);
        let all = self.grants.range(first..);
        all.take_while(move |((other, ..), _)| other == client)
            .map(|(_, id)| id)
    }

    /// Puts an object where none is.
    fn put(&mut self, object: Object) {
        let id = object.id().to_owned();
        match &object {
            Object::ResourceServer(server) => {
                self.servers.insert(server.identifier.clone(), id.clone());
            }
            Object::Client(_) => {}
            Object::Grant(grant) => {
                self.grants.insert(key_of(grant), id.clone());
            }
        }
        self.objects.insert(id, object);
    }

    /// Takes an object out, and nothing else.
    fn take(&mut self, id: &str) -> Option<Object> {
        let object = self.objects.remove(id)?;
        match &object {
            Object::ResourceServer(server) => drop(self.servers.remove(&server.identifier)),
            Object::Client(_) => {}
            Object::Grant(grant) => drop(self.grants.remove(&key_of(grant))),
        }
        Some(object)
    }

    /// Writes the line that says what is at an id now.
    pub(super) fn write_line(&self, id: &str, into: &mut impl io::Write) -> io::Result<()> {
        match self.objects.get(id) {
            Some(object) => write_line(into, object),
            None => write_line(into, &Line::Deleted(id.to_owned())),
        }
    }

    /// Writes a whole file: each object once.
    pub(super) fn write_file(&self, into: &mut impl io::Write) -> io::Result<()> {
        write_line(
            into,
            &Header {
                grantry_tenant: VERSION,
                issued: self.issued,
            },
        )?;
        self.objects
            .values()
            .try_for_each(|object| write_line(into, object))
    }
}

fn snapshot(objects: impl Iterator<Item = Object>) -> Snapshot {
    let defaults =
        Attrs::from_iter([(ResourceServerSpec::SCOPES.into(), Value::Map(Attrs::new()))]);

    Snapshot {
        tenant: TenantHash::of(DOMAIN),
        management_api: management_api(),
        rules: [(
            Kind::ResourceServer,
            FieldRules {
                defaults,
                ..FieldRules::default()
            },
        )]
        .into(),
        found: objects
            .map(|object| (object.address(), object.into_found()))
            .collect(),
        unnamed: Vec::new(),
    }
}

const API: &str = "api_";
const CLIENT: &str = "client_";
const GRANT: &str = "grant_";

/// The number in an id; 0 in one that we did not give.
fn number(id: &str) -> u64 {
    let number = [API, CLIENT, GRANT]
        .iter()
        .find_map(|prefix| id.strip_prefix(prefix));
    // Whoever wrote a larger one by hand can have it: no tenant comes that far.
    number
        .and_then(|number| number.parse::<u32>().ok())
        .map_or(0, u64::from)
}

fn key_of(grant: &Grant) -> (ClientId, String, SubjectType) {
    (
        grant.client_id.clone(),
        grant.audience.as_str().to_owned(),
        grant.subject_type,
    )
}

/// A local tenant has no Management API; grants on it can be declared all the same.
fn management_api() -> Identifier {
    Identifier::of_management_api(DOMAIN)
}
/// Sets fields; `Null` clears.
fn merge(fields: &mut Attrs, changes: &Attrs) {
    for (field, value) in changes {
        match value {
            Value::Null | Value::WriteOnly(_) => drop(fields.remove(field)),
            value => {
                let stored = after(fields.get(field), value);
                fields.insert(field.clone(), stored);
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
            let kept = entries
                .iter()
                .filter(|(_, value)| !matches!(value, Value::WriteOnly(_)));
            let inner = |key| before.and_then(|before| before.get(key));
            Value::Map(
                kept.map(|(key, value)| (key.clone(), after(inner(key), value)))
                    .collect(),
            )
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
    ProviderError::Gone {
        address: Box::new(address.clone()),
    }
}
