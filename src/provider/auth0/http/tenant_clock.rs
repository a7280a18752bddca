//! What time it is in the tenant. Clocks differ, and what several runs agree on
//! goes by its clock.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use reqwest::header::HeaderMap;
use tokio::time::Instant;

use super::headers::read_server_time;

/// The time that the last response told, and when that was.
#[derive(Debug, Default)]
pub(super) struct TenantClock(Mutex<Option<(SystemTime, Instant)>>);

impl TenantClock {
    /// Takes in what a response says.
    pub(super) fn learn(&self, headers: &HeaderMap) {
        if let Some(told) = read_server_time(headers) {
            // Counted on from here by a clock that nobody can set: the one on
            // the wall may be put right meanwhile.
            *self.last() = Some((told, Instant::now()));
        }
    }

    /// The time now, in whole seconds as the tenant tells it,
    /// or up to one second more.
    pub(super) fn now(&self) -> Option<SystemTime> {
        let last = *self.last();

        last.map(|(told, at)| told + at.elapsed())
    }

    fn last(&self) -> MutexGuard<'_, Option<(SystemTime, Instant)>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
