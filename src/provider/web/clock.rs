//! The one place of the providers that reads a clock: assertions, tokens and
//! locks count for a time.

use std::time::SystemTime;

/// The time of this machine.
#[expect(
    clippy::disallowed_methods,
    reason = "assertions, tokens and locks count for a time; nothing anyone \
              compares depends on it"
)]
pub(in crate::provider) fn now() -> SystemTime {
    SystemTime::now()
}
