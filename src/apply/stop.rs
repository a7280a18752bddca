//! Asking a run to stop.

use std::pin::pin;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};

use tokio::sync::Notify;

/// A request to stop: what is in flight is finished, nothing more is begun.
#[derive(Debug, Default)]
pub struct Stop {
    is_requested: AtomicBool,
    requested: Notify,
}

impl Stop {
    /// Asks for the stop.
    pub fn request(&self) {
        self.is_requested.store(true, Release);
        self.requested.notify_waiters();
    }

    /// Whether it was asked for.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        self.is_requested.load(Acquire)
    }

    /// Waits until it is asked for.
    pub(super) async fn wait(&self) {
        let mut requested = pin!(self.requested.notified());
        // From here on no request is missed.
        requested.as_mut().enable();

        if !self.is_requested() {
            requested.await;
        }
    }
}
