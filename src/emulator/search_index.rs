//! How far searches are behind: which state of the tenant they know.
//!
//! Auth0 searches an index that follows the tenant after a while. Here the
//! tenant itself is searched, as it was a while ago.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::tenant::{Revision, Tenant};

/// When the tenant was changed of late.
#[derive(Default)]
pub(crate) struct SearchIndex {
    /// How far the slowest search is behind.
    longest_lag: Duration,
    /// The tenant's revision since each instant; the latest last.
    noted: VecDeque<(Instant, Revision)>,
}

impl SearchIndex {
    /// Searches are behind by so much at most from now on.
    pub(crate) fn change_lag(
        &mut self,
        tenant: &mut Tenant,
        longest_lag: Duration,
        now: Instant,
    ) {
        // What no search knew before, none knows by another condition.
        if !self.longest_lag.is_zero() && !longest_lag.is_zero() {
            self.longest_lag = longest_lag;
            return;
        }

        self.restart(tenant, longest_lag, now);
    }

    /// Begins with a tenant that was so long before.
    pub(crate) fn restart(
        &mut self,
        tenant: &mut Tenant,
        longest_lag: Duration,
        now: Instant,
    ) {
        self.longest_lag = longest_lag;
        tenant.remember_changes(!longest_lag.is_zero());

        self.noted.clear();
        if !longest_lag.is_zero() {
            self.noted
                .push_back((now, tenant.revision()));
        }
    }

    /// Notes that the tenant was changed just now.
    pub(crate) fn note_change(&mut self, tenant: &mut Tenant, now: Instant) {
        if self.longest_lag.is_zero() {
            return;
        }
        self.noted
            .push_back((now, tenant.revision()));

        // The last of those that every search knows is asked
        // for, and none before it.
        while let Some((second, _)) = self.noted.get(1)
            && *second + self.longest_lag <= now
        {
            self.noted.pop_front();
        }
        if let Some((_, oldest)) = self.noted.front() {
            tenant.forget_before(*oldest);
        }
    }

    /// The state that a search knows which is behind by so much.
    pub(crate) fn known(
        &self,
        tenant: &Tenant,
        lag: Duration,
        now: Instant,
    ) -> Revision {
        if lag.is_zero() {
            return tenant.revision();
        }

        let seen = self
            .noted
            .partition_point(|(since, _)| *since + lag <= now);
        // The first is of long before, and known whatever the lag.
        let last_seen = self.noted.get(seen.saturating_sub(1));
        last_seen.map_or_else(|| tenant.revision(), |(_, revision)| *revision)
    }
}

#[cfg(test)]
mod tests;
