//! Writing an API: a client, and a client scope for each of its scopes.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::Value as Json;

use super::encode::{self, ScopeBody, mark_in};
use super::names::AUDIENCE_MAPPER;
use super::scopes::{Scope, Scopes};
use super::write::{Procedure, is_unsaid, refuse};
use crate::model::{
    Attrs, ClientSpec, DamagedScope, Digest, Identifier, Mark, RemoteId, ResourceServerSpec,
    ScopeName, Value,
};
use crate::provider::{Mutate, ProviderError, WriteError};

/// What is to become of the scopes of an API.
struct ApiScopes<'a> {
    api: &'a Identifier,
    before: Before<'a>,
    /// The first entry of the mark that it and its scopes carry afterwards.
    mark: &'a str,
}

/// Whose an API is until then.
#[derive(Clone, Copy)]
enum Before<'a> {
    /// It was not there.
    New,
    /// Nobody's: what mark it carries, if it carries one, was written for another tenant.
    Nobodys,
    /// Ours, by this first entry of its mark.
    Ours(&'a str),
}

impl<'a> Before<'a> {
    /// What a mark says of an API that is to carry another one, or the same.
    fn of(live: Option<&'a str>, mark: &str) -> Self {
        match live {
            Some(live) if !is_of_another_tenant(live, mark) => Self::Ours(live),
            Some(_) | None => Self::Nobodys,
        }
    }
}

impl ApiScopes<'_> {
    /// Whether a scope that is there is ours to change: as nobody has marked it, or as our API is
    /// marked.
    fn may_change(&self, there: &Scope) -> bool {
        let is_of_api = there.of.as_ref().is_some_and(|(api, _)| api == self.api);
        let is_made_for_it = there.is_made_for(self.api);

        match (there.mark(), self.before) {
            (None, _) => is_of_api,
            (Some(mark), _) if mark == self.mark => is_made_for_it,
            (Some(mark), _) if is_of_another_tenant(mark, self.mark) => is_of_api,
            (Some(mark), Before::Ours(before)) => is_made_for_it && mark == before,
            // Of a former name of the stack: with another one, it would have been a conflict.
            (Some(_), Before::New) => is_made_for_it,
            (Some(_), Before::Nobodys) => false,
        }
    }
}

/// Whether a mark was written for another tenant than this one, and is no evidence here.
fn is_of_another_tenant(mark: &str, ours: &str) -> bool {
    let tenant = |mark| Mark::read_stack(mark).map(|(_, tenant)| tenant);

    tenant(mark).is_some_and(|tenant_of_it| Some(tenant_of_it) != tenant(ours))
}

impl Procedure<'_> {
    /// The client comes first: scopes without one are nobody's API.
    pub(super) async fn create_api(
        &mut self,
        api: &Identifier,
        attrs: &Attrs,
    ) -> Result<RemoteId, WriteError> {
        let mark = mark_in(attrs).ok_or_else(without_mark)?;
        let body = encode::new_api(api, attrs).map_err(refuse)?;
        let created = match self.create(&["clients"], &body).await {
            // Its scopes would be missing, and nothing would make them before the next run.
            Err(WriteError::Unknown(error)) => self.find_made(api, &mark, error).await?,
            created => created?,
        };
        self.writer
            .reader()
            .memory()
            .learn_client(api.as_str(), &created);
        self.done.push("the API was created".to_owned());

        let scopes = self.writer.reader().scopes().await;
        let scopes = scopes.map_err(WriteError::Refused)?;
        let wanted = ApiScopes {
            api,
            before: Before::New,
            mark: &mark,
        };
        for (scope, to_be) in scopes_in(attrs).unwrap_or_default() {
            if let ToBe::Saying(description) = to_be {
                self.put_scope(&wanted, &scopes, &scope, &description)
                    .await?;
            }
        }
        Ok(RemoteId::new(api.as_str()))
    }

    pub(super) async fn update_api(
        &mut self,
        api: &Identifier,
        fields: &Attrs,
        mark: Option<&Digest>,
    ) -> Result<(), WriteError> {
        let live = self.find_marked(api.as_str(), mark).await?;
        let before = live.client.mark();
        if is_released(fields) {
            self.release_scopes(api, before).await?;
            return self.change_client(&live, fields).await;
        }

        let written = mark_in(fields);
        if written.is_none() && !fields.contains_key(ResourceServerSpec::SCOPES) {
            return self.change_client(&live, fields).await;
        }
        let mark = written.as_deref().or(before).ok_or_else(without_mark)?;
        let wanted = ApiScopes {
            api,
            before: Before::of(before, mark),
            mark,
        };
        match wanted.before {
            // The client decides whose it is, where somebody else wants it too.
            Before::New | Before::Nobodys => {
                self.change_client(&live, fields).await?;
                self.check_taken(api.as_str(), mark).await?;
                self.change_scopes(&wanted, fields).await
            }
            // An API of another name, and with scopes of the former one, is not what was declared.
            Before::Ours(_) => {
                self.change_scopes(&wanted, fields).await?;
                self.change_client(&live, fields).await
            }
        }
    }

    /// The API whose creation was not answered, if it was made: names are unique, and its mark is ours.
    async fn find_made(
        &self,
        api: &Identifier,
        mark: &str,
        lost: ProviderError,
    ) -> Result<String, WriteError> {
        match self.look_for(api.as_str()).await {
            Ok(Some(made)) if made.client.mark() == Some(mark) => Ok(made.client.id),
            _ => Err(WriteError::Unknown(lost)),
        }
    }

    /// Makes the scopes of an API those that are wanted; all of them, where that is not said, carry the
    /// mark that it has now.
    async fn change_scopes(
        &mut self,
        wanted: &ApiScopes<'_>,
        fields: &Attrs,
    ) -> Result<(), WriteError> {
        let scopes = self.read_scopes().await?;
        let ours: Vec<(&ScopeName, &Scope)> = match wanted.before {
            Before::Ours(mark) => scopes.marked(wanted.api, mark).collect(),
            // Its scopes are nobody's either, until they are declared.
            Before::New | Before::Nobodys => Vec::new(),
        };
        let Some(declared) = scopes_in(fields) else {
            for (_, scope) in ours {
                self.mark_scope(wanted, scope).await?;
            }
            return Ok(());
        };

        let mut settled = BTreeSet::new();
        for (scope, to_be) in &declared {
            let ToBe::Saying(description) = to_be else {
                continue;
            };
            // It may have been known by another name until now.
            let there = self.find_scope(wanted, &scopes, scope);
            let is_free = there.is_none_or(|there| settled.insert(there.wire.id.as_str()));
            if !is_free {
                // It cannot be two of them: what the one has it say, the other would take back.
                return Err(self.already_exists());
            }
            self.put_scope(wanted, &scopes, scope, description).await?;
        }
        for (name, scope) in ours {
            if settled.contains(scope.wire.id.as_str()) {
                continue;
            }
            if declared.contains_key(name) {
                self.mark_scope(wanted, scope).await?;
            } else {
                self.delete_scope(scope).await?;
                self.done.push(format!("the scope `{name}` was deleted"));
            }
        }
        Ok(())
    }

    /// Gives a scope the mark of its API, and leaves all else of it as it is.
    async fn mark_scope(
        &mut self,
        wanted: &ApiScopes<'_>,
        scope: &Scope,
    ) -> Result<(), WriteError> {
        if scope.mark() == Some(wanted.mark) {
            return Ok(());
        }

        let body = encode::marked_scope(&scope.wire.name, wanted.mark);
        self.send_to_scope(scope, &body).await?;
        let name = &scope.wire.name;
        self.done.push(format!("the scope `{name}` was marked"));
        Ok(())
    }

    /// Takes the mark off the scopes of an API that is let go.
    async fn release_scopes(
        &mut self,
        api: &Identifier,
        mark: Option<&str>,
    ) -> Result<(), WriteError> {
        let scopes = self.read_scopes().await?;
        let ours = mark.map(|mark| scopes.marked(api, mark));
        for (_, scope) in ours.into_iter().flatten() {
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
        let there = self.find_scope(wanted, scopes, scope);
        let name = match there {
            Some(there) => there.name_to_have(wanted.api, scope, naming),
            None => naming.name(wanted.api, scope),
        };
        let body = ScopeBody {
            name: &name,
            api: wanted.api,
            scope,
            description,
            mark: wanted.mark,
        };

        match there {
            None => self.create_scope(body).await,
            Some(there) if wanted.may_change(there) => self.change_scope(body, there).await,
            Some(_) => Err(self.already_exists()),
        }
    }

    fn already_exists(&self) -> WriteError {
        WriteError::Refused(ProviderError::AlreadyExists {
            address: Box::new(self.address.clone()),
        })
    }

    /// The scope that is to become one of an API, by what it is called there, was made as or is called
    /// in the realm.
    fn find_scope<'s>(
        &self,
        wanted: &ApiScopes<'_>,
        scopes: &'s Scopes,
        scope: &ScopeName,
    ) -> Option<&'s Scope> {
        let naming = self.writer.reader().getter().settings().scope_naming;

        scopes
            .find(wanted.api, scope)
            .or_else(|| scopes.find_made_as(wanted.api, scope))
            .or_else(|| scopes.get(&naming.name(wanted.api, scope)))
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
        let Ok(scopes) = self.read_scopes().await else {
            return Err(WriteError::Unknown(error));
        };

        match scopes.get(body.name) {
            Some(there) if there.is_made_for(body.api) => Ok(there.wire.id.clone()),
            _ => Err(WriteError::Unknown(error)),
        }
    }

    async fn change_scope(&mut self, body: ScopeBody<'_>, there: &Scope) -> Result<(), WriteError> {
        let memory = self.writer.reader().memory();
        if !body.is_said_by(&there.wire) {
            self.send_to_scope(there, &body.change()).await?;
            self.done
                .push(format!("the scope `{}` was changed", body.scope));
        }

        // Somebody has taken its API out of it, or put another one in.
        if there.wire.audience() != Some(body.api.as_str()) {
            self.mend_audience(body.api, there).await?;
        }
        // Whoever holds it holds another one now.
        let is_known =
            |(api, scope): &(Identifier, ScopeName)| api == body.api && scope == body.scope;
        if !there.of.as_ref().is_some_and(is_known) {
            memory.forget_scopes();
        }
        memory.learn_scope(body.api, body.scope, there.wire.id.clone());
        Ok(())
    }

    /// Makes the API the one that tokens of its scope are for.
    async fn mend_audience(&mut self, api: &Identifier, there: &Scope) -> Result<(), WriteError> {
        let id = there.wire.id.as_str();
        let path = ["client-scopes", id, "protocol-mappers", "models"];
        let others = there.wire.protocol_mappers.iter().filter(|mapper| {
            mapper.adds_audience()
                || mapper.protocol_mapper == AUDIENCE_MAPPER
                || mapper.name == "audience"
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

    /// The scopes go first: a client that is gone would leave them without an API. Of what is another
    /// one than was looked at, or is gone, nothing goes.
    pub(super) async fn delete_api(
        &mut self,
        api: &Identifier,
        mark: Option<&Digest>,
    ) -> Result<(), WriteError> {
        let Some(live) = self.look_for(api.as_str()).await? else {
            return Ok(());
        };
        self.check_mark(&live, mark)?;

        let scopes = self.read_scopes().await?;
        for (name, scope) in scopes.belonging_to(api, live.client.mark()) {
            self.delete_scope(scope).await?;
            self.done.push(format!("the scope `{name}` was deleted"));
        }
        self.delete_client_at(api.as_str(), &live.client.id).await
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

/// Whether the mark is to go.
fn is_released(fields: &Attrs) -> bool {
    let metadata = fields.get(ClientSpec::METADATA).and_then(Value::as_map);

    metadata.is_some_and(|metadata| metadata.get(Mark::STACK) == Some(&Value::Null))
}

/// What is to become of a scope.
enum ToBe {
    /// It is there, and allows this.
    Saying(String),
    /// It is damaged and is to go: until then it stays as it is, for whoever holds it would have its API
    /// again.
    AsItIs,
}

/// The scopes that are wanted; none where nothing is said of scopes.
fn scopes_in(fields: &Attrs) -> Option<BTreeMap<ScopeName, ToBe>> {
    let scopes = fields.get(ResourceServerSpec::SCOPES)?.as_map()?;

    let scopes = scopes.iter().filter_map(|(name, description)| {
        let to_be = match DamagedScope::read(description) {
            Some(_) => ToBe::AsItIs,
            None => ToBe::Saying(description.as_text().unwrap_or_default().to_owned()),
        };
        Some((name.parse().ok()?, to_be))
    });
    Some(scopes.collect())
}

/// Every API of ours carries one: what is written here has one, or is on one.
fn without_mark() -> WriteError {
    refuse("an API without a mark".to_owned())
}
