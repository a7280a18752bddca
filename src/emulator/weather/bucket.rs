//! A token bucket, and what an answer says of it.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use tokio::time::Instant;

use super::rate_limit::Allowance;

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// A bucket that was full at first.
#[derive(Debug)]
pub(super) struct Bucket {
    allowance: Allowance,
    /// When it will be full again if nothing more is taken.
    full_at: Instant,
}

/// What a request found in a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket {
    pub(super) admission: Admission,
    /// How many tokens the bucket holds.
    limit: u32,
    /// How many are left.
    remaining: u32,
    /// When the next is added.
    next_in: Duration,
}

/// Whether there was a token left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Admission {
    Admitted,
    Refused,
}

impl Bucket {
    pub(super) fn new(allowance: Allowance, now: Instant) -> Self {
        Self {
            allowance,
            full_at: now,
        }
    }

    /// Takes a token if there is one.
    pub(super) fn take(&mut self, now: Instant) -> Ticket {
        let Allowance { burst, every } = self.allowance;
        let capacity = every * burst;
        let mut missing = self.full_at.saturating_duration_since(now);
        let admission = if missing + every <= capacity {
            missing += every;
            self.full_at = now + missing;
            Admission::Admitted
        } else {
            Admission::Refused
        };
        let whole = capacity.saturating_sub(missing).as_nanos() / every.as_nanos();
        let remaining = u32::try_from(whole).unwrap_or(burst);
        let next_in = (every * (remaining + 1) + missing).saturating_sub(capacity);
        Ticket {
            admission,
            limit: burst,
            remaining,
            next_in,
        }
    }
}

impl Ticket {
    /// Writes the headers of a limited answer. `since_1970` is the time of day, for the second in
    /// which the next token is there.
    pub(super) fn stamp(&self, headers: &mut HeaderMap, since_1970: Duration) {
        let next = since_1970 + self.next_in;
        let reset = next.as_secs() + u64::from(next.subsec_nanos() > 0);
        headers.insert(LIMIT, HeaderValue::from(self.limit));
        headers.insert(REMAINING, HeaderValue::from(self.remaining));
        headers.insert(RESET, HeaderValue::from(reset));
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    fn ticket(admission: Admission, remaining: u32, next_in: u64) -> Ticket {
        Ticket {
            admission,
            limit: 3,
            remaining,
            next_in: Duration::from_millis(next_in),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_empties_the_bucket_and_time_fills_it() {
        let every = Duration::from_millis(400);
        let mut bucket = Bucket::new(Allowance { burst: 3, every }, Instant::now());
        let mut take = || bucket.take(Instant::now());
        assert_eq!(take(), ticket(Admission::Admitted, 2, 400));
        advance(Duration::from_millis(100)).await;
        assert_eq!(take(), ticket(Admission::Admitted, 1, 300));
        assert_eq!(take(), ticket(Admission::Admitted, 0, 300));
        assert_eq!(take(), ticket(Admission::Refused, 0, 300));
        advance(Duration::from_millis(299)).await;
        assert_eq!(take(), ticket(Admission::Refused, 0, 1));
        advance(Duration::from_millis(1)).await;
        assert_eq!(take(), ticket(Admission::Admitted, 0, 400));
        advance(Duration::from_mins(1)).await;
        assert_eq!(
            take(),
            ticket(Admission::Admitted, 2, 400),
            "no more than it holds"
        );
    }

    #[test]
    fn waiting_for_the_second_of_the_reset_is_long_enough() {
        for (next_in, reset) in [(0, "100"), (1, "101"), (500, "101"), (501, "102")] {
            let mut headers = HeaderMap::new();
            let since_1970 = Duration::from_millis(if next_in == 0 { 100_000 } else { 100_500 });
            ticket(Admission::Refused, 0, next_in).stamp(&mut headers, since_1970);
            assert_eq!(headers[RESET], reset, "{next_in}");
            assert_eq!(
                (&headers[LIMIT], &headers[REMAINING]),
                (&"3".parse().unwrap(), &"0".parse().unwrap())
            );
        }
    }
}
