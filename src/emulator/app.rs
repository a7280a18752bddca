//! What the handlers share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::Settings;
use super::authority::Authority;
use super::clock::{Clock, ClockOffset};
use super::conditions::{ActiveConditions, Conditions};
use super::custom_claim::CustomClaim;
use super::host::Hosts;
use super::journal::Journal;
use super::readiness::Readiness;
use super::search_index::SearchIndex;
use super::signing_keys::SigningKeys;
use super::tenant::{Revision, Tenant};
use super::tenant_log::TenantLog;
use super::token::assertion::UsedAssertions;
use super::token::quota::IssuedTokens;
use super::transport::Scheme;

/// What an emulator takes over from the one before it.
pub(crate) struct Kept {
    pub(crate) signing_keys: SigningKeys,
    /// Kept also while it is spoken to without TLS.
    pub(crate) authority: Option<Authority>,
    pub(crate) tenant: Tenant,
}

/// What a reset goes back to.
struct Start {
    tenant: Tenant,
    clock: ClockOffset,
}

/// One running emulator.
pub(crate) struct App {
    pub(crate) scheme: Scheme,
    pub(crate) hosts: Hosts,
    pub(crate) signing_keys: SigningKeys,
    pub(crate) authority: Option<Authority>,
    pub(crate) custom_claims: Vec<CustomClaim>,
    pub(crate) clock: Clock,
    pub(crate) journal: Journal,
    pub(crate) log: TenantLog,
    pub(crate) used_assertions: UsedAssertions,
    pub(crate) issued_tokens: IssuedTokens,
    /// Told after every change of the tenant.
    pub(crate) changed: Notify,
    is_ready: AtomicBool,
    tenant: Mutex<Tenant>,
    start: Mutex<Start>,
    // Shared, so that the lock is held for no longer than it takes to
    // get hold of them: a request that waits for its delay must not
    // keep the others waiting.
    conditions: Mutex<Arc<ActiveConditions>>,
    /// Locked only while the tenant is.
    search_index: Mutex<SearchIndex>,
}

impl App {
    pub(crate) fn new(
        settings: &Settings,
        hosts: Hosts,
        mut kept: Kept,
    ) -> Self {
        let conditions = ActiveConditions::new(settings.conditions.clone());
        let mut search_index = SearchIndex::default();
        let longest_lag = conditions.longest_search_lag();
        search_index.restart(&mut kept.tenant, longest_lag, Instant::now());
        let start = Start {
            tenant: kept.tenant.clone(),
            clock: settings.clock,
        };

        Self {
            scheme: settings.transport.into(),
            hosts,
            signing_keys: kept.signing_keys,
            custom_claims: settings.custom_claims.clone(),
            authority: kept.authority,
            clock: Clock::new(settings.clock),
            journal: Journal::default(),
            log: TenantLog::default(),
            used_assertions: UsedAssertions::default(),
            issued_tokens: IssuedTokens::default(),
            changed: Notify::new(),
            is_ready: AtomicBool::new(settings.readiness == Readiness::AtOnce),
            start: Mutex::new(start),
            tenant: Mutex::new(kept.tenant),
            conditions: Mutex::new(Arc::new(conditions)),
            search_index: Mutex::new(search_index),
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
        let mut tenant = self.lock_tenant();
        tenant.set_time(self.clock.moment());
        let done = act(&mut tenant)?;
        self.lock_search_index()
            .note_change(&mut tenant, Instant::now());
        drop(tenant);

        // A refusal leaves nothing to keep: only what was
        // done has the state written.
        self.changed.notify_one();
        Ok(done)
    }

    /// Looks at the tenant with the state of it that a search knows which lags
    /// behind by so much.
    pub(crate) fn search<T>(
        &self,
        lag: Duration,
        look: impl FnOnce(&Tenant, Revision) -> T,
    ) -> T {
        let tenant = self.lock_tenant();
        let known =
            self.lock_search_index()
                .known(&tenant, lag, Instant::now());

        look(&tenant, known)
    }

    /// Whether those who use it may begin.
    pub(crate) fn is_ready(&self) -> bool {
        self.is_ready.load(Ordering::Acquire)
    }

    /// From now on a reset goes back to the tenant and the clock as they are.
    pub(crate) fn keep_as_start(&self) {
        // First, as a reset does: neither then waits for the other.
        let mut start = self.lock_start();
        *start = self.as_start(&self.lock_tenant());
    }

    fn as_start(&self, tenant: &Tenant) -> Start {
        Start {
            tenant: tenant.clone(),
            clock: self.clock.offset(),
        }
    }

    /// What was done so far has filled the tenant: it is kept as the start,
    /// nothing else of it is remembered, and whoever waits is served, under
    /// these conditions.
    pub(crate) fn begin(&self, conditions: Conditions) {
        let mut start = self.lock_start();
        let mut tenant = self.lock_tenant();
        *start = self.as_start(&tenant);
        self.forget_and_change(ActiveConditions::new(conditions), &mut tenant);

        self.is_ready
            .store(true, Ordering::Release);
    }

    /// Goes back to the start, with a memory of nothing. The key stays: whoever
    /// has fetched it need not do so again.
    pub(crate) fn reset(&self) {
        // All of it under the lock of the tenant: a request finds it as it was
        // before, or as it is after.
        let start = self.lock_start();
        let mut tenant = self.lock_tenant();
        *tenant = start.tenant.clone();
        self.clock.put(start.clock);

        let conditions = self.conditions().anew();
        self.lock_search_index().restart(
            &mut tenant,
            conditions.longest_search_lag(),
            Instant::now(),
        );
        self.forget_and_change(conditions, &mut tenant);
        drop(tenant);
        self.changed.notify_one();
    }

    /// From now on nothing has been asked for, and these are the conditions.
    fn forget_and_change(
        &self,
        conditions: ActiveConditions,
        tenant: &mut Tenant,
    ) {
        self.used_assertions.forget();
        self.issued_tokens.forget();
        self.put_in_force(conditions, tenant);

        // Last, so that nothing that still met what was before
        // is written down after it.
        self.log.forget();
        self.journal.forget();
    }

    /// The conditions, for one request from its beginning to its end.
    pub(crate) fn conditions(&self) -> Arc<ActiveConditions> {
        Arc::clone(&self.lock_conditions())
    }

    pub(crate) fn change_conditions(&self, conditions: Conditions) {
        let changed = ActiveConditions::new(conditions);
        self.put_in_force(changed, &mut self.lock_tenant());
    }

    fn put_in_force(&self, conditions: ActiveConditions, tenant: &mut Tenant) {
        let longest_lag = conditions.longest_search_lag();
        *self.lock_conditions() = Arc::new(conditions);

        self.lock_search_index().change_lag(
            tenant,
            longest_lag,
            Instant::now(),
        );
    }

    fn lock_tenant(&self) -> MutexGuard<'_, Tenant> {
        // A poisoned lock is taken all the same: rules change the tenant only
        // once they are through.
        self.tenant
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_search_index(&self) -> MutexGuard<'_, SearchIndex> {
        self.search_index
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_start(&self) -> MutexGuard<'_, Start> {
        self.start
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_conditions(&self) -> MutexGuard<'_, Arc<ActiveConditions>> {
        let locked = self.conditions.lock();
        locked.unwrap_or_else(PoisonError::into_inner)
    }
}
