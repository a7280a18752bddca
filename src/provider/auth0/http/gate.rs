//! What all requests of a run pass through: when one is told that there were
//! too many, all wait.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::provider::OutOfTimeReason;

/// Open, or closed until some time.
#[derive(Debug)]
pub(super) struct Gate {
    opens: Mutex<Instant>,
}

impl Gate {
    pub(super) fn open() -> Self {
        Self {
            opens: Mutex::new(Instant::now()),
        }
    }

    /// Lets nothing through for so long, at least.
    pub(super) fn close_for(&self, wait: Duration) {
        let mut opens = self.opens();
        // Somebody else may have been told to wait longer.
        *opens = (*opens).max(Instant::now() + wait);
    }

    /// Waits until the gate is open.
    pub(super) async fn pass(&self) {
        // It may have been closed once more meanwhile.
        loop {
            let opens = *self.opens();
            if opens <= Instant::now() {
                return;
            }
            sleep_until(opens).await;
        }
    }

    /// What is waited for here.
    pub(super) fn wait(&self) -> OutOfTimeReason {
        if *self.opens() > Instant::now() {
            OutOfTimeReason::TooManyRequests
        } else {
            OutOfTimeReason::Answer
        }
    }

    fn opens(&self) -> MutexGuard<'_, Instant> {
        self.opens
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_closed_gate_keeps_everyone_waiting_until_the_latest_opening() {
        let gate = Gate::open();
        let start = Instant::now();

        gate.pass().await;
        assert_eq!(start.elapsed(), Duration::ZERO);

        gate.close_for(Duration::from_secs(5));
        gate.close_for(Duration::from_secs(1));
        gate.pass().await;
        assert!(start.elapsed() >= Duration::from_secs(5));
    }
}
