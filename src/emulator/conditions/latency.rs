//! How long an answer takes.

use std::str::FromStr;
use std::time::Duration;

use super::duration::{EXPECTED_DURATION, parse_duration};
use super::random::random_number;
use crate::words::{nearest, quote_all};

/// How long an answer takes beyond what the emulator needs itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Latency {
    /// Nothing.
    #[default]
    None,
    /// As long as real answers of the Management API were seen to take: half of
    /// them 0.36 s, nine in ten at most 0.58 s, 99 in 100 at most 1.6 s. The
    /// sequence is the same in every run.
    Recorded,
    /// Always the same.
    Fixed(Duration),
}

/// The words a latency may be said in, beside a duration.
const WORDS: [&str; 2] = ["none", "recorded"];

/// Shares of the answers, and the seconds they take at
/// most. The ends are estimates.
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
#[error(
    "say {}, or {EXPECTED_DURATION}{}",
    quote_all(WORDS, ", "),
    suggest_word(.0)
)]
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
mod tests;
