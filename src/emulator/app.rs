//! What the handlers share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::Settings;
use super::authority::Authority;
use super::clock::Clock;
use super::conditions::{ActiveConditions, Conditions};
use super::custom_claim::CustomClaim;
use super::host::Hosts;
use super::journal::Journal;
use super::signing_key::SigningKey;
use super::tenant::Tenant;
use super::token::assertion::UsedAssertions;
use super::token::quota::IssuedTokens;
use super::transport::Scheme;

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
    pub(crate) hosts: Hosts,
    pub(crate) signing_key: SigningKey,
    pub(crate) authority: Option<Authority>,
    pub(crate) custom_claims: Vec<CustomClaim>,
    pub(crate) clock: Clock,
    pub(crate) journal: Journal,
    pub(crate) used_assertions: UsedAssertions,
    pub(crate) issued_tokens: IssuedTokens,
    /// Told after every change of the tenant.
    pub(crate) changed: Notify,
    tenant: Mutex<Tenant>,
    /// What a reset goes back to.
    start: Mutex<Tenant>,
    // Shared, so that the lock is held for no longer than it takes to get hold of them: a request
    // that waits for its delay must not keep the others waiting.
    conditions: Mutex<Arc<ActiveConditions>>,
}

impl App {
    pub(crate) fn new(settings: &Settings, hosts: Hosts, kept: Kept) -> Self {
        let conditions = ActiveConditions::new(settings.conditions.clone());

        Self {
            scheme: settings.transport.into(),
            hosts,
            custom_claims: settings.custom_claims.clone(),
            signing_key: kept.signing_key,
            authority: kept.authority,
            clock: Clock::new(settings.clock),
            journal: Journal::default(),
            used_assertions: UsedAssertions::default(),
            issued_tokens: IssuedTokens::default(),
            changed: Notify::new(),
            start: Mutex::new(kept.tenant.clone()),
            tenant: Mutex::new(kept.tenant),
            conditions: Mutex::new(Arc::new(conditions)),
        }
    }

    pub(crate) fn read<T>(&self, look: impl FnOnce(&Tenant) -> T) -> T {
        look(&self.lock_tenant())
    }

    /// Changes the tenant, and has it saved in a while.
    pub(crate) fn change<T, E>(
        &self,
        act: impl FnOnce(&mut Tenant) -> Result<T, E>,
    ) -> Result<T, E> {
        let done = act(&mut self.lock_tenant())?;
        // A refusal leaves nothing to keep: only what was done has the state written.
        self.changed.notify_one();
        Ok(done)
    }

    /// From now on a reset goes back to the tenant as it is.
    pub(crate) fn keep_as_start(&self) {
        let now = self.lock_tenant().clone();
        *self.lock_start() = now;
    }

    /// Goes back to the start, with a memory of nothing. The key stays: whoever has fetched it need not do so
    /// again.
    pub(crate) fn reset(&self) {
        let start = self.lock_start().clone();
        *self.lock_tenant() = start;
        self.changed.notify_one();

        self.used_assertions.forget();
        self.issued_tokens.forget();
        self.clock.put_back();

        let anew = Arc::new(self.conditions().anew());
        *self.lock_conditions() = anew;
        self.journal.forget();
    }

    /// The conditions, for one request from its beginning to its end.
    pub(crate) fn conditions(&self) -> Arc<ActiveConditions> {
        Arc::clone(&self.lock_conditions())
    }

    pub(crate) fn change_conditions(&self, conditions: Conditions) {
        let changed = Arc::new(ActiveConditions::new(conditions));
        *self.lock_conditions() = changed;
    }

    fn lock_tenant(&self) -> MutexGuard<'_, Tenant> {
        // A poisoned lock is taken all the same: rules change the tenant only once they are through.
        self.tenant.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_start(&self) -> MutexGuard<'_, Tenant> {
        self.start.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_conditions(&self) -> MutexGuard<'_, Arc<ActiveConditions>> {
        let locked = self.conditions.lock();
        locked.unwrap_or_else(PoisonError::into_inner)
    }
}
