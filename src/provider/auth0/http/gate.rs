//! When to ask again. The only place that knows of time.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::{HeaderMap, HeaderName, RETRY_AFTER};
use tokio::time::{Instant, sleep_until};

/// How often a connection fault or a passing failure of the server is tried again.
const FAULTS: u32 = 3;
/// The first wait after a fault; each further one is twice as long.
const FAULT_WAIT: Duration = Duration::from_millis(500);
/// The first wait after a refusal that does not say how long; each further one is twice as long.
const LIMIT_WAIT: Duration = Duration::from_secs(1);
/// The longest of those.
const LONGEST_LIMIT_WAIT: Duration = Duration::from_secs(8);
/// No wait is shorter, whatever the server says: clocks differ.
const SHORTEST_WAIT: Duration = Duration::from_millis(250);
/// How long one request may be kept waiting by rate limits in all.
const PATIENCE: Duration = Duration::from_mins(2);

const RATE_LIMIT_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// What all requests of a run pass through: when one is told that there are too many, all wait.
#[derive(Debug)]
pub(super) struct Gate {
    opens: Mutex<Instant>,
}

impl Gate {
    pub(super) fn open() -> Self {
        Self { opens: Mutex::new(Instant::now()) }
    }

    /// Lets nothing through for so long, at least.
    pub(super) fn close_for(&self, wait: Duration) {
        let mut opens = self.opens.lock().unwrap_or_else(PoisonError::into_inner);
        *opens = (*opens).max(Instant::now() + wait);
    }

    /// Waits until the gate is open.
    pub(super) async fn pass(&self) {
        loop {
            let opens = *self.opens.lock().unwrap_or_else(PoisonError::into_inner);
            if opens <= Instant::now() {
                return;
            }
            sleep_until(opens).await;
        }
    }
}

/// What is left of one request's patience.
#[derive(Debug, Default)]
pub(super) struct Patience {
    faults: u32,
    refusals: u32,
    waited: Duration,
}

impl Patience {
    /// How long to wait after a fault; none when it is time to give up.
    pub(super) fn after_fault(&mut self) -> Option<Duration> {
        let wait = FAULT_WAIT * 2_u32.pow(self.faults);
        self.faults += 1;
        (self.faults <= FAULTS).then_some(wait)
    }

    /// How long to wait when there were too many requests; none when it is time to give up.
    pub(super) fn after_too_many(&mut self, headers: &HeaderMap) -> Option<Duration> {
        let wait = told(headers)
            .unwrap_or_else(|| {
                (LIMIT_WAIT * 2_u32.pow(self.refusals.min(8))).min(LONGEST_LIMIT_WAIT)
            })
            .max(SHORTEST_WAIT);
        self.refusals += 1;
        self.waited = self.waited.saturating_add(wait);
        (self.waited <= PATIENCE).then_some(wait)
    }
}

/// How long the server says to wait.
fn told(headers: &HeaderMap) -> Option<Duration> {
    let seconds = |name| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
    let until = |reset: u64| Duration::from_secs(reset).saturating_sub(since_1970());
    seconds(RETRY_AFTER).map(Duration::from_secs).or_else(|| seconds(RATE_LIMIT_RESET).map(until))
}

#[expect(
    clippy::disallowed_methods,
    reason = "`x-ratelimit-reset` is a time of day; nothing anyone compares depends on it"
)]
fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn the_server_is_believed_before_our_own_guess() {
        let after = |headers: &HeaderMap| Patience::default().after_too_many(headers);
        assert_eq!(after(&headers(RETRY_AFTER, "7")), Some(Duration::from_secs(7)));
        let reset = (since_1970().as_secs() + 30).to_string();
        let wait = after(&headers(RATE_LIMIT_RESET, &reset)).unwrap();
        assert!((28..=30).contains(&wait.as_secs()), "{wait:?}");
        assert_eq!(after(&headers(RATE_LIMIT_RESET, "12")), Some(SHORTEST_WAIT));
        assert_eq!(after(&headers(RETRY_AFTER, "Fri, 31 Dec 1999")), Some(LIMIT_WAIT));
        assert_eq!(after(&headers(RETRY_AFTER, "3600")), None, "a quota is not waited for");
        assert_eq!(after(&headers(RETRY_AFTER, &u64::MAX.to_string())), None);
    }

    #[test]
    fn patience_ends() {
        let mut patience = Patience::default();
        let faults: Vec<_> = std::iter::from_fn(|| patience.after_fault()).collect();
        assert_eq!(faults, [500, 1000, 2000].map(Duration::from_millis));
        let refusals = std::iter::from_fn(|| patience.after_too_many(&HeaderMap::new()));
        let waited: Duration = refusals.sum();
        assert!(waited <= PATIENCE && waited > PATIENCE / 2, "{waited:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_closed_gate_keeps_everyone_waiting_until_the_latest_opening() {
        let (gate, start) = (Gate::open(), Instant::now());
        gate.pass().await;
        assert_eq!(start.elapsed(), Duration::ZERO);
        gate.close_for(Duration::from_secs(5));
        gate.close_for(Duration::from_secs(1));
        gate.pass().await;
        assert!(start.elapsed() >= Duration::from_secs(5));
    }
}
