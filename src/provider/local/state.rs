//! The state of a local tenant, and what each write does to it.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::SUPPORT;
use super::line::{
    ClientRecord, Fields, GrantKey, GrantRecord, Header, Line, Record,
    ResourceServerRecord, VERSION, write_line,
};
use super::merge::merge;
use crate::model::{
    Address, Attrs, ClientId, ClientRef, Digest, FieldRules, Found, Identifier,
    Inspection, Kind, RemoteId, ResourceServerSpec, Snapshot, SubjectType,
    TenantHash, Value,
};
use crate::provider::{ProviderError, Write};

/// What stands for the canonical domain of every local tenant.
const DOMAIN: &str = "local";

/// How the ids that are given here begin: no two objects of any kind have the
/// same one.
const RESOURCE_SERVER_PREFIX: &str = "api_";
const CLIENT_PREFIX: &str = "client_";
const GRANT_PREFIX: &str = "grant_";

/// Everything a local tenant holds. Nothing but
/// [`put_record`](Self::put_record) and [`take_record`](Self::take_record)
/// changes what it holds, so what is looked up agrees with it.
#[derive(Debug, Default)]
pub(super) struct TenantState {
    /// The highest number that an id was ever given; none is given twice.
    issued: u64,
    /// By id.
    // In order, so that the same tenant is always the same file.
    records: BTreeMap<String, Record>,
    /// The id of each API.
    servers: BTreeMap<Identifier, String>,
    /// The id of each grant: those of a client side by side.
    grants: BTreeMap<GrantKey, String>,
}

/// An object before a write; none if there was none of this id.
#[derive(Debug)]
pub(super) struct Before {
    id: String,
    record: Option<Record>,
}

impl TenantState {
    /// A tenant without objects, as the first line of its file has it.
    pub(super) fn empty(header: &Header) -> Self {
        Self {
            issued: header.issued,
            ..Self::default()
        }
    }

    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    /// The tenant as the engine sees it.
    pub(super) fn snapshot(&self) -> Snapshot {
        snapshot_of(self.records.values().cloned())
    }

    /// The same, of a tenant that is not needed any more.
    pub(super) fn into_snapshot(self) -> Snapshot {
        snapshot_of(self.records.into_values())
    }

    /// A close look at one object: there is nothing that a listing would not
    /// show.
    pub(super) fn inspect(&self, id: &RemoteId) -> Option<Inspection> {
        let record = self.records.get(id.as_str())?;
        let grants = match record {
            Record::ResourceServer(server) => {
                self.list_grants_on(&server.identifier)
            }
            Record::Client(client) => self
                .ids_of_grants(&client.id)
                .map(RemoteId::new)
                .collect(),
            Record::Grant(_) => BTreeSet::new(),
        };

        let found = record.clone().into_found();
        let digest = Digest::of(Value::Map(found.attrs.clone()).into());
        Some(Inspection {
            found,
            digest,
            grants,
        })
    }

    /// The clients as the engine sees them.
    pub(super) fn clients(&self) -> BTreeMap<Address, Found> {
        self.records
            .values()
            .filter(|record| matches!(record, Record::Client(_)))
            .map(|client| (client.address(), client.clone().into_found()))
            .collect()
    }

    /// Makes it as the next line of its file says. The error is for people.
    pub(super) fn apply_line(&mut self, line: Line) -> Result<(), String> {
        let record = match line {
            Line::ResourceServer(server) => Record::ResourceServer(server),
            Line::Client(client) => Record::Client(client),
            Line::Grant(grant) => Record::Grant(grant),
            Line::Deleted(id) => {
                self.remove_object(&id);
                return Ok(());
            }
        };

        // Only a file written by hand can hold such a thing.
        let address = record.address();
        if self
            .id_at(&address)
            .is_some_and(|id| id != record.id())
        {
            return Err(format!("{address} is in it twice"));
        }

        // The first line is as old as the file: what was appended since has
        // higher numbers.
        self.issued = self.issued.max(number_of(record.id()));
        self.take_record(record.id());
        self.put_record(record);
        Ok(())
    }

    /// Carries out a write: the id of the object written, and what was there
    /// before.
    pub(super) fn carry_out(
        &mut self,
        write: &Write,
    ) -> Result<(RemoteId, Vec<Before>), ProviderError> {
        match write {
            Write::Create { address, attrs } => {
                self.create_object(address, attrs)
            }
            // Nothing is kept beside an object here.
            Write::Update {
                address,
                id,
                fields,
                precondition: _,
            } => self.update_object(address, id, fields),
            // What is gone already is as it should be.
            Write::Delete { id, .. } => {
                Ok((id.clone(), self.remove_object(id.as_str())))
            }
        }
    }

    /// Undoes writes, the last one first.
    pub(super) fn undo_writes(&mut self, writes: Vec<Before>) {
        for Before { id, record } in writes.into_iter().rev() {
            self.take_record(&id);
            if let Some(record) = record {
                self.put_record(record);
            }
        }
    }

    /// Writes the line that says what is at an id now.
    pub(super) fn write_line(
        &self,
        id: &str,
        into: &mut impl io::Write,
    ) -> io::Result<()> {
        match self.records.get(id) {
            Some(record) => write_line(into, record),
            None => write_line(into, &Line::Deleted(id.to_owned())),
        }
    }

    /// Writes a whole file: each object once.
    pub(super) fn write_file(
        &self,
        into: &mut impl io::Write,
    ) -> io::Result<()> {
        let header = Header {
            grantry_tenant: VERSION,
            issued: self.issued,
        };

        write_line(into, &header)?;
        for record in self.records.values() {
            write_line(into, record)?;
        }
        Ok(())
    }

    fn create_object(
        &mut self,
        address: &Address,
        attrs: &Attrs,
    ) -> Result<(RemoteId, Vec<Before>), ProviderError> {
        if self.id_at(address).is_some() {
            return Err(ProviderError::AlreadyExists {
                address: Box::new(address.clone()),
            });
        }

        // A number is used up by what was created, and not by what was refused.
        let issued = self.issued + 1;
        let record = self.new_record(address, attrs, issued)?;
        self.issued = issued;

        let id = record.id().to_owned();
        self.put_record(record);
        Ok((
            RemoteId::new(&*id),
            vec![Before {
                id,
                record: None,
            }],
        ))
    }

    fn new_record(
        &self,
        address: &Address,
        attrs: &Attrs,
        number: u64,
    ) -> Result<Record, ProviderError> {
        let mut fields = Fields::default();
        merge(&mut fields.0, attrs);

        Ok(match address {
            Address::ResourceServer(identifier) => {
                Record::ResourceServer(ResourceServerRecord {
                    id: format!("{RESOURCE_SERVER_PREFIX}{number:06}"),
                    identifier: identifier.clone(),
                    fields,
                })
            }
            Address::Client(_) => {
                let id = format!("{CLIENT_PREFIX}{number:06}");
                Record::Client(ClientRecord {
                    id: id.parse().map_err(|_| gone(address))?,
                    fields,
                })
            }
            Address::Grant {
                client,
                audience,
                subject_type,
            } => Record::Grant(GrantRecord {
                id: format!("{GRANT_PREFIX}{number:06}"),
                client_id: self.find_client(client, address)?,
                audience: self.find_audience(audience)?,
                subject_type: *subject_type,
                fields,
            }),
        })
    }

    /// The client of a new grant.
    fn find_client(
        &self,
        client: &ClientRef,
        grant: &Address,
    ) -> Result<ClientId, ProviderError> {
        let ClientRef::Id(id) = client else {
            return Err(gone(grant));
        };

        match self.records.get(id.as_str()) {
            Some(Record::Client(_)) => Ok(id.clone()),
            _ => Err(gone(&Address::Client(client.clone()))),
        }
    }

    /// The audience of a new grant.
    fn find_audience(
        &self,
        audience: &Identifier,
    ) -> Result<Identifier, ProviderError> {
        if self.servers.contains_key(audience) || *audience == management_api()
        {
            Ok(audience.clone())
        } else {
            Err(gone(&Address::ResourceServer(audience.clone())))
        }
    }

    fn update_object(
        &mut self,
        address: &Address,
        id: &RemoteId,
        fields: &Attrs,
    ) -> Result<(RemoteId, Vec<Before>), ProviderError> {
        let before = self
            .take_record(id.as_str())
            .ok_or_else(|| gone(address))?;
        let mut record = before.clone();
        merge(record.fields_mut(), fields);
        self.put_record(record);

        let before = Before {
            id: id.as_str().to_owned(),
            record: Some(before),
        };
        Ok((id.clone(), vec![before]))
    }

    /// Takes an object out; a client takes its grants along.
    fn remove_object(&mut self, id: &str) -> Vec<Before> {
        let Some(record) = self.take_record(id) else {
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

        let mut removed = vec![Before {
            id: id.to_owned(),
            record: Some(record),
        }];
        for id in ids_of_grants {
            let record = self.take_record(&id);
            removed.push(Before { id, record });
        }
        removed
    }

    /// The id of the object at an address; a client that is named by its key
    /// has none.
    fn id_at(&self, address: &Address) -> Option<&str> {
        match address {
            Address::ResourceServer(identifier) => {
                self.servers.get(identifier).map(String::as_str)
            }
            Address::Client(ClientRef::Id(id)) => {
                self.records.get(id.as_str()).map(Record::id)
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
                self.grants.get(&key).map(String::as_str)
            }
            Address::Client(ClientRef::Key(_))
            | Address::Grant {
                client: ClientRef::Key(_),
                ..
            } => None,
        }
    }

    fn list_grants_on(&self, server: &Identifier) -> BTreeSet<RemoteId> {
        self.grants
            .iter()
            .filter(|((_, audience, _), _)| audience == server.as_str())
            .map(|(_, id)| RemoteId::new(id))
            .collect()
    }

    fn ids_of_grants(
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
    fn put_record(&mut self, record: Record) {
        let id = record.id().to_owned();
        match &record {
            Record::ResourceServer(server) => {
                self.servers
                    .insert(server.identifier.clone(), id.clone());
            }
            Record::Client(_) => {}
            Record::Grant(grant) => {
                self.grants.insert(grant.key(), id.clone());
            }
        }

        self.records.insert(id, record);
    }

    /// Takes an object out, and nothing else.
    fn take_record(&mut self, id: &str) -> Option<Record> {
        let record = self.records.remove(id)?;
        match &record {
            Record::ResourceServer(server) => {
                drop(self.servers.remove(&server.identifier));
            }
            Record::Client(_) => {}
            Record::Grant(grant) => drop(self.grants.remove(&grant.key())),
        }

        Some(record)
    }
}

fn snapshot_of(records: impl Iterator<Item = Record>) -> Snapshot {
    let no_scopes = (
        ResourceServerSpec::SCOPES.into(),
        Value::Map(Attrs::new()),
    );
    let rules = FieldRules {
        defaults: Attrs::from_iter([no_scopes]),
        ..FieldRules::default()
    };
    let found = records.map(|record| (record.address(), record.into_found()));

    Snapshot {
        tenant: TenantHash::of(DOMAIN),
        support: &SUPPORT,
        management_api: Some(management_api()),
        rules: [(Kind::ResourceServer, rules)].into(),
        found: found.collect(),
        unnamed: Vec::new(),
        held_scopes: BTreeMap::new(),
    }
}

/// The number in an id; 0 in one that we did not give.
fn number_of(id: &str) -> u64 {
    let number = [
        RESOURCE_SERVER_PREFIX,
        CLIENT_PREFIX,
        GRANT_PREFIX,
    ]
    .iter()
    .find_map(|prefix| id.strip_prefix(prefix));

    // Whoever wrote a larger one by hand can have it: no tenant comes that far.
    let number = number.and_then(|number| number.parse::<u32>().ok());
    number.map_or(0, u64::from)
}

/// A local tenant has no Management API; grants on it can be declared all the
/// same.
fn management_api() -> Identifier {
    Identifier::of_management_api(DOMAIN)
}

fn gone(address: &Address) -> ProviderError {
    ProviderError::Gone {
        address: Box::new(address.clone()),
    }
}
