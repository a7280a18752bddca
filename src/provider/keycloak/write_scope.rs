//! Writing one scope of an API.

use reqwest::Method;
use serde_json::Value as Json;

use super::encode::{self, ScopeBody};
use super::names::AUDIENCE_MAPPER;
use super::procedure::{Procedure, is_unsaid};
use super::scopes::{Scope, Scopes};
use crate::model::{Identifier, Mark, ScopeName};
use crate::provider::{ProviderError, WriteError};

/// What is to become of the scopes of an API.
pub(super) struct ApiScopes<'a> {
    pub(super) api: &'a Identifier,
    pub(super) before: Before<'a>,
    /// The first entry of the mark that it and its scopes carry afterwards.
    pub(super) mark: &'a str,
}

/// Whose an API is until then.
#[derive(Clone, Copy)]
pub(super) enum Before<'a> {
    /// It was not there.
    New,
    /// Nobody's: what mark it carries, if it carries one, was written for
    /// another tenant.
    Nobodys,
    /// Ours, by this first entry of its mark.
    Ours(&'a str),
}

impl<'a> Before<'a> {
    /// What a mark says of an API that is to carry another one, or the same.
    pub(super) fn of(live: Option<&'a str>, mark: &str) -> Self {
        match live {
            Some(live) if !is_of_another_tenant(live, mark) => Self::Ours(live),
            Some(_) | None => Self::Nobodys,
        }
    }
}

impl ApiScopes<'_> {
    /// Whether a scope that is there is ours to change: as nobody has marked
    /// it, or as our API is marked.
    fn may_change(&self, there: &Scope) -> bool {
        let is_of_api = there
            .of
            .as_ref()
            .is_some_and(|(api, _)| api == self.api);
        let is_made_for_it = there.is_made_for(self.api);

        match (there.mark(), self.before) {
            (None, _) => is_of_api,
            (Some(mark), _) if mark == self.mark => is_made_for_it,
            (Some(mark), _) if is_of_another_tenant(mark, self.mark) => {
                is_of_api
            }
            (Some(mark), Before::Ours(before)) => {
                is_made_for_it && mark == before
            }
            // Of a former name of the stack: with another one, it would have
            // been a conflict.
            (Some(_), Before::New) => is_made_for_it,
            (Some(_), Before::Nobodys) => false,
        }
    }
}

/// Whether a mark was written for another tenant than this one, and is no
/// evidence here.
fn is_of_another_tenant(mark: &str, ours: &str) -> bool {
    let tenant = |mark| Mark::read_stack(mark).map(|(_, tenant)| tenant);

    tenant(mark).is_some_and(|tenant_of_it| Some(tenant_of_it) != tenant(ours))
}

impl Procedure<'_> {
    /// Makes one scope as it is wanted.
    pub(super) async fn put_scope(
        &mut self,
        wanted: &ApiScopes<'_>,
        scopes: &Scopes,
        scope: &ScopeName,
        description: &str,
    ) -> Result<(), WriteError> {
        let naming = self
            .writer
            .reader
            .getter()
            .settings()
            .scope_naming;
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
            Some(there) if wanted.may_change(there) => {
                self.change_scope(body, there).await
            }
            Some(_) => Err(self.already_exists()),
        }
    }

    pub(super) fn already_exists(&self) -> WriteError {
        WriteError::Refused(ProviderError::AlreadyExists {
            address: Box::new(self.address.clone()),
        })
    }

    /// The scope that is to become one of an API, by what it is called there,
    /// was made as or is called in the realm.
    pub(super) fn find_scope<'s>(
        &self,
        wanted: &ApiScopes<'_>,
        scopes: &'s Scopes,
        scope: &ScopeName,
    ) -> Option<&'s Scope> {
        let naming = self
            .writer
            .reader
            .getter()
            .settings()
            .scope_naming;

        scopes
            .find(wanted.api, scope)
            .or_else(|| scopes.find_made_as(wanted.api, scope))
            .or_else(|| scopes.get(&naming.name(wanted.api, scope)))
    }

    async fn create_scope(
        &mut self,
        body: ScopeBody<'_>,
    ) -> Result<(), WriteError> {
        let created = match self
            .create(&["client-scopes"], &body.create())
            .await
        {
            // Names are unique, so it is found by its own.
            Err(WriteError::Unknown(error)) => {
                self.find_created_scope(body, error)
                    .await?
            }
            created => created?,
        };

        let memory = self.writer.reader.memory();
        memory.learn_scope(body.api, body.scope, created);
        self.done.push(format!(
            "the scope `{}` was created",
            body.scope
        ));
        Ok(())
    }

    /// The id of a scope whose creation was not answered.
    async fn find_created_scope(
        &self,
        body: ScopeBody<'_>,
        error: ProviderError,
    ) -> Result<String, WriteError> {
        let Ok(scopes) = self.writer.read_scopes().await else {
            return Err(WriteError::Unknown(error));
        };

        match scopes.get(body.name) {
            Some(there) if there.is_made_for(body.api) => {
                Ok(there.wire.id.clone())
            }
            _ => Err(WriteError::Unknown(error)),
        }
    }

    async fn change_scope(
        &mut self,
        body: ScopeBody<'_>,
        there: &Scope,
    ) -> Result<(), WriteError> {
        let memory = self.writer.reader.memory();
        if !body.is_said_by(&there.wire) {
            self.send_to_scope(there, &body.change())
                .await?;
            self.done.push(format!(
                "the scope `{}` was changed",
                body.scope
            ));
        }

        // Somebody has taken its API out of it, or put another one in.
        if there.wire.audience() != Some(body.api.as_str()) {
            self.mend_audience(body.api, there)
                .await?;
        }
        // Whoever holds it holds another one now.
        let is_known = |(api, scope): &(Identifier, ScopeName)| {
            api == body.api && scope == body.scope
        };
        if !there.of.as_ref().is_some_and(is_known) {
            memory.forget_scopes();
        }
        memory.learn_scope(body.api, body.scope, there.wire.id.clone());
        Ok(())
    }

    /// Makes the API the one that tokens of its scope are for.
    async fn mend_audience(
        &mut self,
        api: &Identifier,
        there: &Scope,
    ) -> Result<(), WriteError> {
        let id = there.wire.id.as_str();
        let path = [
            "client-scopes",
            id,
            "protocol-mappers",
            "models",
        ];
        let others = there
            .wire
            .protocol_mappers
            .iter()
            .filter(|mapper| {
                mapper.adds_audience()
                    || mapper.protocol_mapper == AUDIENCE_MAPPER
                    || mapper.name == "audience"
            });
        for mapper in others {
            self.delete(
                path.into_iter()
                    .chain([mapper.id.as_str()]),
            )
            .await?;
        }

        self.create(&path, &encode::audience_mapper(api))
            .await?;
        self.done.push(format!(
            "the audience of `{}` was mended",
            there.wire.name
        ));
        Ok(())
    }

    pub(super) async fn send_to_scope(
        &self,
        scope: &Scope,
        body: &Json,
    ) -> Result<(), WriteError> {
        let path = ["client-scopes", scope.wire.id.as_str()];
        self.send(Method::PUT, path, Some(body))
            .await
            .map(drop)
    }

    /// Gives a scope the mark of its API, and leaves all else of it as it is.
    pub(super) async fn mark_scope(
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
        self.done
            .push(format!("the scope `{name}` was marked"));
        Ok(())
    }

    pub(super) async fn delete_scope(
        &self,
        scope: &Scope,
    ) -> Result<(), WriteError> {
        let deleted = self
            .delete(["client-scopes", scope.wire.id.as_str()])
            .await;
        let Err(WriteError::Refused(error)) = deleted else {
            return deleted;
        };
        if !is_unsaid(&error) {
            return Err(WriteError::Refused(error));
        }

        // Somebody else may be deleting it at the same moment.
        let scopes = self.writer.read_scopes().await?;
        match scopes.get(&scope.wire.name) {
            Some(still) if still.wire.id == scope.wire.id => {
                Err(WriteError::Refused(error))
            }
            _ => Ok(()),
        }
    }
}
