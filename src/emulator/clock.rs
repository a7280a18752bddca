//! The one place of the emulator that reads a clock: tokens and rate limits need the time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::tenant::Moment;

/// Whole seconds since 1970, as tokens count.
pub(crate) fn seconds_since_1970() -> u64 {
    since_1970().as_secs()
}

/// The instant it is.
pub(crate) fn moment() -> Moment {
    Moment::after_1970(since_1970())
}

/// The time since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "tokens expire and limits are reset at a time"
)]
pub(crate) fn since_1970() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}
