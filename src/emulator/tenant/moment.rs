//! Instants, as Auth0 writes them.

use std::fmt;
use std::time::Duration;

use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

/// An instant, shown in UTC and whole milliseconds: `2033-05-13T09:33:13.000Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(OffsetDateTime);

impl Moment {
    /// So long after the beginning of 1970.
    pub(crate) fn after_1970(duration: Duration) -> Self {
        let since =
            time::Duration::try_from(duration).unwrap_or(time::Duration::MAX);

        Self(OffsetDateTime::UNIX_EPOCH.saturating_add(since))
    }

    /// So many seconds after the beginning of 1970.
    pub(crate) fn at_second(seconds: u64) -> Self {
        Self::after_1970(Duration::from_secs(seconds))
    }

    /// Reads RFC 3339, with any offset.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;

        moment
            .checked_to_offset(UtcOffset::UTC)
            .map(Self)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.0.to_calendar_date();
        let (hour, minute, second, millisecond) = self.0.to_hms_milli();

        write!(
            formatter,
            "{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.\
             {millisecond:03}Z",
            u8::from(month)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_answered_in_one() {
        for text in [
            "2095-05-13T09:33:13Z",
            "2095-05-13T11:33:13.000+02:00",
        ] {
            let moment = Moment::parse(text).unwrap();
            assert_eq!(
                moment.to_string(),
                "2095-05-13T09:33:13.000Z",
                "{text}"
            );
        }
        assert_eq!(Moment::parse("2095-05-13"), None);

        let moment =
            Moment::after_1970(Duration::from_millis(1_700_000_000_007));
        assert_eq!(moment.to_string(), "2023-11-14T22:13:20.007Z");
    }
}
