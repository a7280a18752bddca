//! Writing to a realm, one object at a time.

use std::sync::Arc;

use reqwest::Method;
use serde_json::Value as Json;
use tokio::sync::Mutex;

use super::decode::{client_of_grant, grant_id};
use super::encode;
use super::http::{Sender, Sent, is_not_found};
use super::listing::Listed;
use super::names::PROTOCOL;
use super::read::Reader;
use super::scopes::Scopes;
use super::settings::Settings;
use crate::model::{
    Address, Attrs, ClientRef, ClientSpec, Digest, GrantSpec, Identifier, RemoteId, ScopeName,
    Value,
};
use crate::provider::{Locks, Mutate, ProviderError, Write, WriteError};

/// Writes to a realm.
#[derive(Debug)]
pub struct Writer {
    reader: Reader,
    pub(super) sender: Sender,
    /// Held while scopes are read again, so that changes that miss one at the same time share it.
    rereading: Mutex<()>,
}

impl Writer {
    /// Prepares the connection; nothing is sent yet.
    pub fn new(settings: Settings) -> Result<Self, ProviderError> {
        let reader = Reader::new(settings)?;
        let sender = Sender::over(reader.getter().clone());

        Ok(Self {
            reader,
            sender,
            rereading: Mutex::default(),
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
}

/// Makes the requests of one write.
pub(super) struct Procedure<'a> {
    pub(super) writer: &'a Writer,
    pub(super) address: &'a Address,
    /// What was done, for the report of what was not.
    pub(super) done: Vec<String>,
}

impl Procedure<'_> {
    async fn carry_out(&mut self, write: &Write) -> Result<RemoteId, WriteError> {
        match write {
            Write::Create { address, attrs } => match address {
                Address::ResourceServer(api) => self.create_api(api, attrs).await,
                Address::Client(_) => self.create_client(attrs).await,
                Address::Grant {
                    client, audience, ..
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
                    Address::ResourceServer(api) => self.update_api(api, fields, mark).await?,
                    Address::Client(_) => self.update_client(id, fields, mark).await?,
                    Address::Grant { audience, .. } => {
                        let live = self.find(client_of_grant(id)).await?;
                        let wanted = granted_in(fields);
                        self.change_grant(&live, audience, &wanted).await?;
                    }
                }
                Ok(id.clone())
            }
            Write::Delete { address, id } => {
                match address {
                    Address::ResourceServer(api) => self.delete_api(api).await?,
                    Address::Client(_) => self.delete_client(id.as_str()).await?,
                    Address::Grant { audience, .. } => self.end_grant(id, audience).await?,
                }
                Ok(id.clone())
            }
        }
    }

    async fn create_client(&mut self, attrs: &Attrs) -> Result<RemoteId, WriteError> {
        let id = attrs.get(ClientSpec::ID).and_then(Value::as_text);
        let id = id.ok_or_else(|| refuse("a new client without an id".to_owned()))?;
        let body = encode::new_client(id, attrs).map_err(refuse)?;

        self.create(&["clients"], &body).await.map(|created| {
            self.writer.reader.memory().learn_client(id, &created);
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

        self.change_client(&live, fields).await
    }

    /// Changes what is to be changed of a client, and nothing else.
    pub(super) async fn change_client(
        &mut self,
        live: &Listed,
        fields: &Attrs,
    ) -> Result<(), WriteError> {
        let body = encode::changed_client(&live.client, fields).map_err(refuse)?;
        let Some(body) = body else {
            return Ok(());
        };

        let path = ["clients", live.client.id.as_str()];
        self.send(Method::PUT, path, Some(&body)).await?;
        self.done.push("the client was changed".to_owned());
        Ok(())
    }

    /// Deletes a client as it was looked at last: one that has taken its name since is another one.
    pub(super) async fn delete_client(&mut self, client_id: &str) -> Result<(), WriteError> {
        let memory = self.writer.reader.memory();
        let id = match memory.id_of_client(client_id) {
            Some(id) => id,
            None => match self.look_for(client_id).await? {
                Some(listed) => listed.client.id,
                None => return Ok(()),
            },
        };

        let deleted = self.delete(["clients", id.as_str()]).await;
        let result = match deleted {
            Err(WriteError::Refused(error)) if is_unsaid(&error) => {
                // Somebody else may be deleting it at the same moment.
                match self.look_for(client_id).await? {
                    Some(still) if still.client.id == id => Err(WriteError::Refused(error)),
                    _ => Ok(()),
                }
            }
            deleted => deleted,
        };
        memory.forget_client(client_id);
        result
    }

    async fn create_grant(
        &mut self,
        client: &ClientRef,
        api: &Identifier,
        attrs: &Attrs,
    ) -> Result<RemoteId, WriteError> {
        let ClientRef::Id(client) = client else {
            return Err(self.gone());
        };
        for scope in granted_in(attrs) {
            self.assign(client.as_str(), api, &scope).await?;
        }

        let id = grant_id(client.as_str(), api);
        Ok(RemoteId::new(id))
    }

    /// Gives a client the scopes of an API that are wanted, and takes the others.
    async fn change_grant(
        &mut self,
        live: &Listed,
        api: &Identifier,
        wanted: &[ScopeName],
    ) -> Result<(), WriteError> {
        let scopes = self.writer.reader.scopes_for(live).await;
        let scopes = scopes.map_err(WriteError::Refused)?;
        let held: Vec<(ScopeName, String)> = live
            .client
            .scopes()
            .filter_map(|name| {
                let scope = scopes.get(name)?;
                let (of, name) = scope.of.as_ref()?;
                (of == api).then(|| (name.clone(), scope.wire.id.clone()))
            })
            .collect();

        let is_held = |scope: &ScopeName| held.iter().any(|(name, _)| name == scope);
        for scope in wanted.iter().filter(|scope| !is_held(scope)) {
            self.assign(&live.client.client_id, api, scope).await?;
        }
        for (scope, id) in held.iter().filter(|(name, _)| !wanted.contains(name)) {
            // It takes it from whichever list it is in.
            let path = [
                "clients",
                live.client.id.as_str(),
                "optional-client-scopes",
                id.as_str(),
            ];
            self.delete(path).await?;
            self.done.push(format!("`{scope}` was taken"));
        }
        Ok(())
    }

    async fn end_grant(&mut self, id: &RemoteId, api: &Identifier) -> Result<(), WriteError> {
        let client = client_of_grant(id);
        // With its client, it is gone.
        match self.look_for(client).await? {
            Some(live) => self.change_grant(&live, api, &[]).await,
            None => Ok(()),
        }
    }

    /// Lets a client ask for a scope.
    async fn assign(
        &mut self,
        client: &str,
        api: &Identifier,
        scope: &ScopeName,
    ) -> Result<(), WriteError> {
        let first = self.try_to_assign(client, api, scope).await;
        let result = match first {
            // One of the two is another one than was read.
            Err(WriteError::Refused(error)) if is_not_found(&error) => {
                self.writer.reader.memory().forget_client(client);
                self.read_scopes().await?;
                self.try_to_assign(client, api, scope).await
            }
            result => result,
        };

        result.map_err(|error| self.gone_if_not_found(error))?;
        self.done.push(format!("`{scope}` was granted"));
        Ok(())
    }

    async fn try_to_assign(
        &mut self,
        client: &str,
        api: &Identifier,
        scope: &ScopeName,
    ) -> Result<(), WriteError> {
        let client = self.id_of_client(client).await?;
        let scope = self.id_of_scope(api, scope).await?;

        let path = [
            "clients",
            client.as_str(),
            "optional-client-scopes",
            scope.as_str(),
        ];
        self.send(Method::PUT, path, None).await.map(drop)
    }

    /// Where a client is: as it was read, or else asked for.
    async fn id_of_client(&self, client: &str) -> Result<String, WriteError> {
        let memory = self.writer.reader.memory();
        if let Some(id) = memory.id_of_client(client) {
            return Ok(id);
        }

        let listed = self.find(client).await?;
        memory.learn_client(client, &listed.client.id);
        Ok(listed.client.id)
    }

    /// Where a scope is: as it was read or made, or else asked for.
    async fn id_of_scope(&self, api: &Identifier, scope: &ScopeName) -> Result<String, WriteError> {
        let memory = self.writer.reader.memory();
        if let Some(id) = memory.id_of_scope(api, scope) {
            return Ok(id);
        }

        let _only_one = self.writer.rereading.lock().await;
        // Another one may have read it meanwhile.
        if memory.id_of_scope(api, scope).is_none() {
            self.read_scopes().await?;
        }
        memory.id_of_scope(api, scope).ok_or_else(|| self.gone())
    }

    /// The scopes of the realm as they are now.
    pub(super) async fn read_scopes(&self) -> Result<Arc<Scopes>, WriteError> {
        let scopes = self.writer.reader.read_scopes_again().await;

        scopes.map_err(WriteError::Refused)
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

    /// Deletes an object; what is gone already is as it should be, also by an attempt that was not
    /// answered.
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
        self.writer.sender.send(method, path, body).await
    }

    /// The client as it is now; one that is gone is an error.
    pub(super) async fn find(&self, client_id: &str) -> Result<Listed, WriteError> {
        self.look_for(client_id).await?.ok_or_else(|| self.gone())
    }

    /// The client as it is now, with the mark that it had when the change was planned: another stack
    /// may have taken it over since.
    pub(super) async fn find_marked(
        &self,
        client_id: &str,
        mark: Option<&Digest>,
    ) -> Result<Listed, WriteError> {
        let live = self.find(client_id).await?;

        match mark {
            Some(planned) if *planned != live.client.mark_digest() => {
                Err(WriteError::Refused(ProviderError::ChangedSince {
                    address: Box::new(self.address.clone()),
                }))
            }
            _ => Ok(live),
        }
    }

    pub(super) async fn look_for(&self, client_id: &str) -> Result<Option<Listed>, WriteError> {
        let found = self.writer.reader.find(client_id).await;

        found.map_err(WriteError::Refused)
    }

    fn gone(&self) -> WriteError {
        WriteError::Refused(ProviderError::Gone {
            address: Box::new(self.address.clone()),
        })
    }

    /// An object that is not found when it is to be changed has been deleted by somebody else.
    fn gone_if_not_found(&self, error: WriteError) -> WriteError {
        match error {
            WriteError::Refused(error) if is_not_found(&error) => self.gone(),
            error => error,
        }
    }
}

/// A write that nothing could come of.
pub(super) fn refuse(reason: String) -> WriteError {
    let request = format!("a write over {PROTOCOL}");
    WriteError::Refused(ProviderError::Unexpected { request, reason })
}

/// Whether the server says no more than that something went wrong. A 500 of anything else leaves in
/// doubt what was done, and so is no refusal.
pub(super) fn is_unsaid(error: &ProviderError) -> bool {
    matches!(error, ProviderError::Rejected { status: 500, .. })
}

/// The scopes that a grant is to be of.
fn granted_in(attrs: &Attrs) -> Vec<ScopeName> {
    let scopes = attrs.get(GrantSpec::SCOPES).and_then(Value::as_set);

    let texts = scopes.into_iter().flatten().filter_map(Value::as_text);
    texts.filter_map(|text| text.parse().ok()).collect()
}
