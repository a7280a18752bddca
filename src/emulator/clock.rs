//! The one place of the emulator that reads a clock, and that moves it.
//!
//! Everything that a caller sees and that depends on the time is by the
//! emulator's clock: what tokens say, when they and credentials expire, when
//! objects were made, the hours and days of quotas. What makes a caller wait is
//! by the real one: delays, rate limits, and the second in which to ask again.
//! Nobody moves the clock of a caller, or the `date` of an answer, which is
//! what that second is compared with.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::tenant::Moment;
use super::time_span::parse_time_span;

/// The most days that a clock is put forward or back: far enough for any
/// certificate, and no time before 1970.
const MOST_DAYS: i64 = 10_000;

const SECONDS_OF_A_DAY: i64 = 24 * 60 * 60;

/// The time as the emulator has it: that of the system, put forward or back.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    // Only the number matters, and nothing else is published with it.
    offset: AtomicI64,
}

impl Clock {
    pub(crate) fn new(start: ClockOffset) -> Self {
        Self {
            offset: AtomicI64::new(start.0),
        }
    }

    /// From now on it differs so much from the
    /// system's, whatever it was before.
    pub(crate) fn put(&self, offset: ClockOffset) {
        self.offset
            .store(offset.0, Ordering::Relaxed);
    }

    /// Whole seconds since 1970, as tokens count.
    pub(crate) fn seconds_since_1970(&self) -> u64 {
        let real = real_time_since_1970().as_secs();
        real.saturating_add_signed(self.offset().0)
    }

    /// The instant it is.
    pub(crate) fn moment(&self) -> Moment {
        let real = real_time_since_1970();
        let offset = Duration::from_secs(self.offset().0.unsigned_abs());

        Moment::after_1970(match self.offset().0 {
            0.. => real.saturating_add(offset),
            _ => real.saturating_sub(offset),
        })
    }

    /// What the system's clock shows when this one shows so many seconds since
    /// 1970.
    pub(crate) fn real_second(&self, second: u64) -> u64 {
        second.saturating_add_signed(-self.offset().0)
    }

    pub(crate) fn offset(&self) -> ClockOffset {
        ClockOffset(self.offset.load(Ordering::Relaxed))
    }
}

/// The time since 1970 by the system's clock, which nobody moves here.
#[expect(
    clippy::disallowed_methods,
    reason = "tokens expire and limits are reset at a time"
)]
pub(crate) fn real_time_since_1970() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

/// By how much the clock of an emulator differs from the system's: whole
/// seconds, at most 10,000 days forward or back. By default not at all.
///
/// ```
/// use grantry::emulator::ClockOffset;
///
/// let offset: ClockOffset = "+2h".parse().unwrap();
/// assert_eq!(offset.to_string(), "+7200s");
/// assert!("2h".parse::<ClockOffset>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClockOffset(i64);

/// Why a text is no offset of a clock.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "say how far the clock is put forward or back, at most {MOST_DAYS} days, \
     such as `+2h`, `-30m`, `+90s` or `+7d`{}",
    suggest_sign(.0)
)]
pub struct ClockOffsetError(String);

/// A text that lacks nothing but its sign is likely meant forward.
fn suggest_sign(text: &str) -> String {
    let signed = format!("+{text}");
    match parse_offset(&signed) {
        Some(_) => format!("; did you mean `{signed}`?"),
        None => String::new(),
    }
}

impl FromStr for ClockOffset {
    type Err = ClockOffsetError;

    fn from_str(text: &str) -> Result<Self, ClockOffsetError> {
        parse_offset(text).ok_or_else(|| ClockOffsetError(text.to_owned()))
    }
}

fn parse_offset(text: &str) -> Option<ClockOffset> {
    let (sign, amount) = match text.split_at_checked(1)? {
        ("+", amount) => (1, amount),
        ("-", amount) => (-1, amount),
        _ => return None,
    };

    let offset =
        parse_time_span(amount).filter(|offset| offset.subsec_nanos() == 0)?;
    let seconds = i64::try_from(offset.as_secs()).ok()?;
    (seconds <= MOST_DAYS * SECONDS_OF_A_DAY)
        .then_some(ClockOffset(sign * seconds))
}

impl fmt::Display for ClockOffset {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:+}s", self.0)
    }
}

#[cfg(test)]
mod tests;
