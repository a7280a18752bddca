//! How long a run may take.

use std::str::FromStr;
use std::time::Duration;

use tokio::time::Instant;

/// How long a run may take; when it is over, what is in flight is finished and
/// nothing more begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deadline {
    After(Duration),
    Never,
}

impl Deadline {
    /// When a run that begins now must be over.
    pub(super) fn begin(self) -> Option<Instant> {
        match self {
            // What is too far away to be told is never.
            Self::After(time) => Instant::now().checked_add(time),
            Self::Never => None,
        }
    }
}

/// How long to wait for somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Patience(pub(super) Duration);

impl FromStr for Patience {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "0s" => Ok(Self(Duration::ZERO)),
            text => parse_seconds(text)
                .map(Self)
                .ok_or_else(|| {
                    "say a time such as `90s`, `5m` or `2h`, or `0s`".to_owned()
                }),
        }
    }
}

/// The units a time may be said in, in seconds.
const UNITS: [(char, u32); 3] = [('s', 1), ('m', 60), ('h', 3600)];

impl FromStr for Deadline {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "none" {
            return Ok(Self::Never);
        }

        parse_seconds(text)
            .map(Self::After)
            .ok_or_else(|| {
                "say a time such as `90s`, `30m` or `2h`, or `none`".to_owned()
            })
    }
}

/// A time of at least a second.
fn parse_seconds(text: &str) -> Option<Duration> {
    let (unit, seconds) = UNITS
        .into_iter()
        .find(|(unit, _)| text.ends_with(*unit))?;
    let number: u32 = text.strip_suffix(unit)?.parse().ok()?;
    // A run that has no time would do nothing at all.
    if number == 0 {
        return None;
    }

    Some(Duration::from_secs(seconds.into()) * number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_a_time_or_none() {
        for (text, seconds) in [("90s", 90), ("30m", 1800), ("2h", 7200)] {
            assert_eq!(
                text.parse(),
                Ok(Deadline::After(Duration::from_secs(seconds)))
            );
        }
        assert_eq!("none".parse(), Ok(Deadline::Never));

        for wrong in [
            "",
            "0s",
            "30",
            "m",
            "-1m",
            "1.5h",
            "1d",
            "+ 1s",
            "99999999999s",
        ] {
            assert!(wrong.parse::<Deadline>().is_err(), "{wrong}");
        }

        assert_eq!("0s".parse(), Ok(Patience(Duration::ZERO)));
        assert_eq!(
            "5m".parse(),
            Ok(Patience(Duration::from_mins(5)))
        );
        assert!("none".parse::<Patience>().is_err());

        let longest: Deadline = "4294967295h".parse().unwrap();
        assert!(longest.begin().is_some());
    }
}
