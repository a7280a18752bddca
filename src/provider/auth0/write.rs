//! Writing to a tenant, one object at a time.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::correlation::CorrelationId;
use super::encode::Change;
use super::http::{Asked, Getter, Sender};
use super::read::Reader;
use super::refusal::{misread, nonsense};
use super::settings::Settings;
use super::{credentials, organizations};
use crate::model::{Address, Attrs, ClientSpec, GrantSpec, Kind, RemoteId};
use crate::provider::{Mutate, Objection, ProviderError, Write, WriteError};

/// Writes to an Auth0 tenant.
#[derive(Debug)]
pub struct Writer {
    reader: Reader,
    sender: Sender,
}

impl Writer {
    /// Prepares the connection; nothing is sent yet.
    pub fn new(settings: Settings) -> Result<Self, ProviderError> {
        let reader = Reader::new(settings)?;
        let sender = Sender::over(reader.getter().clone());
        Ok(Self { reader, sender })
    }
}

impl Writer {
    pub(super) fn getter(&self) -> &Getter {
        self.reader.getter()
    }

    pub(super) fn sender(&self) -> &Sender {
        &self.sender
    }

    /// What ties the tenant's log entries to what this writer does.
    #[must_use]
    pub fn correlation(&self) -> Option<&CorrelationId> {
        self.reader.getter().settings().correlation.as_ref()
    }
}

impl Mutate for Writer {
    type Reader = Reader;

    fn reader(&self) -> &Reader {
        &self.reader
    }

    async fn write(&self, write: &Write) -> Result<RemoteId, WriteError> {
        match write {
            Write::Create { address, attrs } => self.create(address, attrs).await,
            Write::Update { address, id, fields } => {
                if fields.contains_key(ClientSpec::METHODS) {
                    let connection = (self.reader.getter(), &self.sender);
                    let planned = self.reader.keys_of(id);
                    let keys =
                        credentials::change(connection, address, id, fields, planned.as_ref())
                            .await;
                    keys.map_err(|error| gone(error, address))?;
                } else {
                    self.update(address, id, fields).await?;
                }
                Ok(id.clone())
            }
            Write::Delete { address, id } => {
                let outcome = self.send(write).await;
                outcome.map(|_| id.clone()).map_err(|error| gone(error, address))
            }
        }
    }
}

impl Writer {
    async fn send(&self, write: &Write) -> Result<(Asked, Vec<u8>), WriteError> {
        let change = Change::of(write).map_err(|reason| {
            WriteError::Refused(ProviderError::Unexpected { request: "a write".to_owned(), reason })
        })?;
        self.sender.send(&change).await
    }

    /// Creates an object. The organizations of a grant are no field of it, and follow one by one.
    async fn create(&self, address: &Address, attrs: &Attrs) -> Result<RemoteId, WriteError> {
        let (kind, address, mut attrs) = (address.kind(), address.clone(), attrs.clone());
        let organizations = attrs.remove(GrantSpec::ORGANIZATIONS);
        let (asked, body) = self.send(&Write::Create { address, attrs }).await?;
        let id = id_of(&asked, kind, &body).map_err(WriteError::Unknown)?;
        if let Some(wanted) = organizations {
            let changed = organizations::change(&self.sender, &id, &wanted, &BTreeSet::new()).await;
            changed.map_err(|error| error.after(&["the grant was made".to_owned()]))?;
        }
        Ok(id)
    }

    /// Changes the fields of an object, and the organizations that are no field of it.
    async fn update(
        &self,
        address: &Address,
        id: &RemoteId,
        fields: &Attrs,
    ) -> Result<(), WriteError> {
        let mut own = fields.clone();
        let organizations = own.remove(GrantSpec::ORGANIZATIONS);
        let mut done = Vec::new();
        if !own.is_empty() {
            let own = Write::Update { address: address.clone(), id: id.clone(), fields: own };
            self.send(&own).await.map_err(|error| gone(error, address))?;
            done.push("its other fields were changed".to_owned());
        }
        let Some(wanted) = organizations else { return Ok(()) };
        let before = organizations::read(self.reader.getter(), id).await;
        let changed = match before {
            Ok(before) => organizations::change(&self.sender, id, &wanted, &before).await,
            Err(error) => Err(gone(WriteError::Refused(error), address)),
        };
        changed.map_err(|error| error.after(&done))
    }
}

/// The id of a new object: all that is looked at, for the answer may hold a secret and a key.
pub(super) fn id_of(asked: &Asked, kind: Kind, body: &[u8]) -> Result<RemoteId, ProviderError> {
    #[derive(Deserialize)]
    struct Created {
        id: Option<String>,
        client_id: Option<String>,
    }
    let created: Created = serde_json::from_slice(body).map_err(|error| misread(asked, &error))?;
    let id = match kind {
        Kind::Client => created.client_id,
        Kind::ResourceServer | Kind::Grant => created.id,
    };
    id.filter(|id| !id.is_empty())
        .map(RemoteId::new)
        .ok_or_else(|| nonsense(asked, "it does not say the id of the new object"))
}

/// An object that is not found when it is to be changed has been deleted by somebody else.
fn gone(error: WriteError, address: &Address) -> WriteError {
    match error {
        WriteError::Refused(ProviderError::Rejected { objection: Objection::NotFound, .. }) => {
            WriteError::Refused(ProviderError::Gone { address: Box::new(address.clone()) })
        }
        other => other,
    }
}
