//! The lock of a stack: keeps its other runs out while this one creates clients.

use std::convert::Infallible;
use std::future::pending;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use super::Stop;
use crate::model::StackName;
use crate::provider::{Holder, Lease, Mutate, ProviderError};

/// The first wait for a lock that another run holds; each
/// further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// The longest of those waits.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

const TIME_IS_UP: &str = "its time is up";

/// The lock of a stack while a plan is carried out. It is to be released on
/// every way out.
#[derive(Debug)]
pub struct Guard(Mutex<State>);

#[derive(Debug)]
enum State {
    /// Nobody is kept out: there is no need, or nobody wants it.
    Open,
    Held(Lease),
    /// Why it may not be ours any more.
    Lost {
        lease: Lease,
        reason: String,
    },
}

impl Guard {
    /// A guard that keeps nobody out: for a plan that creates no client, or
    /// where it is sure that no other run is about.
    #[must_use]
    pub fn open() -> Self {
        Self(Mutex::new(State::Open))
    }

    /// Takes the lock of a stack, and waits for it as long as the patience
    /// lasts and nobody asks to stop; `wait` is told once why. A lock that is
    /// still held then is [`ProviderError::LockHeld`].
    pub async fn take<P: Mutate>(
        provider: &P,
        stack: &StackName,
        holder: &Holder,
        patience: Duration,
        stop: &Stop,
        wait: impl FnOnce(&ProviderError),
    ) -> Result<Self, ProviderError> {
        let begun = Instant::now();
        let mut tell = Some(wait);
        let mut pause = FIRST_WAIT;

        loop {
            let held = match provider.lock(stack, holder).await {
                Ok(Some(lease)) => {
                    return Ok(Self(Mutex::new(State::Held(lease))));
                }
                Ok(None) => return Ok(Self::open()),
                Err(error @ ProviderError::LockHeld { .. }) => error,
                // Nothing was written yet, and whoever is sure to be alone can
                // do without: only this error says so.
                Err(error) => {
                    return Err(ProviderError::NotLocked {
                        source: Box::new(error),
                    });
                }
            };

            // Not asked once more at the very end: what is left of the patience
            // is less than a wait.
            if begun.elapsed() + pause > patience || stop.is_requested() {
                return Err(held);
            }

            if let Some(tell) = tell.take() {
                tell(&held);
            }
            tokio::select! {
                () = sleep(pause) => {}
                () = stop.wait() => return Err(held),
            }
            pause = (pause * 2).min(LONGEST_WAIT);
        }
    }

    /// Whether a client may be created now: not once the lock is
    /// lost, or its time is up.
    pub(super) fn may_create(&self) -> Result<(), ProviderError> {
        let reason = match &*self.state() {
            State::Open => return Ok(()),
            State::Held(lease) if !lease.is_over() => return Ok(()),
            State::Held(_) => TIME_IS_UP.to_owned(),
            State::Lost { reason, .. } => reason.clone(),
        };

        Err(ProviderError::LockLost { reason })
    }

    /// Renews the lock as long as it is polled.
    pub(super) async fn keep<P: Mutate>(&self, provider: &P) -> Infallible {
        while let Some(lease) = self.held() {
            sleep_until(lease.renew_at).await;

            let state = renew(provider, lease).await;
            tracing::info!(?state, "the lock of the stack");
            *self.state() = state;
        }

        // Whoever has lost the lock still finishes what creates no client, so
        // the run must go on.
        pending().await
    }

    /// Gives the lock back, by its id: what another run may have taken
    /// meanwhile has another.
    pub async fn release<P: Mutate>(
        &self,
        provider: &P,
    ) -> Result<(), ProviderError> {
        let lease = match &*self.state() {
            State::Open => None,
            // One that is lost may still be there, as after a failed renewal,
            // and keep others out.
            State::Held(lease) | State::Lost { lease, .. } => {
                Some(lease.clone())
            }
        };

        match lease {
            Some(lease) => provider.unlock(&lease.id).await,
            None => Ok(()),
        }
    }

    fn held(&self) -> Option<Lease> {
        match &*self.state() {
            State::Held(lease) => Some(lease.clone()),
            State::Open | State::Lost { .. } => None,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Renews a lease, unless its time is up: another run may be taking the lock by
/// then, and would lose it if it were renewed now, or by a request that was
/// under way for too long.
async fn renew<P: Mutate>(provider: &P, lease: Lease) -> State {
    if lease.is_over() {
        return lose(lease, TIME_IS_UP);
    }

    match timeout_at(lease.ends, provider.renew(&lease)).await {
        Ok(Ok(renewed)) => State::Held(renewed),
        Ok(Err(error)) => lose(lease, &error.to_string()),
        Err(_elapsed) => lose(lease, TIME_IS_UP),
    }
}

fn lose(lease: Lease, reason: &str) -> State {
    let reason = reason.to_owned();

    State::Lost { lease, reason }
}

#[cfg(test)]
mod tests;
