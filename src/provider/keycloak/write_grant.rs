//! Writing a grant: the scopes of an API that a client may ask for, one by one.

use reqwest::Method;

use super::decode::{client_of_grant, grant_id};
use super::http::is_not_found;
use super::listing::Listed;
use super::procedure::Procedure;
use crate::model::{
    Attrs, ClientRef, GrantSpec, Identifier, RemoteId, ScopeName, Value,
};
use crate::provider::WriteError;

impl Procedure<'_> {
    pub(super) async fn create_grant(
        &mut self,
        client: &ClientRef,
        api: &Identifier,
        attrs: &Attrs,
    ) -> Result<RemoteId, WriteError> {
        let ClientRef::Id(client) = client else {
            return Err(self.gone());
        };
        for scope in granted_in(attrs) {
            self.assign(client.as_str(), api, &scope)
                .await?;
        }

        let id = grant_id(client.as_str(), api);
        Ok(RemoteId::new(id))
    }

    pub(super) async fn update_grant(
        &mut self,
        id: &RemoteId,
        api: &Identifier,
        fields: &Attrs,
    ) -> Result<(), WriteError> {
        let live = self.find(client_of_grant(id)).await?;

        self.change_grant(&live, api, &granted_in(fields))
            .await
    }

    /// Gives a client the scopes of an API that are
    /// wanted, and takes the others.
    async fn change_grant(
        &mut self,
        live: &Listed,
        api: &Identifier,
        wanted: &[ScopeName],
    ) -> Result<(), WriteError> {
        let scopes = self
            .writer
            .reader
            .scopes_for(live)
            .await;
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

        let is_held = |scope: &ScopeName| {
            held.iter()
                .any(|(name, _)| name == scope)
        };
        for scope in wanted
            .iter()
            .filter(|scope| !is_held(scope))
        {
            self.assign(&live.client.client_id, api, scope)
                .await?;
        }
        for (scope, id) in held
            .iter()
            .filter(|(name, _)| !wanted.contains(name))
        {
            // It takes it from whichever list it is in.
            let path = [
                "clients",
                live.client.id.as_str(),
                "optional-client-scopes",
                id.as_str(),
            ];
            self.delete(path).await?;
            self.done
                .push(format!("`{scope}` was taken"));
        }
        Ok(())
    }

    pub(super) async fn end_grant(
        &mut self,
        id: &RemoteId,
        api: &Identifier,
    ) -> Result<(), WriteError> {
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
        let first = self
            .try_to_assign(client, api, scope)
            .await;
        let result = match first {
            // One of the two is another one than was read.
            Err(WriteError::Refused(error)) if is_not_found(&error) => {
                self.writer
                    .reader
                    .memory()
                    .forget_client(client);
                self.writer.read_scopes().await?;
                self.try_to_assign(client, api, scope)
                    .await
            }
            result => result,
        };

        result.map_err(|error| self.gone_if_not_found(error))?;
        self.done
            .push(format!("`{scope}` was granted"));
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
        self.send(Method::PUT, path, None)
            .await
            .map(drop)
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
    async fn id_of_scope(
        &self,
        api: &Identifier,
        scope: &ScopeName,
    ) -> Result<String, WriteError> {
        let memory = self.writer.reader.memory();
        if let Some(id) = memory.id_of_scope(api, scope) {
            return Ok(id);
        }

        let scopes = self.writer.read_scopes().await?;
        let there = scopes
            .find(api, scope)
            .ok_or_else(|| self.gone())?;
        Ok(there.wire.id.clone())
    }
}

/// The scopes that a grant is to be of.
fn granted_in(attrs: &Attrs) -> Vec<ScopeName> {
    let scopes = attrs
        .get(GrantSpec::SCOPES)
        .and_then(Value::as_set);

    let texts = scopes
        .into_iter()
        .flatten()
        .filter_map(Value::as_text);
    texts
        .filter_map(|text| text.parse().ok())
        .collect()
}
