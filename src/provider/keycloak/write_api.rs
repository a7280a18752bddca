//! Writing an API: a client, and a client scope for each of its scopes. How one
//! of these is written stands in `write_scope`.

use std::collections::{BTreeMap, BTreeSet};

use super::encode::{self, mark_in};
use super::procedure::{Procedure, refuse};
use super::scopes::Scope;
use super::write_scope::{ApiScopes, Before};
use crate::model::{
    Attrs, ClientSpec, DamagedScope, Digest, Identifier, Mark, RemoteId,
    ResourceServerSpec, ScopeName, Value,
};
use crate::provider::{ProviderError, WriteError};

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
            // Its scopes would be missing, and nothing would make them before
            // the next run.
            Err(WriteError::Unknown(error)) => {
                self.find_made(api, &mark, error)
                    .await?
            }
            created => created?,
        };
        self.writer
            .reader
            .memory()
            .learn_client(api.as_str(), &created);
        self.done
            .push("the API was created".to_owned());

        let scopes = self.writer.reader.scopes().await;
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
        let live = self
            .find_marked(api.as_str(), mark)
            .await?;
        let before = live.client.mark();
        if is_released(fields) {
            self.release_scopes(api, before).await?;
            return self.change_client(&live, fields).await;
        }

        let written = mark_in(fields);
        if written.is_none() && !fields.contains_key(ResourceServerSpec::SCOPES)
        {
            return self.change_client(&live, fields).await;
        }
        let mark = written
            .as_deref()
            .or(before)
            .ok_or_else(without_mark)?;
        let wanted = ApiScopes {
            api,
            before: Before::of(before, mark),
            mark,
        };
        match wanted.before {
            // The client decides whose it is, where somebody else wants it too.
            Before::New | Before::Nobodys => {
                self.change_client(&live, fields)
                    .await?;
                self.check_taken(api.as_str(), mark)
                    .await?;
                self.change_scopes(&wanted, fields)
                    .await
            }
            // An API of another name, and with scopes of the former one, is not
            // what was declared.
            Before::Ours(_) => {
                self.change_scopes(&wanted, fields)
                    .await?;
                self.change_client(&live, fields).await
            }
        }
    }

    /// The API whose creation was not answered, if it was made: names are
    /// unique, and its mark is ours.
    async fn find_made(
        &self,
        api: &Identifier,
        mark: &str,
        lost: ProviderError,
    ) -> Result<String, WriteError> {
        match self.look_for(api.as_str()).await {
            Ok(Some(made)) if made.client.mark() == Some(mark) => {
                Ok(made.client.id)
            }
            _ => Err(WriteError::Unknown(lost)),
        }
    }

    /// Makes the scopes of an API those that are wanted; all of them, where
    /// that is not said, carry the mark that it has now.
    async fn change_scopes(
        &mut self,
        wanted: &ApiScopes<'_>,
        fields: &Attrs,
    ) -> Result<(), WriteError> {
        let scopes = self.writer.read_scopes().await?;
        let ours: Vec<(&ScopeName, &Scope)> = match wanted.before {
            Before::Ours(mark) => scopes
                .marked(wanted.api, mark)
                .collect(),
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
            let is_free = there
                .is_none_or(|there| settled.insert(there.wire.id.as_str()));
            if !is_free {
                // It cannot be two of them: what the one has it say, the other
                // would take back.
                return Err(self.already_exists());
            }
            self.put_scope(wanted, &scopes, scope, description)
                .await?;
        }
        for (name, scope) in ours {
            if settled.contains(scope.wire.id.as_str()) {
                continue;
            }
            if declared.contains_key(name) {
                self.mark_scope(wanted, scope).await?;
            } else {
                self.delete_scope(scope).await?;
                self.done
                    .push(format!("the scope `{name}` was deleted"));
            }
        }
        Ok(())
    }

    /// Takes the mark off the scopes of an API that is let go.
    async fn release_scopes(
        &mut self,
        api: &Identifier,
        mark: Option<&str>,
    ) -> Result<(), WriteError> {
        let scopes = self.writer.read_scopes().await?;
        let ours = mark.map(|mark| scopes.marked(api, mark));
        for (_, scope) in ours.into_iter().flatten() {
            let body = encode::released_scope(&scope.wire.name);
            self.send_to_scope(scope, &body).await?;
        }
        Ok(())
    }

    /// The scopes go first: a client that is gone would leave them
    /// without an API. Of what is another one than was looked at,
    /// or is gone, nothing goes.
    pub(super) async fn delete_api(
        &mut self,
        api: &Identifier,
        mark: Option<&Digest>,
    ) -> Result<(), WriteError> {
        let Some(live) = self.look_for(api.as_str()).await? else {
            return Ok(());
        };
        self.check_mark(&live, mark)?;

        let scopes = self.writer.read_scopes().await?;
        for (name, scope) in scopes.belonging_to(api, live.client.mark()) {
            self.delete_scope(scope).await?;
            self.done
                .push(format!("the scope `{name}` was deleted"));
        }
        self.delete_client_at(api.as_str(), &live.client.id)
            .await
    }
}

/// Whether the mark is to go.
fn is_released(fields: &Attrs) -> bool {
    let metadata = fields
        .get(ClientSpec::METADATA)
        .and_then(Value::as_map);

    metadata
        .is_some_and(|metadata| metadata.get(Mark::STACK) == Some(&Value::Null))
}

/// What is to become of a scope.
enum ToBe {
    /// It is there, and allows this.
    Saying(String),
    /// It is damaged and is to go: until then it stays as it is, for whoever
    /// holds it would have its API again.
    AsItIs,
}

/// The scopes that are wanted; none where nothing is said of scopes.
fn scopes_in(fields: &Attrs) -> Option<BTreeMap<ScopeName, ToBe>> {
    let scopes = fields
        .get(ResourceServerSpec::SCOPES)?
        .as_map()?;

    let scopes = scopes
        .iter()
        .filter_map(|(name, description)| {
            let to_be = match DamagedScope::read(description) {
                Some(_) => ToBe::AsItIs,
                None => ToBe::Saying(
                    description
                        .as_text()
                        .unwrap_or_default()
                        .to_owned(),
                ),
            };
            Some((name.parse().ok()?, to_be))
        });
    Some(scopes.collect())
}

/// Every API of ours carries one: what is written here has one, or is on one.
fn without_mark() -> WriteError {
    refuse("an API without a mark".to_owned())
}
