//! The session of a run, kept for all of its requests.

use std::sync::Arc;

use reqwest::header::HeaderValue;
use tokio::sync::{Mutex, MutexGuard};

/// A token that was obtained, with what is known of it.
pub(in crate::provider) trait Session {
    /// The value of the `Authorization` header; marked sensitive, so that
    /// nothing prints it.
    fn bearer(&self) -> &HeaderValue;

    /// Whether it is time for another one, though this one was not refused.
    fn is_over(&self) -> bool;
}

/// The session that a connection has. Whoever needs another waits for the lock,
/// so that requests refused at the same time share one.
#[derive(Debug)]
pub(in crate::provider) struct SessionCache<S>(Mutex<Option<CachedSession<S>>>);

/// A session, and what is to be done once it is refused.
#[derive(Debug)]
pub(in crate::provider) enum CachedSession<S> {
    /// Another one can be had.
    Renewable(Arc<S>),
    /// Another one cannot be had, or would be no better.
    Final(Arc<S>),
}

impl<S> SessionCache<S> {
    /// One for which nothing was asked for yet.
    pub(in crate::provider) fn empty() -> Self {
        Self(Mutex::new(None))
    }

    pub(super) async fn lock(
        &self,
    ) -> MutexGuard<'_, Option<CachedSession<S>>> {
        self.0.lock().await
    }
}

impl<S> CachedSession<S> {
    pub(in crate::provider) fn renewable(session: S) -> Self {
        Self::Renewable(Arc::new(session))
    }

    pub(super) fn session(&self) -> &Arc<S> {
        match self {
            Self::Renewable(session) | Self::Final(session) => session,
        }
    }

    pub(super) fn holds(&self, other: &Arc<S>) -> bool {
        Arc::ptr_eq(self.session(), other)
    }
}
