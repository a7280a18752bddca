//! What the handlers share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::authority::Authority;
use super::journal::Journal;
use super::keys::SigningKey;
use super::tenant::Tenant;
use super::token::assertion::UsedAssertions;
use super::token::quota::IssuedTokens;
use super::transport::Scheme;
use super::weather::{Conditions, Weather};

/// What an emulator takes over from the one before it.
pub(crate) struct Kept {
    pub(crate) signing_key: SigningKey,
    /// Kept also while it is spoken to without TLS.
    pub(crate) authority: Option<Authority>,
    pub(crate) tenant: Tenant,
}

/// One running emulator.
pub(crate) struct App {
    pub(crate) scheme: Scheme,
    pub(crate) signing_key: SigningKey,
    pub(crate) authority: Option<Authority>,
    pub(crate) journal: Journal,
    pub(crate) used_assertions: UsedAssertions,
    pub(crate) issued_tokens: IssuedTokens,
    /// Told after every change of the tenant.
    pub(crate) changed: Notify,
    tenant: Mutex<Tenant>,
    conditions: Mutex<Arc<Conditions>>,
}

impl App {
    pub(crate) fn new(scheme: Scheme, kept: Kept, weather: Weather) -> Self {
        Self {
            scheme,
            signing_key: kept.signing_key,
            authority: kept.authority,
            journal: Journal::default(),
            used_assertions: UsedAssertions::default(),
            issued_tokens: IssuedTokens::default(),
            changed: Notify::new(),
            tenant: Mutex::new(kept.tenant),
            conditions: Mutex::new(Arc::new(Conditions::new(weather))),
        }
    }

    pub(crate) fn read<T>(&self, look: impl FnOnce(&Tenant) -> T) -> T {
        look(&self.lock())
    }

    /// Changes the tenant, and has it saved in a while.
    pub(crate) fn change<T, E>(
        &self,
        act: impl FnOnce(&mut Tenant) -> Result<T, E>,
    ) -> Result<T, E> {
        let done = act(&mut self.lock())?;
        self.changed.notify_one();
        Ok(done)
    }

    /// The weather, for one request from its beginning to its end.
    pub(crate) fn conditions(&self) -> Arc<Conditions> {
        Arc::clone(
            &self
                .conditions
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    pub(crate) fn change_weather(&self, weather: Weather) {
        let conditions = Arc::new(Conditions::new(weather));
        *self
            .conditions
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = conditions;
    }

    /// A poisoned lock is taken all the same: rules change the tenant only once they are through.
    fn lock(&self) -> MutexGuard<'_, Tenant> {
        self.tenant.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
