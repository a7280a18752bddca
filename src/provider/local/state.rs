//! The state of a local tenant: what its file says, and what is seen of it.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::id::number_of;
use super::line::{Header, Line, Record, VERSION, write_line};
use super::records::Records;
use super::snapshot::snapshot_of;
use crate::model::{
    Address, Digest, Found, Inspection, RemoteId, Snapshot, Value,
};

/// Everything a local tenant holds.
#[derive(Debug, Default)]
pub(super) struct TenantState {
    /// The highest number that an id was ever given; none is given twice.
    pub(super) issued: u64,
    pub(super) records: Records,
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
        snapshot_of(self.records.iter().cloned())
    }

    /// The same, of a tenant that is not needed any more.
    pub(super) fn into_snapshot(self) -> Snapshot {
        snapshot_of(self.records.into_iter())
    }

    /// A close look at one object: there is nothing that
    /// a listing would not show.
    pub(super) fn inspect(&self, id: &RemoteId) -> Option<Inspection> {
        let record = self.records.get(id.as_str())?;
        let grants = match record {
            Record::ResourceServer(server) => self
                .records
                .ids_of_grants_on(&server.identifier)
                .map(RemoteId::new)
                .collect(),
            Record::Client(client) => self
                .records
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
            .iter()
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
                self.records.remove(&id);
                return Ok(());
            }
        };

        // Only a file written by hand can hold such a thing.
        let address = record.address();
        let there = self.records.id_at(&address);
        if there.is_some_and(|id| id != record.id()) {
            return Err(format!("{address} is in it twice"));
        }

        // The first line is as old as the file: what was appended since has
        // higher numbers.
        self.issued = self.issued.max(number_of(record.id()));
        self.records.take(record.id());
        self.records.put(record);
        Ok(())
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
        for record in self.records.iter() {
            write_line(into, record)?;
        }
        Ok(())
    }
}
