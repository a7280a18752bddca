//! How fast a bucket fills, learned from what its answers say.

use std::time::Duration;

use tokio::time::Instant;

use super::headers::Reading;

/// In tokens a second: no plan of Auth0 fills a bucket more slowly than 100 a minute.
const SLOWEST: f64 = 100.0 / 60.0;
/// In tokens a second, by the size of the bucket: the slowest plan of Auth0's that has one of that
/// size. <https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy>
const PLANS: [(u32, f64); 3] = [(2, 2.0), (10, 2.0), (50, 16.0)];
/// How many tokens must have been added before anything is made of it.
const MANY_ENOUGH: u32 = 3;
/// How long it must have been watched to say that it is at least so fast, and at most.
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
    /// Told by the configuration, in tokens a second.
    Told(f64),
    /// Learned as time goes by.
    Learned {
        /// What fits all that was seen, in tokens a second; at first that of the plan which has
        /// such a bucket, if there is one.
        rate: Option<f64>,
        /// Whether enough was seen.
        is_sure: bool,
        window: Option<Window>,
    },
}

/// A time in which the bucket was never full, so that every token added to it was seen.
#[derive(Debug)]
pub(super) struct Window {
    begun: Instant,
    remaining: u32,
    served: u32,
}

impl Pace {
    /// The pace of a bucket of which only its size is known.
    pub(super) fn of(limit: u32) -> Self {
        let plan = PLANS
            .iter()
            .find(|(size, _)| *size == limit)
            .map(|(_, rate)| *rate);
        Self::Learned {
            rate: plan,
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
            Self::Told(rate) => Some(*rate),
            Self::Learned { rate, .. } => *rate,
        }
    }

    /// Whether it is more than a guess.
    pub(super) fn is_sure(&self) -> bool {
        matches!(self, Self::Told(_) | Self::Learned { is_sure: true, .. })
    }

    /// Takes in what an answer says. It may be older than so many others, and so many requests may
    /// have drawn for which no answer is there yet.
    pub(super) fn learn(
        &mut self,
        reading: Reading,
        served: Served,
        (older, under_way): (u32, u32),
        now: Instant,
    ) {
        let Self::Learned {
            rate,
            is_sure,
            window,
        } = self
        else {
            return;
        };
        let begun = Window {
            begun: now,
            remaining: reading.remaining,
            served: 0,
        };
        let seen = window.get_or_insert(begun);
        seen.served = seen.served.saturating_add(u32::from(served == Served::Yes));
        let added = (reading.remaining + seen.served).saturating_sub(seen.remaining + older);
        let elapsed = now.saturating_duration_since(seen.begun);
        let per_second = |tokens| f64::from(tokens) / elapsed.as_secs_f64();
        if added >= MANY_ENOUGH && elapsed >= NOTICEABLE {
            // Only whole tokens are told: there may have been almost one more at the beginning.
            *rate = Some(rate.unwrap_or(SLOWEST).max(per_second(added - 1)));
        }
        // A full bucket may have lost tokens that nobody saw: there is no saying how many at most.
        if reading.remaining + 1 + older + under_way >= reading.limit {
            *window = Some(Window {
                begun: now,
                remaining: reading.remaining,
                served: 0,
            });
        } else if added >= MANY_ENOUGH && elapsed >= LONG_ENOUGH {
            let most = per_second(added + 1 + older + under_way);
            *rate = Some(rate.unwrap_or(SLOWEST).min(most));
            *is_sure = true;
        }
    }
}
