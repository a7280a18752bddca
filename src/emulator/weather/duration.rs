//! Durations as people write them.

use std::time::Duration;

/// Nobody waits longer for an answer.
const LONGEST: Duration = Duration::from_hours(1);

/// What [`parse`] takes, for messages.
pub(super) const EXPECTED: &str = "a duration of at most an hour, such as `250ms` or `2s`";

/// Reads `250ms`, `2s` or `1.5s`.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 0.001),
        None => (text.strip_suffix('s')?, 1.0),
    };
    if !number.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let seconds = number.parse::<f64>().ok()? * unit;
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|duration| *duration <= LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_number_and_a_unit() {
        for (text, milliseconds) in [("250ms", 250), ("2s", 2000), ("1.5s", 1500), ("0s", 0)] {
            assert_eq!(
                parse(text),
                Some(Duration::from_millis(milliseconds)),
                "{text}"
            );
        }
        for text in [
            "", "s", "2", "2m", "-1s", "+1s", "infs", "NaNs", "2 s", "3601s", "1e99s",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
