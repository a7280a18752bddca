//! How fast a bucket fills, learned from what its answers say.

use std::time::Duration;

use tokio::time::Instant;

use super::headers::Reading;

/// In tokens a second: no plan of Auth0 fills a bucket more
/// slowly than 100 a minute.
const SLOWEST: f64 = 100.0 / 60.0;
/// In tokens a second, by the size of the bucket: the slowest plan of Auth0's
/// that has one of that size for its Management API. A bucket that a few
/// endpoints have for themselves may be slower: that of the grants of
/// organizations holds 10 and fills by 100 a minute. That is learned from its
/// answers.
/// <https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy>
const PLANS: [(u32, f64); 3] = [(2, 2.0), (10, 2.0), (50, 16.0)];
/// How many tokens must have been added before anything is made of it.
// The count may be off by one at either end: of fewer tokens, that is most of
// what was seen.
const MANY_ENOUGH: u32 = 3;
/// How long it must have been watched to say that it is at
/// least so fast, and at most.
// Over a shorter time, the way of one answer that was quicker than another
// would pass for a pace.
const NOTICEABLE: Duration = Duration::from_millis(250);
const LONG_ENOUGH: Duration = Duration::from_secs(2);

/// Whether the tenant took a token for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Served {
    Yes,
    /// There were too many requests.
    No,
}

/// How fast a bucket fills.
#[derive(Debug)]
pub(super) enum Pace {
    /// As the configuration says, in tokens a second.
    Configured(f64),
    /// Learned as time goes by.
    Learned {
        /// What fits all that was seen, in tokens a second; at first that of
        /// the plan which has such a bucket, if there is one.
        rate: Option<f64>,
        /// Whether enough was seen.
        is_sure: bool,
        window: Option<Window>,
    },
}

/// A time in which the bucket was never full, so that every
/// token added to it was seen.
#[derive(Debug)]
pub(super) struct Window {
    begun: Instant,
    remaining: u32,
    served: u32,
}

/// The requests beside one that is answered, of which it is not known whether
/// its reading counts them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Concurrent {
    /// Those that were answered since it drew its token.
    pub(super) answered: u32,
    /// Those that may have drawn, and have no answer yet.
    pub(super) under_way: u32,
}

impl Concurrent {
    pub(super) fn total(self) -> u32 {
        self.answered + self.under_way
    }
}

impl Window {
    fn begin(reading: Reading, now: Instant) -> Self {
        Self {
            begun: now,
            remaining: reading.remaining,
            served: 0,
        }
    }
}

impl Pace {
    /// The pace of a bucket of which only its size is known.
    pub(super) fn of(limit: u32) -> Self {
        let plan = PLANS
            .iter()
            .find(|(size, _)| *size == limit);

        Self::Learned {
            rate: plan.map(|(_, rate)| *rate),
            is_sure: false,
            window: None,
        }
    }

    /// In tokens a second; what is safe to believe while nothing is known.
    pub(super) fn per_second(&self) -> f64 {
        self.known().unwrap_or(SLOWEST)
    }

    /// In tokens a second, if there is more to go by than caution.
    pub(super) fn known(&self) -> Option<f64> {
        match self {
            Self::Configured(rate) => Some(*rate),
            Self::Learned { rate, .. } => *rate,
        }
    }

    /// Whether it is more than a guess.
    pub(super) fn is_sure(&self) -> bool {
        matches!(
            self,
            Self::Configured(_)
                | Self::Learned {
                    is_sure: true,
                    ..
                }
        )
    }

    /// Takes in what an answer says.
    pub(super) fn learn(
        &mut self,
        reading: Reading,
        served: Served,
        concurrent: Concurrent,
        now: Instant,
    ) {
        // A configuration that tells of a pace means it.
        let Self::Learned {
            rate,
            is_sure,
            window,
        } = self
        else {
            return;
        };

        let seen = window.get_or_insert(Window::begin(reading, now));
        seen.served = seen
            .served
            .saturating_add(u32::from(served == Served::Yes));
        let there = reading.remaining + seen.served;
        let added = there.saturating_sub(seen.remaining + concurrent.answered);
        let elapsed = now.saturating_duration_since(seen.begun);
        let per_second =
            |tokens: u32| f64::from(tokens) / elapsed.as_secs_f64();

        if added >= MANY_ENOUGH && elapsed >= NOTICEABLE {
            // Only whole tokens are told: there may have been almost one more
            // at the beginning.
            let least = per_second(added - 1);
            *rate = Some(rate.unwrap_or(SLOWEST).max(least));
        }

        // A full bucket may have lost tokens that nobody saw: there is no
        // saying how many at most.
        let may_be_full =
            reading.remaining + 1 + concurrent.total() >= reading.limit;
        if may_be_full {
            *window = Some(Window::begin(reading, now));
        } else if added >= MANY_ENOUGH && elapsed >= LONG_ENOUGH {
            let most = per_second(added + 1 + concurrent.total());
            *rate = Some(rate.unwrap_or(SLOWEST).min(most));
            *is_sure = true;
        }
    }
}
