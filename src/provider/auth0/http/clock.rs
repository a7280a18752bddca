//! What time it is in the tenant. Clocks differ, and what several runs agree on goes by its clock.

use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use reqwest::header::HeaderMap;
use tokio::time::Instant;

use super::headers::time_told;

/// The time that the last answer told of, and when that was.
#[derive(Debug, Default)]
pub(super) struct TenantClock(Mutex<Option<(SystemTime, Instant)>>);

impl TenantClock {
    /// Takes in what an answer says.
    pub(super) fn learn(&self, headers: &HeaderMap) {
        if let Some(told) = time_told(headers) {
            let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            *last = Some((told, Instant::now()));
        }
    }

    /// The time now, in whole seconds as the tenant tells it, or up to one second more.
    pub(super) fn now(&self) -> Option<SystemTime> {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);

        last.map(|(told, at)| told + at.elapsed())
    }
}
