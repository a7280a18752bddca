//! Writing to a tenant, one object at a time.

use serde::Deserialize;

use super::correlation::CorrelationId;
use super::encode::Request;
use super::http::{Getter, RequestLine, Sender, misread, nonsense};
use super::procedure::{self, Driver, Keys, Organizations, Step};
use super::read::Reader;
use super::settings::Settings;
use super::{credentials, organizations};
use crate::model::{Address, Kind, RemoteId};
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
        let mut network = Network {
            writer: self,
            address: write.address(),
            done: Vec::new(),
        };

        let written = procedure::carry_out(&mut network, write).await;
        written.map_err(|error| error.after(&network.done))
    }
}

/// Makes the requests of one write.
struct Network<'a> {
    writer: &'a Writer,
    address: &'a Address,
    /// What was done, for the report of what was not.
    done: Vec<String>,
}

impl Network<'_> {
    async fn send(&self, step: Step<'_>) -> Result<(RequestLine, Vec<u8>), WriteError> {
        let request = Request::of(step).map_err(|reason| {
            WriteError::Refused(ProviderError::Unexpected {
                request: "a write".to_owned(),
                reason,
            })
        })?;

        let sent = self.writer.sender.send(&request).await;
        sent.map_err(|error| {
            if step.needs_its_object() {
                self.gone(error)
            } else {
                error
            }
        })
    }

    /// An object that is not found when it is to be changed has been deleted by somebody else.
    fn gone(&self, error: WriteError) -> WriteError {
        match error {
            WriteError::Refused(ProviderError::Rejected {
                objection: Objection::NotFound,
                ..
            }) => {
                let address = Box::new(self.address.clone());
                WriteError::Refused(ProviderError::Gone { address })
            }
            other => other,
        }
    }
}

impl Driver for Network<'_> {
    async fn look_at_keys(&mut self, client: &RemoteId) -> Result<Keys, WriteError> {
        let keys = credentials::keys(self.writer.getter(), client).await;
        keys.map_err(|error| self.gone(WriteError::Refused(error)))
    }

    async fn look_at_organizations(
        &mut self,
        grant: &RemoteId,
    ) -> Result<Organizations, WriteError> {
        let organizations = organizations::read(self.writer.getter(), grant).await;
        organizations.map_err(|error| self.gone(WriteError::Refused(error)))
    }

    async fn make(&mut self, step: Step<'_>) -> Result<(), WriteError> {
        self.send(step).await?;
        self.done.push(step.done());
        Ok(())
    }

    async fn create(&mut self, step: Step<'_>) -> Result<RemoteId, WriteError> {
        let (asked, body) = self.send(step).await?;
        let kind = match step {
            Step::Create { address, .. } => Some(address.kind()),
            _ => None,
        };
        let id = id_of(&asked, kind, &body).map_err(WriteError::Unknown)?;

        self.done.push(step.done());
        Ok(id)
    }
}

/// The id of a new object: all that is looked at, for the answer may hold a secret and a key. What is of
/// no kind is kept beside an object.
pub(super) fn id_of(
    asked: &RequestLine,
    kind: Option<Kind>,
    body: &[u8],
) -> Result<RemoteId, ProviderError> {
    #[derive(Deserialize)]
    struct Created {
        id: Option<String>,
        client_id: Option<String>,
    }
    let created: Created = serde_json::from_slice(body).map_err(|error| misread(asked, &error))?;
    let id = match kind {
        Some(Kind::Client) => created.client_id,
        Some(Kind::ResourceServer | Kind::Grant) | None => created.id,
    };
    id.filter(|id| !id.is_empty())
        .map(RemoteId::new)
        .ok_or_else(|| nonsense(asked, "it does not say the id of the new object"))
}
