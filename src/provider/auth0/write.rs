//! Writing to a tenant, one object at a time.

use serde::Deserialize;

use super::encode::Change;
use super::http::{Asked, Sender};
use super::read::Reader;
use super::refusal::{misread, nonsense};
use super::settings::Settings;
use crate::model::{Address, Found, Kind, RemoteId, Snapshot};
use crate::provider::{Mutate, Observe, ProviderError, Write, WriteError};

/// Reads and writes an Auth0 tenant.
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

impl Observe for Writer {
    async fn read(&self) -> Result<Snapshot, ProviderError> {
        self.reader.read().await
    }

    async fn find(&self, address: &Address, id: &RemoteId) -> Result<Option<Found>, ProviderError> {
        self.reader.find(address, id).await
    }
}

impl Mutate for Writer {
    async fn write(&self, write: &Write) -> Result<RemoteId, WriteError> {
        let change = Change::of(write).map_err(|reason| {
            WriteError::Refused(ProviderError::Unexpected { request: "a write".to_owned(), reason })
        })?;
        let outcome = self.sender.send(&change).await;
        match write {
            Write::Create { address, .. } => {
                let (asked, body) = outcome?;
                id(&asked, address.kind(), &body).map_err(WriteError::Unknown)
            }
            Write::Update { address, id, .. } | Write::Delete { address, id } => match outcome {
                Ok(_) => Ok(id.clone()),
                Err(error) => Err(gone(error, address)),
            },
        }
    }
}

/// The id of a new object: all that is looked at, for the answer may hold a secret and a key.
fn id(asked: &Asked, kind: Kind, body: &[u8]) -> Result<RemoteId, ProviderError> {
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

/// What is not found when it is to be changed has been deleted by somebody else.
fn gone(error: WriteError, address: &Address) -> WriteError {
    match error {
        WriteError::Refused(ProviderError::Rejected { status: 404, .. }) => {
            WriteError::Refused(ProviderError::Gone { address: Box::new(address.clone()) })
        }
        other => other,
    }
}
