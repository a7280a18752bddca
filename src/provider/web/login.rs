//! Sending with a session: one for all requests of a run, and another where its
//! time is over or where it is not taken any more.

use std::sync::Arc;

use reqwest::RequestBuilder;
use reqwest::header::AUTHORIZATION;
use tokio::sync::MutexGuard;

use super::exchange::Exchange;
use super::patience::{Patience, Repeat};
use super::request_line::RequestLine;
use super::session::{CachedSession, Session, SessionCache};
use super::transport::Transport;
use crate::provider::ProviderError;

/// A connection to a tenant that lets nobody in without a session.
pub(in crate::provider) trait LogIn: Transport {
    type Session: Session;

    fn sessions(&self) -> &SessionCache<Self::Session>;

    /// Gets in, whatever there was before.
    async fn log_in(
        &self,
    ) -> Result<CachedSession<Self::Session>, ProviderError>;

    /// Our session: asked for by the first who needs
    /// it, and again in good time.
    async fn session(&self) -> Result<Arc<Self::Session>, ProviderError> {
        let cached = self.sessions().lock().await;
        match &*cached {
            Some(kept) if !kept.session().is_over() => {
                Ok(kept.session().clone())
            }
            _ => log_in_and_keep(self, cached).await,
        }
    }

    /// Sends with our session until there is a response worth having. What was
    /// refused for its token was not carried out, whatever it is: it is sent
    /// once more with another one, if there is one.
    async fn send_authorized(
        &self,
        line: &RequestLine,
        repeat: Repeat,
        patience: &mut Patience,
        build: impl Fn() -> RequestBuilder,
    ) -> Result<Exchange, ProviderError> {
        let build = |session: &Self::Session| {
            build().header(AUTHORIZATION, session.bearer())
        };

        let session = self.session().await?;
        let first = self
            .send_with_retries(line, repeat, patience, || build(&session))
            .await;
        if !first.is_unauthorized() {
            return Ok(first);
        }

        let other = match session_instead_of(self, &session).await {
            Ok(Some(other)) => other,
            Ok(None) => return Ok(first),
            // An earlier attempt may have been carried out, which this error
            // would deny.
            Err(_) if first.is_doubtful => return Ok(first),
            Err(error) => return Err(error),
        };

        let second = self
            .send_with_retries(line, repeat, patience, || build(&other))
            .await;
        // Else each request that follows would get one more token, and be
        // refused with that as well.
        if second.is_unauthorized() {
            give_up_on(self.sessions(), &other).await;
        }
        Ok(Exchange {
            is_doubtful: first.is_doubtful || second.is_doubtful,
            ..second
        })
    }
}

/// A session other than this one, which the tenant did not take;
/// none, if none can be had.
async fn session_instead_of<C: LogIn + ?Sized>(
    connection: &C,
    refused: &Arc<C::Session>,
) -> Result<Option<Arc<C::Session>>, ProviderError> {
    let mut cached = connection.sessions().lock().await;
    match &*cached {
        // Somebody else got it meanwhile.
        Some(other) if !other.holds(refused) => {
            return Ok(Some(other.session().clone()));
        }
        Some(CachedSession::Renewable(_)) => {}
        Some(CachedSession::Final(_)) | None => return Ok(None),
    }

    tracing::info!("the tenant no longer takes the token: asking for another");
    // Should that fail, to fail again for each of the requests that follow
    // would change nothing.
    *cached = Some(CachedSession::Final(refused.clone()));
    log_in_and_keep(connection, cached)
        .await
        .map(Some)
}

/// Takes note that a session which was to be better was refused as well.
async fn give_up_on<S>(sessions: &SessionCache<S>, refused: &Arc<S>) {
    let mut cached = sessions.lock().await;
    if cached
        .as_ref()
        .is_some_and(|kept| kept.holds(refused))
    {
        *cached = Some(CachedSession::Final(refused.clone()));
    }
}

/// The lock is held until the session is there, so that
/// nobody asks for a second one.
async fn log_in_and_keep<C: LogIn + ?Sized>(
    connection: &C,
    mut cached: MutexGuard<'_, Option<CachedSession<C::Session>>>,
) -> Result<Arc<C::Session>, ProviderError> {
    let kept = connection.log_in().await?;
    let session = kept.session().clone();

    *cached = Some(kept);
    Ok(session)
}

#[cfg(test)]
mod tests;
