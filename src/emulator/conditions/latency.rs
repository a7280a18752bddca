//! How long an answer takes.

use std::str::FromStr;
use std::time::Duration;

use super::helpers::{
    EXPECTED_DURATION, parse_duration, quote_words, random_number,
};
use crate::words::nearest;

/// How long an answer takes beyond what the emulator needs itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Latency {
    /// Nothing.
    #[default]
    None,
    /// As long as real answers of the Management API were seen to take: half of
    /// them 0.36 s, nine in ten at most 0.58 s, 99 in 100 at most 1.6 s.
    /// The sequence is the same in every run.
    Recorded,
    /// Always the same.
    Fixed(Duration),
}

/// The words a latency may be said in, beside a duration.
const WORDS: [&str; 2] = ["none", "recorded"];

/// Shares of the answers, and the seconds they take at most. The ends are
/// estimates.
const QUANTILES: [(f64, f64); 5] = [
    (0.0, 0.2),
    (0.5, 0.36),
    (0.9, 0.58),
    (0.99, 1.6),
    (1.0, 3.0),
];

/// Always the same one, so that the sequence is the same in every run.
const SEED: u64 = 36;

impl Latency {
    /// The delay of the `count`th answer.
    pub(super) fn delay(self, count: u64) -> Option<Duration> {
        match self {
            Self::None => None,
            Self::Recorded => Some(find_quantile(random_number(SEED, count))),
            Self::Fixed(delay) => Some(delay),
        }
    }
}

/// What a share of the answers, from 0 to 1, takes at most: straight lines
/// between the known ones.
fn find_quantile(share: f64) -> Duration {
    let mut seconds = QUANTILES[0].1;
    for pair in QUANTILES.windows(2) {
        let (from, low) = pair[0];
        let (to, high) = pair[1];
        let part = (share - from) / (to - from);
        seconds += part.clamp(0.0, 1.0) * (high - low);
    }
    Duration::from_secs_f64(seconds)
}

/// Why a text is no latency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("say {}, or {EXPECTED_DURATION}{}", quote_words(&WORDS), suggest_word(.0))]
pub struct LatencyError(String);

fn suggest_word(text: &str) -> String {
    match nearest(text, WORDS) {
        Some(word) => format!("; did you mean `{word}`?"),
        None => String::new(),
    }
}

impl FromStr for Latency {
    type Err = LatencyError;

    fn from_str(text: &str) -> Result<Self, LatencyError> {
        match text {
            "none" => Ok(Self::None),
            "recorded" => Ok(Self::Recorded),
            _ => parse_duration(text)
                .map(Self::Fixed)
                .ok_or_else(|| LatencyError(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complain(text: &str) -> String {
        text.parse::<Latency>().unwrap_err().to_string()
    }

    #[test]
    fn a_latency_is_a_word_or_a_duration() {
        assert_eq!("none".parse(), Ok(Latency::None));
        assert_eq!("recorded".parse(), Ok(Latency::Recorded));
        assert_eq!(
            "2s".parse(),
            Ok(Latency::Fixed(Duration::from_secs(2)))
        );

        let words = "say `none`, `recorded`, or a duration of at most an \
                     hour, such as `250ms` or `2s`";
        let misspelt = format!("{words}; did you mean `recorded`?");
        assert_eq!(complain("2"), words);
        assert_eq!(complain("recored"), misspelt);
    }

    #[test]
    fn the_quantiles_are_those_of_real_answers() {
        for (share, milliseconds) in [
            (0.0, 200),
            (0.25, 280),
            (0.5, 360),
            (0.9, 580),
            (0.99, 1600),
            (1.0, 3000),
        ] {
            let seen = find_quantile(share).as_secs_f64() * 1000.0;
            let error = (seen - f64::from(milliseconds)).abs();
            assert!(error < 0.001, "{share}: {seen}");
        }
    }

    #[test]
    fn delays_are_spread_like_those_of_real_answers() {
        let mut delays: Vec<Duration> = (0..10_000)
            .filter_map(|count| Latency::Recorded.delay(count))
            .collect();
        delays.sort();

        for (place, expected) in [(5000, 0.36), (9000, 0.58), (9900, 1.6)] {
            let seen = delays[place].as_secs_f64();
            let error = (seen - expected).abs();
            assert!(error < expected / 10.0, "{place}: {seen}");
        }
    }
}
