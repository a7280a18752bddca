//! When to retry, and when to give up.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use tokio::time::Instant;

use super::random::jitter;

/// How often a connection fault or a passing failure of
/// the server is tried again.
const FAULTS: u32 = 3;
/// The first wait after a fault; each further one is twice as long.
const FAULT_WAIT: Duration = Duration::from_millis(500);
/// The first wait after a refusal that does not say how long; each further one
/// is twice as long.
const LIMIT_WAIT: Duration = Duration::from_secs(1);
/// The longest of those.
const LONGEST_LIMIT_WAIT: Duration = Duration::from_secs(8);
/// No wait is shorter, whatever the server says: it may say that none is
/// needed, and refuse again.
const SHORTEST_WAIT: Duration = Duration::from_millis(250);
/// How long one request may be kept waiting by refusals in all.
const PATIENCE: Duration = Duration::from_mins(2);

/// Whether a request may be carried out twice.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::provider) enum Repeat {
    /// It changes nothing, or the same change twice is one: it is tried again
    /// after faults too.
    Freely,
    /// Only when it is sure that nothing was done.
    WhenNothingWasDone,
}

impl Repeat {
    /// A change is always sent with the same body, and a deletion of nothing
    /// succeeds; only what creates does so each time.
    pub(in crate::provider) fn of(method: &Method) -> Self {
        if *method == Method::POST {
            Self::WhenNothingWasDone
        } else {
            Self::Freely
        }
    }
}

/// Failures that pass by themselves: the server, or what stands before it, is
/// busy or starting.
pub(in crate::provider) fn is_passing(status: StatusCode) -> bool {
    // Not 429: that one tells how long to wait, and all requests of the run
    // wait with it.
    status == StatusCode::REQUEST_TIMEOUT || status.is_server_error()
}

/// What is left of one request's patience.
#[derive(Debug, Default)]
pub(in crate::provider) struct Patience {
    ends: Option<Instant>,
    faults: u32,
    refusals: u32,
    waited: Duration,
}

impl Patience {
    /// One that ends at some time, however little was asked of it.
    pub(in crate::provider) fn until(ends: Option<Instant>) -> Self {
        Self {
            ends,
            ..Self::default()
        }
    }

    /// When it ends; never, if nobody says so.
    pub(in crate::provider) fn ends(&self) -> Option<Instant> {
        self.ends
    }

    /// Whether there is time to wait so long, and to ask again.
    pub(in crate::provider) fn has_time_for(&self, wait: Duration) -> bool {
        // Nothing may be sent after the end, so a wait that
        // reaches it is not begun.
        self.ends
            .is_none_or(|ends| Instant::now() + wait < ends)
    }

    /// How long to wait after a fault; none when it is time to give up.
    pub(in crate::provider) fn wait_after_fault(&mut self) -> Option<Duration> {
        let earlier = self.faults;
        self.faults += 1;
        if earlier >= FAULTS {
            return None;
        }

        Some(jitter(FAULT_WAIT * 2_u32.pow(earlier)))
    }

    /// How long to wait when there were too many requests, and the tenant said
    /// this of it; none when it is time to give up.
    pub(in crate::provider) fn wait_after_too_many(
        &mut self,
        said: Option<Duration>,
    ) -> Option<Duration> {
        let wait = said.unwrap_or_else(|| self.guessed_wait());
        let wait = wait.max(SHORTEST_WAIT);
        self.refusals += 1;

        // What the tenant asks for counts before it is waited for: a quota of a
        // day is given up on at once.
        self.waited = self.waited.saturating_add(wait);
        (self.waited <= PATIENCE).then(|| jitter(wait))
    }

    /// How long to wait after a refusal that does not say.
    fn guessed_wait(&self) -> Duration {
        // No further doubling changes anything, and it
        // would overflow in the end.
        let doublings = self.refusals.min(8);

        (LIMIT_WAIT * 2_u32.pow(doublings)).min(LONGEST_LIMIT_WAIT)
    }
}

#[cfg(test)]
mod tests;
