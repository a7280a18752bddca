//! How far two clocks are apart.

use std::time::{Duration, SystemTime};

use crate::provider::Health;
use crate::provider::auth0::http::Times;

/// Less is what clocks are apart anyway.
const NOTICEABLE: Duration = Duration::from_secs(5);
/// Where assertions of a key are refused, or soon will be. They count for two
/// minutes, so a clock that is behind by so much makes them too old; one that
/// is ahead dates them into the future, of which a tenant may have enough after
/// seconds: how many it lets pass is not documented.
const HARMFUL: Duration = Duration::from_mins(1);

/// How far the clock of this machine is from the tenant's,
/// at least, in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skew {
    /// They may well say the same.
    None,
    /// This machine is so far ahead.
    Ahead(Duration),
    /// This machine is so far behind.
    Behind(Duration),
}

impl Skew {
    /// The tenant told its time at some moment while it was asked, and it told
    /// whole seconds only: less than that is no skew.
    pub(super) fn of(times: Times) -> Self {
        let earliest = times.told;
        let latest = earliest
            .checked_add(Duration::from_secs(1))
            .unwrap_or(earliest);

        if let Some(ahead) = whole_seconds_between(latest, times.before) {
            Self::Ahead(ahead)
        } else if let Some(behind) =
            whole_seconds_between(times.after, earliest)
        {
            Self::Behind(behind)
        } else {
            Self::None
        }
    }

    /// How bad that is.
    #[must_use]
    pub fn health(self) -> Health {
        match self {
            Self::Ahead(skew) | Self::Behind(skew) if skew > HARMFUL => {
                Health::Bad
            }
            Self::Ahead(skew) | Self::Behind(skew) if skew > NOTICEABLE => {
                Health::Doubtful
            }
            Self::None | Self::Ahead(_) | Self::Behind(_) => Health::Good,
        }
    }
}

/// The whole seconds from one time to a later one,
/// rounded; none if there are none.
fn whole_seconds_between(
    earlier: SystemTime,
    later: SystemTime,
) -> Option<Duration> {
    let apart = later.duration_since(earlier).ok()?;
    let rounded = apart + Duration::from_millis(500);
    let seconds = Duration::from_secs(rounded.as_secs());

    (!seconds.is_zero()).then_some(seconds)
}

#[cfg(test)]
mod tests;
