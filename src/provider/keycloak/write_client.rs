//! Writing a client, and its secret.

use reqwest::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::encode::{self, mark_in};
use super::listing::Listed;
use super::procedure::{Procedure, is_unsaid, refuse};
use crate::model::{Attrs, ClientSpec, Digest, RemoteId, Value};
use crate::provider::WriteError;

impl Procedure<'_> {
    pub(super) async fn create_client(
        &mut self,
        attrs: &Attrs,
    ) -> Result<RemoteId, WriteError> {
        let id = attrs
            .get(ClientSpec::ID)
            .and_then(Value::as_text);
        let id =
            id.ok_or_else(|| refuse("a new client without an id".to_owned()))?;
        let body = encode::new_client(id, attrs).map_err(refuse)?;

        let created = self.create(&["clients"], &body).await?;
        let memory = self.writer.reader.memory();
        memory.learn_client(id, &created);
        Ok(RemoteId::new(id))
    }

    pub(super) async fn update_client(
        &mut self,
        id: &RemoteId,
        fields: &Attrs,
        mark: Option<&Digest>,
    ) -> Result<(), WriteError> {
        let live = self
            .find_marked(id.as_str(), mark)
            .await?;
        self.change_client(&live, fields)
            .await?;

        match mark_in(fields) {
            // Somebody else may have wanted it too.
            Some(mark) if !live.client.is_marked() => {
                self.check_taken(id.as_str(), &mark)
                    .await
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
    pub(super) async fn change_secret(
        &mut self,
        live: &Listed,
        secret: &SecretString,
    ) -> Result<(), WriteError> {
        let mut body = json!({ "secret": secret.expose_secret() });
        // A change that does not say so switches it off, and deletes all that
        // was set up for it.
        if live
            .client
            .authorization_services_enabled
        {
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
        self.delete_client_at(client_id, &id)
            .await
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
        let memory = self.writer.reader.memory();
        memory.forget_client(client_id);
        result
    }
}
