//! The pace of a run: all its requests draw from what is known of the tenant's
//! buckets, and so slow down before the tenant has to refuse any.

use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use super::bucket::Drawn;
use super::group::Group;
use super::headers::Reading;
use super::limits::{Admission, Limits};
use super::pace::Served;
use crate::model::{RateLimit, Reserve};

/// What is known of the tenant's limits, shared by all requests of a run.
#[derive(Debug)]
pub(super) struct Limiter {
    limits: Mutex<Limits>,
    changed: Notify,
}

/// The leave to make one request; to be held until its answer is there.
#[derive(Debug)]
pub(super) struct Ticket<'a> {
    limiter: &'a Limiter,
    group: Group,
    /// What was drawn, and from which bucket; none where no bucket was known.
    drawn: Option<(usize, Drawn)>,
    is_under_way: bool,
}

impl Limiter {
    pub(super) fn new(configured: Option<RateLimit>, reserve: Reserve) -> Self {
        Self {
            limits: Mutex::new(Limits::new(configured, reserve)),
            changed: Notify::new(),
        }
    }

    /// Waits until a request of the group may be made.
    pub(super) async fn admit(&self, group: Group) -> Ticket<'_> {
        loop {
            let mut changed = pin!(self.changed.notified());
            // From here on no change is missed.
            changed.as_mut().enable();

            let admission = self
                .limits()
                .admit(group, Instant::now());
            match admission {
                Admission::Now(drawn) => {
                    return Ticket {
                        limiter: self,
                        group,
                        drawn,
                        is_under_way: true,
                    };
                }
                // An answer may say that there is a token already.
                Admission::In(wait) => drop(timeout(wait, changed).await),
                Admission::AfterAnAnswer => changed.await,
            }
        }
    }

    /// How long so many requests of each group take from now on, if it is known
    /// how fast the tenant lets them. Buckets fill side by side, so it is as
    /// long as the slowest of them takes.
    pub(super) fn estimate_time(
        &self,
        requests: &[(Group, usize)],
    ) -> Option<Duration> {
        self.limits().estimate_time(requests)
    }

    /// What the last answer to a request of the group said of the limits.
    pub(super) fn reading(&self, group: Group) -> Option<Reading> {
        self.limits().reading(group)
    }

    fn limits(&self) -> MutexGuard<'_, Limits> {
        // Also after a panic of somebody else: each answer sets right what is
        // wrong in it.
        self.limits
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket<'_> {
    /// Gives the leave back, with what the answer says of the tenant's limits.
    pub(super) fn hand_in(mut self, reading: Option<Reading>, served: Served) {
        self.is_under_way = false;
        self.limiter
            .limits()
            .take_answer(self.group, reading, served, self.drawn);

        // All of them: one answer may tell of many tokens, and whoever is woken
        // draws for himself.
        self.limiter.changed.notify_waiters();
    }
}

/// A request that was given up is not under way any more either.
impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        if self.is_under_way {
            // Its token is not put back: the tenant may have taken one for it.
            self.limiter
                .limits()
                .end_request(self.drawn);
            self.limiter.changed.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests;
