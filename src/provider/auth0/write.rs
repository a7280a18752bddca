//! Writing to a tenant, one object at a time.

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroizing;

use super::correlation::CorrelationId;
use super::encode::Request;
use super::http::{Getter, Sender};
use super::procedure::{self, Driver, Keys, Organizations, Step};
use super::read::Reader;
use super::settings::Settings;
use super::{client_keys, organizations};
use crate::model::{Address, Kind, RemoteId};
use crate::provider::web::{RequestLine, parse, unexpected_answer};
use crate::provider::{
    Mutate, ProviderError, RejectedReason, Write, WriteError,
};

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

    pub(super) fn getter(&self) -> &Getter {
        self.reader.getter()
    }

    pub(super) fn sender(&self) -> &Sender {
        &self.sender
    }

    /// What ties the tenant's log entries to what this writer does.
    #[must_use]
    pub fn correlation(&self) -> Option<&CorrelationId> {
        self.reader
            .getter()
            .settings()
            .correlation
            .as_ref()
    }
}

impl Mutate for Writer {
    type Reader = Reader;

    fn reader(&self) -> &Reader {
        &self.reader
    }

    async fn write(&self, write: &Write) -> Result<RemoteId, WriteError> {
        let (id, _) = self.write_for_secret(write).await?;

        Ok(id)
    }

    async fn write_for_secret(
        &self,
        write: &Write,
    ) -> Result<(RemoteId, Option<SecretString>), WriteError> {
        let mut network = Network {
            writer: self,
            address: write.address(),
            done: Vec::new(),
            secret: None,
        };

        match procedure::carry_out(&mut network, write).await {
            Ok(id) => Ok((id, network.secret)),
            Err(error) => Err(error.after(&network.done)),
        }
    }

    async fn read_secret(
        &self,
        client: &RemoteId,
    ) -> Result<SecretString, ProviderError> {
        let query = [
            ("fields", "client_secret"),
            ("include_fields", "true"),
        ];
        let path = ["clients", client.as_str()];
        let (asked, shown): (_, Shown) =
            self.getter().get(path, &query).await?;

        shown.client_secret.ok_or_else(|| {
            unexpected_answer(
                &asked,
                "it does not show the secret of the client",
            )
        })
    }

    async fn set_secret(
        &self,
        client: &RemoteId,
        secret: &SecretString,
    ) -> Result<(), WriteError> {
        let body = json!({ "client_secret": secret.expose_secret() });
        let request = Request::patch(&["clients", client.as_str()], body);

        self.sender
            .send(&request)
            .await
            .map(drop)
    }
}

/// What is looked at of a client that is asked for its secret.
#[derive(Deserialize)]
struct Shown {
    client_secret: Option<SecretString>,
}

/// Makes the requests of one write.
struct Network<'a> {
    writer: &'a Writer,
    address: &'a Address,
    /// What was done, for the report of what was not.
    done: Vec<String>,
    /// The secret of the client that was created.
    secret: Option<SecretString>,
}

impl Network<'_> {
    async fn send(
        &self,
        step: Step<'_>,
    ) -> Result<(RequestLine, Vec<u8>), WriteError> {
        let request = Request::of(step).map_err(|reason| {
            let request = "a write".to_owned();
            WriteError::Refused(ProviderError::Unexpected {
                request,
                reason,
            })
        })?;

        let sent = self.writer.sender.send(&request).await;
        if step.needs_its_object() {
            sent.map_err(|error| self.gone_if_not_found(error))
        } else {
            sent
        }
    }

    /// An object that is not found when it is to be changed has been deleted by
    /// somebody else.
    fn gone_if_not_found(&self, error: WriteError) -> WriteError {
        // What is in doubt stays so: `Gone` would say that nothing was done.
        let WriteError::Refused(ProviderError::Rejected {
            objection: RejectedReason::NotFound,
            ..
        }) = error
        else {
            return error;
        };

        let address = Box::new(self.address.clone());
        WriteError::Refused(ProviderError::Gone { address })
    }
}

impl Driver for Network<'_> {
    async fn read_keys(
        &mut self,
        client: &RemoteId,
    ) -> Result<Keys, WriteError> {
        let keys = client_keys::read(self.writer.getter(), client).await;

        keys.map_err(|error| self.gone_if_not_found(WriteError::Refused(error)))
    }

    async fn read_organizations(
        &mut self,
        grant: &RemoteId,
    ) -> Result<Organizations, WriteError> {
        let organizations =
            organizations::read(self.writer.getter(), grant).await;

        organizations
            .map_err(|error| self.gone_if_not_found(WriteError::Refused(error)))
    }

    async fn perform(&mut self, step: Step<'_>) -> Result<(), WriteError> {
        self.send(step).await?;
        self.done.push(step.describe_done());
        Ok(())
    }

    async fn create(&mut self, step: Step<'_>) -> Result<RemoteId, WriteError> {
        let (asked, body) = self.send(step).await?;
        // It may hold a secret and a key.
        let body = Zeroizing::new(body);

        // Not refused: something was made, and nobody knows what it is called.
        let id = match step {
            Step::Create { address, .. } => {
                self.secret = read_secret(address.kind(), &body);
                read_id(&asked, address.kind(), &body)
            }
            _ => read_id_beside(&asked, &body),
        };
        let id = id.map_err(WriteError::Unknown)?;

        self.done.push(step.describe_done());
        Ok(id)
    }
}

/// What an answer says of the id of a new object: all that is looked at, for
/// the answer may hold a secret and a key.
#[derive(Deserialize)]
struct Created {
    id: Option<String>,
    client_id: Option<String>,
}

/// The secret of a new client; none of one with keys, nor of any other object.
fn read_secret(kind: Kind, body: &[u8]) -> Option<SecretString> {
    match kind {
        Kind::Client => {
            serde_json::from_slice::<Shown>(body)
                .ok()?
                .client_secret
        }
        Kind::ResourceServer | Kind::Grant => None,
    }
}

/// The id of a new object of a kind.
pub(super) fn read_id(
    asked: &RequestLine,
    kind: Kind,
    body: &[u8],
) -> Result<RemoteId, ProviderError> {
    let created: Created = parse(asked, body)?;
    let id = match kind {
        Kind::Client => created.client_id,
        Kind::ResourceServer | Kind::Grant => created.id,
    };

    require_id(asked, id)
}

/// The id of what is new beside an object, and of no kind.
fn read_id_beside(
    asked: &RequestLine,
    body: &[u8],
) -> Result<RemoteId, ProviderError> {
    let created: Created = parse(asked, body)?;

    require_id(asked, created.id)
}

fn require_id(
    asked: &RequestLine,
    id: Option<String>,
) -> Result<RemoteId, ProviderError> {
    id.filter(|id| !id.is_empty())
        .map(RemoteId::new)
        .ok_or_else(|| {
            unexpected_answer(
                asked,
                "it does not say the id of the new object",
            )
        })
}
