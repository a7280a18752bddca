//! Writing to a realm, one object at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use tokio::sync::Mutex;

use super::encode::{self, mark_in};
use super::http::{Sender, Sent, is_not_found};
use super::listing::Listed;
use super::names::PROTOCOL;
use super::read::Reader;
use super::scopes::Scopes;
use super::settings::Settings;
use crate::model::{
    Address, Attrs, ClientRef, ClientSpec, Digest, NameError, RemoteId, Value,
};
use crate::provider::{Locks, Mutate, ProviderError, Write, WriteError};

/// Writes to a realm.
#[derive(Debug)]
pub struct Writer {
    pub(super) reader: Reader,
    pub(super) sender: Sender,
    /// The last reading of scopes for a change, and which one it was. Held
    /// while they are read, so that changes that are made at the same time
    /// share one.
    reading: Mutex<(u64, Arc<Scopes>)>,
    /// How many of these readings have begun.
    begun: AtomicU64,
}

impl Writer {
    /// Prepares the connection; nothing is sent yet.
    pub fn new(settings: Settings) -> Result<Self, ProviderError> {
        let reader = Reader::new(settings)?;
        let sender = Sender::over(reader.getter().clone());

        Ok(Self {
            reader,
            sender,
            reading: Mutex::default(),
            begun: AtomicU64::default(),
        })
    }
}

/// Names are unique in a realm, so nothing has to be kept out.
impl Locks for Writer {}

impl Mutate for Writer {
    type Reader = Reader;

    fn reader(&self) -> &Reader {
        &self.reader
    }

    async fn write(&self, write: &Write) -> Result<RemoteId, WriteError> {
        let mut procedure = Procedure {
            writer: self,
            address: write.address(),
            done: Vec::new(),
        };

        let written = procedure.carry_out(write).await;
        written.map_err(|error| error.after(&procedure.done))
    }

    async fn read_secret(
        &self,
        client: &RemoteId,
    ) -> Result<SecretString, ProviderError> {
        let Some(listed) = self.reader.find(client.as_str()).await? else {
            return Err(ProviderError::Gone {
                address: Box::new(address_of(client)?),
            });
        };
        let path = ["clients", &listed.client.id, "client-secret"];
        let shown: Shown = self.reader.getter().get(path, &[]).await?;

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
        let mut procedure = Procedure {
            writer: self,
            address: &address,
            done: Vec::new(),
        };

        let live = procedure.find(client.as_str()).await?;
        procedure.change_secret(&live, secret).await
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

/// Makes the requests of one write.
pub(super) struct Procedure<'a> {
    pub(super) writer: &'a Writer,
    pub(super) address: &'a Address,
    /// What was done, for the report of what was not.
    pub(super) done: Vec<String>,
}

impl Procedure<'_> {
    async fn carry_out(
        &mut self,
        write: &Write,
    ) -> Result<RemoteId, WriteError> {
        match write {
            Write::Create { address, attrs } => match address {
                Address::ResourceServer(api) => {
                    self.create_api(api, attrs).await
                }
                Address::Client(_) => self.create_client(attrs).await,
                Address::Grant {
                    client,
                    audience,
                    ..
                } => self.create_grant(client, audience, attrs).await,
            },
            Write::Update {
                address,
                id,
                fields,
                precondition,
            } => {
                let mark = precondition.as_deref();
                match address {
                    Address::ResourceServer(api) => {
                        self.update_api(api, fields, mark).await?;
                    }
                    Address::Client(_) => {
                        self.update_client(id, fields, mark).await?;
                    }
                    Address::Grant { audience, .. } => {
                        self.update_grant(id, audience, fields).await?;
                    }
                }
                Ok(id.clone())
            }
            Write::Delete {
                address,
                id,
                precondition,
            } => {
                match address {
                    Address::ResourceServer(api) => {
                        self.delete_api(api, precondition.as_deref())
                            .await?;
                    }
                    Address::Client(_) => {
                        self.delete_client(id.as_str()).await?;
                    }
                    Address::Grant { audience, .. } => {
                        self.end_grant(id, audience).await?;
                    }
                }
                Ok(id.clone())
            }
        }
    }

    async fn create_client(
        &mut self,
        attrs: &Attrs,
    ) -> Result<RemoteId, WriteError> {
        let id = attrs
            .get(ClientSpec::ID)
            .and_then(Value::as_text);
        let id =
            id.ok_or_else(|| refuse("a new client without an id".to_owned()))?;
        let body = encode::new_client(id, attrs).map_err(refuse)?;

        self.create(&["clients"], &body)
            .await
            .map(|created| {
                self.writer
                    .reader
                    .memory()
                    .learn_client(id, &created);
                RemoteId::new(id)
            })
    }

    async fn update_client(
        &mut self,
        id: &RemoteId,
        fields: &Attrs,
        mark: Option<&Digest>,
    ) -> Result<(), WriteError> {
        let live = self.find_marked(id.as_str(), mark).await?;
        self.change_client(&live, fields).await?;

        match mark_in(fields) {
            // Somebody else may have wanted it too.
            Some(mark) if !live.client.is_marked() => {
                self.check_taken(id.as_str(), &mark).await
            }
            _ => Ok(()),
        }
    }

    /// Makes sure that what was taken over is ours, and not another one's who
    /// took it over at the same moment.
    pub(super) async fn check_taken(
        &self,
        client_id: &str,
        mark: &str,
    ) -> Result<(), WriteError> {
        let live = self.find(client_id).await?;

        match live.client.mark() {
            Some(now) if now == mark => Ok(()),
            _ => Err(self.changed_since()),
        }
    }

    /// Changes what is to be changed of a client, and nothing else.
    pub(super) async fn change_client(
        &mut self,
        live: &Listed,
        fields: &Attrs,
    ) -> Result<(), WriteError> {
        let body =
            encode::changed_client(&live.client, fields).map_err(refuse)?;
        let Some(body) = body else {
            return Ok(());
        };

        let path = ["clients", live.client.id.as_str()];
        self.send(Method::PUT, path, Some(&body))
            .await?;
        self.done
            .push("the client was changed".to_owned());
        Ok(())
    }

    /// Sets the secret of a client.
    async fn change_secret(
        &mut self,
        live: &Listed,
        secret: &SecretString,
    ) -> Result<(), WriteError> {
        let mut body = json!({ "secret": secret.expose_secret() });
        // A change that does not say so switches it off, and deletes all that
        // was set up for it.
        if live.client.authorization_services_enabled {
            body["authorizationServicesEnabled"] = json!(true);
        }

        let path = ["clients", live.client.id.as_str()];
        self.send(Method::PUT, path, Some(&body))
            .await
            .map(drop)
    }

    /// Deletes a client as it was looked at last: one that has taken its name
    /// since is another one.
    pub(super) async fn delete_client(
        &mut self,
        client_id: &str,
    ) -> Result<(), WriteError> {
        let memory = self.writer.reader.memory();
        let id = match memory.id_of_client(client_id) {
            Some(id) => id,
            None => match self.look_for(client_id).await? {
                Some(listed) => listed.client.id,
                None => return Ok(()),
            },
        };
        self.delete_client_at(client_id, &id).await
    }

    /// Deletes the client of this id in addresses.
    pub(super) async fn delete_client_at(
        &mut self,
        client_id: &str,
        id: &str,
    ) -> Result<(), WriteError> {
        let deleted = self.delete(["clients", id]).await;
        let result = match deleted {
            Err(WriteError::Refused(error)) if is_unsaid(&error) => {
                // Somebody else may be deleting it at the same moment.
                match self.look_for(client_id).await? {
                    Some(still) if still.client.id == id => {
                        Err(WriteError::Refused(error))
                    }
                    _ => Ok(()),
                }
            }
            deleted => deleted,
        };
        self.writer
            .reader
            .memory()
            .forget_client(client_id);
        result
    }

    /// The scopes of the realm as they are now, or were a moment later: one
    /// that began since will do.
    pub(super) async fn read_scopes(&self) -> Result<Arc<Scopes>, WriteError> {
        let begun = &self.writer.begun;
        let asked = begun.load(Ordering::SeqCst);
        let mut reading = self.writer.reading.lock().await;
        let (last, scopes) = &*reading;
        if *last > asked {
            return Ok(scopes.clone());
        }

        let this = begun.fetch_add(1, Ordering::SeqCst) + 1;
        let scopes = self.writer.reader.read_scopes_again().await;
        let scopes = scopes.map_err(WriteError::Refused)?;
        *reading = (this, scopes.clone());
        Ok(scopes)
    }

    /// Creates an object, and gives its id.
    pub(super) async fn create(
        &mut self,
        path: &[&str],
        body: &Json,
    ) -> Result<String, WriteError> {
        let sent = self
            .send(Method::POST, path.iter().copied(), Some(body))
            .await?;

        sent.id.ok_or_else(|| {
            WriteError::Unknown(ProviderError::Unexpected {
                request: format!("POST {}", path.join("/")),
                reason: "it does not say where the new object is".to_owned(),
            })
        })
    }

    /// Deletes an object; what is gone already is as it should be, also by an
    /// attempt that was not answered.
    pub(super) async fn delete<'p>(
        &self,
        path: impl IntoIterator<Item = &'p str>,
    ) -> Result<(), WriteError> {
        match self.send(Method::DELETE, path, None).await {
            Err(WriteError::Refused(error) | WriteError::Unknown(error))
                if is_not_found(&error) =>
            {
                Ok(())
            }
            sent => sent.map(drop),
        }
    }

    pub(super) async fn send<'p>(
        &self,
        method: Method,
        path: impl IntoIterator<Item = &'p str>,
        body: Option<&Json>,
    ) -> Result<Sent, WriteError> {
        self.writer
            .sender
            .send(method, path, body)
            .await
    }

    /// The client as it is now; one that is gone is an error.
    pub(super) async fn find(
        &self,
        client_id: &str,
    ) -> Result<Listed, WriteError> {
        self.look_for(client_id)
            .await?
            .ok_or_else(|| self.gone())
    }

    /// The client as it is now, with the mark that it had when the change was
    /// planned: another stack may have taken it over since.
    pub(super) async fn find_marked(
        &self,
        client_id: &str,
        mark: Option<&Digest>,
    ) -> Result<Listed, WriteError> {
        let live = self.find(client_id).await?;
        self.check_mark(&live, mark)?;

        Ok(live)
    }

    /// Makes sure that a client has the mark that it had when the change was
    /// planned.
    pub(super) fn check_mark(
        &self,
        live: &Listed,
        mark: Option<&Digest>,
    ) -> Result<(), WriteError> {
        match mark {
            Some(planned) if *planned != live.client.mark_digest() => {
                Err(self.changed_since())
            }
            _ => Ok(()),
        }
    }

    fn changed_since(&self) -> WriteError {
        WriteError::Refused(ProviderError::ChangedSince {
            address: Box::new(self.address.clone()),
        })
    }

    pub(super) async fn look_for(
        &self,
        client_id: &str,
    ) -> Result<Option<Listed>, WriteError> {
        let found = self.writer.reader.find(client_id).await;

        found.map_err(WriteError::Refused)
    }

    pub(super) fn gone(&self) -> WriteError {
        WriteError::Refused(ProviderError::Gone {
            address: Box::new(self.address.clone()),
        })
    }

    /// An object that is not found when it is to be changed has been deleted by
    /// somebody else.
    pub(super) fn gone_if_not_found(&self, error: WriteError) -> WriteError {
        match error {
            WriteError::Refused(error) if is_not_found(&error) => self.gone(),
            error => error,
        }
    }
}

/// A write that nothing could come of.
pub(super) fn refuse(reason: String) -> WriteError {
    let request = format!("a write over {PROTOCOL}");
    WriteError::Refused(ProviderError::Unexpected {
        request,
        reason,
    })
}

/// Whether the server says no more than that something went wrong. A 500 of
/// anything else leaves in doubt what was done, and so is no refusal.
pub(super) fn is_unsaid(error: &ProviderError) -> bool {
    matches!(
        error,
        ProviderError::Rejected {
            status: 500,
            ..
        }
    )
}
