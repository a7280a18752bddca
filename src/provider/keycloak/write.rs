//! Writing to a realm, one object at a time.

use secrecy::SecretString;
use serde::Deserialize;

use super::procedure::Procedure;
use super::reader::Reader;
use super::writer::Writer;
use crate::model::{Address, Attrs, ClientRef, Digest, NameError, RemoteId};
use crate::provider::{Locks, Mutate, ProviderError, Write, WriteError};

/// Names are unique in a realm, so nothing has to be kept out.
impl Locks for Writer {}

impl Mutate for Writer {
    type Reader = Reader;

    fn reader(&self) -> &Reader {
        &self.reader
    }

    async fn write(&self, write: &Write) -> Result<RemoteId, WriteError> {
        let mut procedure = Procedure::of(self, write.address());
        let written = procedure.carry_out(write).await;
        written.map_err(|error| error.after(&procedure.done))
    }

    async fn read_secret(
        &self,
        client: &RemoteId,
    ) -> Result<SecretString, ProviderError> {
        let Some(listed) = self
            .reader
            .find(client.as_str())
            .await?
        else {
            return Err(ProviderError::Gone {
                address: Box::new(address_of(client)?),
            });
        };
        let path = ["clients", &listed.client.id, "client-secret"];
        let shown: Shown = self
            .reader
            .getter()
            .get(path, &[])
            .await?;

        shown
            .value
            .ok_or_else(|| ProviderError::Unexpected {
                request: format!("the secret of {client}"),
                reason: "it has none".to_owned(),
            })
    }

    async fn set_secret(
        &self,
        client: &RemoteId,
        secret: &SecretString,
    ) -> Result<(), WriteError> {
        let address = address_of(client).map_err(WriteError::Refused)?;
        let mut procedure = Procedure::of(self, &address);

        let live = procedure.find(client.as_str()).await?;
        procedure
            .change_secret(&live, secret)
            .await
    }
}

/// What is shown of a client that is asked for its secret.
#[derive(Deserialize)]
struct Shown {
    value: Option<SecretString>,
}

fn address_of(client: &RemoteId) -> Result<Address, ProviderError> {
    let id = client.as_str().parse();
    let id = id.map_err(|error: NameError| ProviderError::Unexpected {
        request: format!("the client {client}"),
        reason: error.to_string(),
    })?;

    Ok(Address::Client(ClientRef::Id(id)))
}

impl Procedure<'_> {
    async fn carry_out(
        &mut self,
        write: &Write,
    ) -> Result<RemoteId, WriteError> {
        match write {
            Write::Create { address, attrs } => {
                self.create_object(address, attrs).await
            }
            Write::Update {
                address,
                id,
                fields,
                precondition,
            } => {
                let mark = precondition.as_deref();
                self.update_object(address, id, fields, mark)
                    .await?;
                Ok(id.clone())
            }
            Write::Delete {
                address,
                id,
                precondition,
            } => {
                let mark = precondition.as_deref();
                self.delete_object(address, id, mark)
                    .await?;
                Ok(id.clone())
            }
        }
    }

    async fn create_object(
        &mut self,
        address: &Address,
        attrs: &Attrs,
    ) -> Result<RemoteId, WriteError> {
        match address {
            Address::ResourceServer(api) => self.create_api(api, attrs).await,
            Address::Client(_) => self.create_client(attrs).await,
            Address::Grant {
                client,
                audience,
                ..
            } => {
                self.create_grant(client, audience, attrs)
                    .await
            }
        }
    }

    async fn update_object(
        &mut self,
        address: &Address,
        id: &RemoteId,
        fields: &Attrs,
        mark: Option<&Digest>,
    ) -> Result<(), WriteError> {
        match address {
            Address::ResourceServer(api) => {
                self.update_api(api, fields, mark).await
            }
            Address::Client(_) => {
                self.update_client(id, fields, mark)
                    .await
            }
            Address::Grant { audience, .. } => {
                self.update_grant(id, audience, fields)
                    .await
            }
        }
    }

    async fn delete_object(
        &mut self,
        address: &Address,
        id: &RemoteId,
        mark: Option<&Digest>,
    ) -> Result<(), WriteError> {
        match address {
            Address::ResourceServer(api) => self.delete_api(api, mark).await,
            Address::Client(_) => self.delete_client(id.as_str()).await,
            Address::Grant { audience, .. } => {
                self.end_grant(id, audience).await
            }
        }
    }
}
