//! What each write does to the state of a local tenant.

use super::id::{CLIENT_PREFIX, GRANT_PREFIX, RESOURCE_SERVER_PREFIX};
use super::line::{
    ClientRecord, Fields, GrantRecord, Record, ResourceServerRecord,
};
use super::merge::merge;
use super::snapshot::management_api;
use super::state::TenantState;
use crate::model::{Address, Attrs, ClientId, ClientRef, Identifier, RemoteId};
use crate::provider::{ProviderError, Write};

/// An object before a write; none if there was none of this id.
#[derive(Debug)]
pub(super) struct Before {
    id: String,
    record: Option<Record>,
}

impl TenantState {
    /// Carries out a write: the id of the object written,
    /// and what was there before.
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
                let removed = self.delete_object(id);
                Ok((id.clone(), removed))
            }
        }
    }

    /// Undoes writes, the last one first.
    pub(super) fn undo_writes(&mut self, writes: Vec<Before>) {
        for Before { id, record } in writes.into_iter().rev() {
            self.records.take(&id);
            if let Some(record) = record {
                self.records.put(record);
            }
        }
    }

    fn create_object(
        &mut self,
        address: &Address,
        attrs: &Attrs,
    ) -> Result<(RemoteId, Vec<Before>), ProviderError> {
        if self.records.id_at(address).is_some() {
            return Err(ProviderError::AlreadyExists {
                address: Box::new(address.clone()),
            });
        }

        // A number is used up by what was created, and not by what was refused.
        let issued = self.issued + 1;
        let record = self.new_record(address, attrs, issued)?;
        self.issued = issued;

        let before = Before {
            id: record.id().to_owned(),
            record: None,
        };
        self.records.put(record);
        Ok((RemoteId::new(&*before.id), vec![before]))
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
        let audience = audience.clone();
        if self.records.has_server(&audience) || audience == management_api() {
            Ok(audience)
        } else {
            Err(gone(&Address::ResourceServer(audience)))
        }
    }

    fn update_object(
        &mut self,
        address: &Address,
        id: &RemoteId,
        fields: &Attrs,
    ) -> Result<(RemoteId, Vec<Before>), ProviderError> {
        let before = self.records.take(id.as_str());
        let before = before.ok_or_else(|| gone(address))?;
        let mut record = before.clone();
        merge(record.fields_mut(), fields);
        self.records.put(record);

        let before = Before {
            id: id.as_str().to_owned(),
            record: Some(before),
        };
        Ok((id.clone(), vec![before]))
    }

    fn delete_object(&mut self, id: &RemoteId) -> Vec<Before> {
        let removed = self
            .records
            .remove(id.as_str())
            .into_iter();
        removed
            .map(|record| Before {
                id: record.id().to_owned(),
                record: Some(record),
            })
            .collect()
    }
}

fn gone(address: &Address) -> ProviderError {
    ProviderError::Gone {
        address: Box::new(address.clone()),
    }
}
