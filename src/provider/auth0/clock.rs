//! The one place of this provider that reads a clock: assertions and tokens count for a time.

use std::time::SystemTime;

/// The time of this machine.
#[expect(
    clippy::disallowed_methods,
    reason = "assertions and tokens count for a time; nothing anyone compares depends on it"
)]
pub(super) fn now() -> SystemTime {
    SystemTime::now()
}
