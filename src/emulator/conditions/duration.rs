//! How long an answer may take, as people write it.

use std::time::Duration;

use crate::emulator::time_span::parse_time_span;

/// Nobody waits longer for an answer.
const LONGEST_DURATION: Duration = Duration::from_hours(1);

/// What [`parse_duration`] takes, for messages.
pub(super) const EXPECTED_DURATION: &str =
    "a duration of at most an hour, such as `250ms` or `2s`";

/// Reads a span of time that an answer may take.
pub(super) fn parse_duration(text: &str) -> Option<Duration> {
    parse_time_span(text).filter(|duration| *duration <= LONGEST_DURATION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_longer_than_an_hour() {
        for text in ["3600s", "60m", "1h"] {
            let duration = parse_duration(text);
            assert_eq!(duration, Some(LONGEST_DURATION), "{text}");
        }
        for text in ["3601s", "61m", "1d", "2"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }
}
