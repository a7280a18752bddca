//! The session of a run, kept for all of its requests.

use std::sync::Arc;

use tokio::sync::{Mutex, MutexGuard};

use crate::provider::auth0::token::Session;

/// The session that a connection has. Whoever needs another waits for the lock, so that requests
/// refused at the same time share one.
#[derive(Debug, Default)]
pub(super) struct SessionCache(Mutex<CachedSession>);

#[derive(Debug, Default)]
pub(super) enum CachedSession {
    /// Nothing was asked for yet.
    #[default]
    Nothing,
    /// Another one can be had.
    Renewable(Arc<Session>),
    /// Another one cannot be had, or would be no better.
    Final(Arc<Session>),
}

impl SessionCache {
    pub(super) async fn lock(&self) -> MutexGuard<'_, CachedSession> {
        self.0.lock().await
    }
}

impl CachedSession {
    pub(super) fn session(&self) -> Option<&Arc<Session>> {
        match self {
            Self::Nothing => None,
            Self::Renewable(session) | Self::Final(session) => Some(session),
        }
    }

    pub(super) fn holds(&self, other: &Arc<Session>) -> bool {
        self.session()
            .is_some_and(|session| Arc::ptr_eq(session, other))
    }
}
