//! Writing an API: a client, and a client scope for each of its scopes.

use std::sync::Arc;

use reqwest::Method;
use serde_json::Value as Json;

use super::encode::{self, ScopeBody};
use super::names::AUDIENCE_MAPPER;
use super::scopes::{Scope, Scopes};
use super::write::{Procedure, is_unsaid, refuse};
use crate::model::{
    Attrs, ClientSpec, Identifier, Mark, RemoteId, ResourceServerSpec, ScopeName, Value,
};
use crate::provider::{Mutate, ProviderError, WriteError};

/// What is to become of the scopes of an API.
struct ApiScopes<'a> {
    api: &'a Identifier,
    /// The first entry of the mark of the API, which its scopes carry too.
    mark: &'a str,
    /// Whether scopes that nobody has marked become ours.
    claim: Claim,
}

/// What to do about a scope that nobody has marked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Claim {
    /// It becomes ours along with its API, which is taken over.
    Taken,
    /// It is somebody else's.
    Left,
}

impl Procedure<'_> {
    /// The client comes first: scopes without one are nobody's API.
    pub(super) async fn create_api(
        &mut self,
        api: &Identifier,
        attrs: &Attrs,
    ) -> Result<RemoteId, WriteError> {
        let mark = mark_in(attrs).unwrap_or_default();
        let body = encode::new_api(api, attrs).map_err(refuse)?;
        let created = self.create(&["clients"], &body).await?;
        self.writer
            .reader()
            .memory()
            .learn_client(api.as_str(), &created);
        self.done.push("the API was created".to_owned());

        let scopes = self.writer.reader().scopes().await;
        let scopes = scopes.map_err(WriteError::Refused)?;
        let wanted = ApiScopes {
            api,
            mark: &mark,
            claim: Claim::Left,
        };
        for (scope, description) in scopes_in(attrs) {
            self.put_scope(&wanted, &scopes, &scope, &description)
                .await?;
        }
        Ok(RemoteId::new(api.as_str()))
    }

    pub(super) async fn update_api(
        &mut self,
        api: &Identifier,
        fields: &Attrs,
    ) -> Result<(), WriteError> {
        let live = self.find(api.as_str()).await?;
        let written = mark_in(fields);
        let claim = match (&written, live.client.is_marked()) {
            (Some(_), false) => Claim::Taken,
            _ => Claim::Left,
        };
        let live_mark = live.client.attributes.get(Mark::STACK).map(str::to_owned);

        // Before its client: an API that is ours, and has scopes that are not, would be stuck.
        let wanted = ApiScopes {
            api,
            mark: &written.clone().or(live_mark).unwrap_or_default(),
            claim,
        };
        if is_released(fields) {
            self.release_scopes(api).await?;
        } else if fields.contains_key(ResourceServerSpec::SCOPES) {
            self.change_scopes(&wanted, fields).await?;
        } else if written.is_some() {
            self.mark_scopes(&wanted).await?;
        }
        self.change_client(&live, fields).await
    }

    async fn read_scopes(&self) -> Result<Arc<Scopes>, WriteError> {
        let scopes = self.writer.reader().read_scopes_again().await;

        scopes.map_err(WriteError::Refused)
    }

    /// Makes the scopes of an API those that are wanted.
    async fn change_scopes(
        &mut self,
        wanted: &ApiScopes<'_>,
        fields: &Attrs,
    ) -> Result<(), WriteError> {
        let scopes = self.read_scopes().await?;
        let declared = scopes_in(fields);
        for (scope, description) in &declared {
            self.put_scope(wanted, &scopes, scope, description).await?;
        }

        let is_declared = |name: &ScopeName| declared.iter().any(|(other, _)| other == name);
        let lost = scopes
            .of_api(wanted.api)
            .filter(|(name, scope)| !is_declared(name) && scope.is_made_for(wanted.api));
        for (name, scope) in lost {
            self.delete_scope(scope).await?;
            self.done.push(format!("the scope `{name}` was deleted"));
        }
        Ok(())
    }

    /// Has the scopes of an API carry the mark that the API has now.
    async fn mark_scopes(&mut self, wanted: &ApiScopes<'_>) -> Result<(), WriteError> {
        let scopes = self.read_scopes().await?;
        let ours = scopes
            .of_api(wanted.api)
            .filter(|(_, scope)| scope.is_made_for(wanted.api));
        for (name, scope) in ours {
            let description = scope.wire.description.as_deref().unwrap_or_default();
            self.put_scope(wanted, &scopes, name, description).await?;
        }
        Ok(())
    }

    /// Takes the mark off the scopes of an API that is let go.
    async fn release_scopes(&mut self, api: &Identifier) -> Result<(), WriteError> {
        let scopes = self.read_scopes().await?;
        for (_, scope) in scopes
            .of_api(api)
            .filter(|(_, scope)| scope.is_made_for(api))
        {
            let body = encode::released_scope(&scope.wire.name);
            self.send_to_scope(scope, &body).await?;
        }
        Ok(())
    }

    /// Makes one scope as it is wanted.
    async fn put_scope(
        &mut self,
        wanted: &ApiScopes<'_>,
        scopes: &Scopes,
        scope: &ScopeName,
        description: &str,
    ) -> Result<(), WriteError> {
        let naming = self.writer.reader().getter().settings().scope_naming;
        let name = naming.name(wanted.api, scope);
        // What was made under another name keeps it.
        let there = scopes
            .of_api(wanted.api)
            .find_map(|(other, there)| (other == scope).then_some(there))
            .or_else(|| scopes.get(&name));
        let body = ScopeBody {
            name: there.map_or(&name, |there| &there.wire.name),
            api: wanted.api,
            scope,
            description,
            mark: wanted.mark,
        };

        match there {
            None => self.create_scope(body).await,
            Some(there) if may_be_changed(wanted, there) => self.change_scope(body, there).await,
            Some(_) => Err(WriteError::Refused(ProviderError::AlreadyExists {
                address: Box::new(self.address.clone()),
            })),
        }
    }

    async fn create_scope(&mut self, body: ScopeBody<'_>) -> Result<(), WriteError> {
        let created = match self.create(&["client-scopes"], &body.create()).await {
            // Names are unique, so it is found by its own.
            Err(WriteError::Unknown(error)) => self.find_created_scope(body, error).await?,
            created => created?,
        };

        let memory = self.writer.reader().memory();
        memory.learn_scope(body.api, body.scope, created);
        self.done
            .push(format!("the scope `{}` was created", body.scope));
        Ok(())
    }

    /// The id of a scope whose creation was not answered.
    async fn find_created_scope(
        &self,
        body: ScopeBody<'_>,
        error: ProviderError,
    ) -> Result<String, WriteError> {
        let Ok(scopes) = self.writer.reader().read_scopes_again().await else {
            return Err(WriteError::Unknown(error));
        };

        match scopes.get(body.name) {
            Some(there) if there.is_made_for(body.api) => Ok(there.wire.id.clone()),
            _ => Err(WriteError::Unknown(error)),
        }
    }

    async fn change_scope(&mut self, body: ScopeBody<'_>, there: &Scope) -> Result<(), WriteError> {
        let is_same = there.wire.description.as_deref().unwrap_or_default() == body.description
            && there.wire.attributes.get(Mark::STACK) == Some(body.mark)
            && there.is_made_for(body.api);
        if !is_same {
            self.send_to_scope(there, &body.change()).await?;
            self.done
                .push(format!("the scope `{}` was changed", body.scope));
        }

        // Somebody has taken its API out of it, or put another one in.
        if there.wire.audience() != Some(body.api.as_str()) {
            self.mend_audience(body.api, there).await?;
        }
        let memory = self.writer.reader().memory();
        memory.learn_scope(body.api, body.scope, there.wire.id.clone());
        Ok(())
    }

    /// Makes the API the one that tokens of its scope are for.
    async fn mend_audience(&mut self, api: &Identifier, there: &Scope) -> Result<(), WriteError> {
        let id = there.wire.id.as_str();
        let path = ["client-scopes", id, "protocol-mappers", "models"];
        let others = there.wire.protocol_mappers.iter().filter(|mapper| {
            mapper.protocol_mapper == AUDIENCE_MAPPER || mapper.name == "audience"
        });
        for mapper in others {
            self.delete(path.into_iter().chain([mapper.id.as_str()]))
                .await?;
        }

        self.create(&path, &encode::audience_mapper(api)).await?;
        self.done
            .push(format!("the audience of `{}` was mended", there.wire.name));
        Ok(())
    }

    async fn send_to_scope(&self, scope: &Scope, body: &Json) -> Result<(), WriteError> {
        let path = ["client-scopes", scope.wire.id.as_str()];
        self.send(Method::PUT, path, Some(body)).await.map(drop)
    }

    /// The scopes go first: a client that is gone would leave them without an API.
    pub(super) async fn delete_api(&mut self, api: &Identifier) -> Result<(), WriteError> {
        let scopes = self.read_scopes().await?;
        for (name, scope) in scopes
            .of_api(api)
            .filter(|(_, scope)| scope.is_made_for(api))
        {
            self.delete_scope(scope).await?;
            self.done.push(format!("the scope `{name}` was deleted"));
        }

        self.delete_client(api.as_str()).await
    }

    async fn delete_scope(&self, scope: &Scope) -> Result<(), WriteError> {
        let deleted = self.delete(["client-scopes", scope.wire.id.as_str()]).await;
        let Err(WriteError::Refused(error)) = deleted else {
            return deleted;
        };
        if !is_unsaid(&error) {
            return Err(WriteError::Refused(error));
        }

        // Somebody else may be deleting it at the same moment.
        let scopes = self.read_scopes().await?;
        match scopes.get(&scope.wire.name) {
            Some(still) if still.wire.id == scope.wire.id => Err(WriteError::Refused(error)),
            _ => Ok(()),
        }
    }
}

/// Whether a scope that is there is ours to change.
fn may_be_changed(wanted: &ApiScopes<'_>, there: &Scope) -> bool {
    let is_of_api = there.of.as_ref().is_some_and(|(api, _)| api == wanted.api);

    there.is_made_for(wanted.api) || wanted.claim == Claim::Taken && is_of_api
}

/// The first entry of the mark that is to be written.
fn mark_in(fields: &Attrs) -> Option<String> {
    let metadata = fields.get(ClientSpec::METADATA)?.as_map()?;
    metadata.get(Mark::STACK)?.as_text().map(str::to_owned)
}

/// Whether the mark is to go.
fn is_released(fields: &Attrs) -> bool {
    let metadata = fields.get(ClientSpec::METADATA).and_then(Value::as_map);

    metadata.is_some_and(|metadata| metadata.get(Mark::STACK) == Some(&Value::Null))
}

/// The scopes that are wanted, each with what it allows.
fn scopes_in(fields: &Attrs) -> Vec<(ScopeName, String)> {
    let scopes = fields
        .get(ResourceServerSpec::SCOPES)
        .and_then(Value::as_map);

    let scopes = scopes
        .into_iter()
        .flatten()
        .filter_map(|(name, description)| {
            let description = description.as_text().unwrap_or_default();
            Some((name.parse().ok()?, description.to_owned()))
        });
    scopes.collect()
}
