//! The token of a run: one for all requests, and another where the tenant stops taking it.

use std::sync::Arc;

use reqwest::RequestBuilder;
use tokio::sync::{Mutex, MutexGuard};

use super::retry::{Patience, Repeat};
use super::{Asked, Connection, Outcome};
use crate::provider::ProviderError;
use crate::provider::auth0::token::Session;

/// The session that a connection holds. Whoever needs another waits for the lock, so that requests
/// refused at the same time share one.
#[derive(Debug, Default)]
pub(super) struct Held(Mutex<State>);

#[derive(Debug, Default)]
enum State {
    /// Nothing was asked for yet.
    #[default]
    Nothing,
    /// Another one can be had.
    Renewable(Arc<Session>),
    /// Another one cannot be had, or would be no better.
    Final(Arc<Session>),
}

impl State {
    fn session(&self) -> Option<&Arc<Session>> {
        match self {
            Self::Nothing => None,
            Self::Renewable(session) | Self::Final(session) => Some(session),
        }
    }

    fn is(&self, other: &Arc<Session>) -> bool {
        self.session()
            .is_some_and(|session| Arc::ptr_eq(session, other))
    }
}

impl Connection {
    /// Whom we are in the tenant, and our token: asked for by the first who needs it.
    pub(super) async fn session(&self) -> Result<Arc<Session>, ProviderError> {
        let state = self.held.0.lock().await;
        match state.session() {
            Some(session) => Ok(session.clone()),
            None => self.enter_and_hold(state).await,
        }
    }

    /// Asks with our token until there is an answer worth having. What was refused for its token was
    /// not carried out, whatever it is: it is asked once more with another one, if there is one.
    pub(super) async fn insist_as_ourselves(
        &self,
        asked: &Asked,
        repeat: Repeat,
        patience: &mut Patience,
        build: impl Fn(&Session) -> RequestBuilder,
    ) -> Result<Outcome, ProviderError> {
        let session = self.session().await?;
        let first = self
            .insist(asked, repeat, patience, || build(&session))
            .await;
        if !first.is_unauthorized() {
            return Ok(first);
        }

        let other = match self.session_instead_of(&session).await {
            Ok(Some(other)) => other,
            Ok(None) => return Ok(first),
            // An earlier attempt may have been carried out, which this error would deny.
            Err(_) if first.is_doubtful => return Ok(first),
            Err(error) => return Err(error),
        };

        let second = self.insist(asked, repeat, patience, || build(&other)).await;
        if second.is_unauthorized() {
            self.give_up_on(&other).await;
        }
        Ok(Outcome {
            is_doubtful: first.is_doubtful || second.is_doubtful,
            ..second
        })
    }

    /// A session other than this one, which the tenant did not take; none, if none can be had.
    async fn session_instead_of(
        &self,
        refused: &Arc<Session>,
    ) -> Result<Option<Arc<Session>>, ProviderError> {
        let mut state = self.held.0.lock().await;
        match &*state {
            // Somebody else got it meanwhile.
            held if !held.is(refused) => return Ok(held.session().cloned()),
            State::Nothing | State::Final(_) => return Ok(None),
            State::Renewable(_) => {}
        }

        tracing::info!("the tenant no longer takes the token: asking for another");
        // Should that fail, to fail again for each of the requests that follow would change nothing.
        *state = State::Final(refused.clone());
        self.enter_and_hold(state).await.map(Some)
    }

    /// Takes note that a session which was to be better was refused as well.
    async fn give_up_on(&self, refused: &Arc<Session>) {
        let mut state = self.held.0.lock().await;
        if state.is(refused) {
            *state = State::Final(refused.clone());
        }
    }

    async fn enter_and_hold(
        &self,
        mut state: MutexGuard<'_, State>,
    ) -> Result<Arc<Session>, ProviderError> {
        let session = Arc::new(self.enter().await?);
        *state = if self.settings.credentials.is_ready_token() {
            State::Final(session.clone())
        } else {
            State::Renewable(session.clone())
        };
        Ok(session)
    }
}
