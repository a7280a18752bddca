//! A span of time as people write it: of the clock, of delays, and of what a
//! search is behind.

use std::time::Duration;

/// The units, and how many seconds each has. The longer of
/// two that end alike first.
const UNITS: [(&str, f64); 5] = [
    ("ms", 0.001),
    ("s", 1.0),
    ("m", 60.0),
    ("h", 3600.0),
    ("d", 86_400.0),
];

/// Reads `250ms`, `2s`, `1.5m`, `2h` or `7d`.
pub(crate) fn parse_time_span(text: &str) -> Option<Duration> {
    let (number, seconds) = UNITS
        .into_iter()
        .find_map(|(unit, seconds)| {
            Some((text.strip_suffix(unit)?, seconds))
        })?;
    // What follows reads `+1`, `inf` and `NaN` as numbers too.
    if !number.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }

    let number: f64 = number.parse().ok()?;
    Duration::try_from_secs_f64(number * seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_and_a_unit() {
        for (text, milliseconds) in [
            ("250ms", 250),
            ("2s", 2000),
            ("1.5s", 1500),
            ("0s", 0),
            ("2m", 120_000),
            ("1.5h", 5_400_000),
            ("7d", 604_800_000),
        ] {
            let expected = Duration::from_millis(milliseconds);
            assert_eq!(parse_time_span(text), Some(expected), "{text}");
        }

        for text in [
            "", "s", "ms", "2", "2w", "2min", "-1s", "+1s", "infs", "NaNs",
            "2 s", "2é", "1e99s",
        ] {
            assert_eq!(parse_time_span(text), None, "{text}");
        }
    }
}
