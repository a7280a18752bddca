//! How fast a tenant may be spoken to.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;
use std::time::Duration;

use regex::Regex;
use serde::Deserialize;

/// A token bucket: so many requests at once, and one more each time a token is
/// added. Written `BURST/PER_SECOND`, as in `10/2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct RateLimit {
    burst: u32,
    every: Duration,
}

/// The share of a tenant's bucket of requests that is
/// left to others, in percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u8")]
pub struct Reserve(u8);

/// Why a text or number is no rate limit or reserve.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RateLimitError {
    /// The text is not of the form `BURST/PER_SECOND`.
    #[error("`{0}` is no rate limit; write BURST/PER_SECOND, as in `10/2`")]
    Shape(String),
    /// The number is too large.
    #[error("a reserve is at most {MOST_RESERVED} percent")]
    Reserve,
}

const MOST_RESERVED: u8 = 90;

impl RateLimit {
    /// What is understood, by the schema and by [`RateLimit::from_str`]: so
    /// neither knows another limit. Within it, the time until one more request
    /// may be made is never nothing and never overflows.
    pub(crate) const PATTERN: &str = r"^[1-9][0-9]{0,5}/([1-9][0-9]{0,4}(\.[0-9]{1,3})?|0\.0{0,2}[1-9][0-9]{0,2})$";

    fn parse(text: &str) -> Option<Self> {
        static PATTERN: LazyLock<Option<Regex>> =
            LazyLock::new(|| Regex::new(RateLimit::PATTERN).ok());
        if !PATTERN.as_ref()?.is_match(text) {
            return None;
        }

        let (burst, per_second) = text.split_once('/')?;
        let per_second: f64 = per_second.parse().ok()?;
        Some(Self {
            burst: burst.parse().ok()?,
            every: Duration::from_secs_f64(per_second.recip()),
        })
    }

    /// How many requests may be made at once.
    #[must_use]
    pub fn burst(self) -> u32 {
        self.burst
    }

    /// How long it takes until one more may be made.
    #[must_use]
    pub fn every(self) -> Duration {
        self.every
    }
}

impl Reserve {
    /// Nothing is left to others.
    pub const NONE: Self = Self(0);

    /// How many of a bucket's tokens are never drawn: the share, rounded up,
    /// but one less than all.
    #[must_use]
    pub fn of(self, bucket: u32) -> u32 {
        let hundredfold = u64::from(bucket) * u64::from(self.0);
        // Rounded up: of the smallest bucket, which holds two, a fifth would be
        // none, and a run would be refused again and again.
        let kept = u32::try_from(hundredfold.div_ceil(100)).unwrap_or(bucket);

        // Without a single token a run would wait for ever.
        let most = bucket.saturating_sub(1);
        kept.min(most)
    }
}

impl fmt::Display for RateLimit {
    /// As it is written, to a thousandth of a request a second.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per_second = self.every.as_secs_f64().recip();
        // A duration has whole nanoseconds, so what comes back is not quite
        // what was written.
        let per_second = (per_second * 1000.0).round() / 1000.0;
        write!(formatter, "{}/{per_second}", self.burst)
    }
}

impl Default for Reserve {
    fn default() -> Self {
        Self(20)
    }
}

impl TryFrom<u8> for Reserve {
    type Error = RateLimitError;

    fn try_from(percent: u8) -> Result<Self, RateLimitError> {
        if percent > MOST_RESERVED {
            return Err(RateLimitError::Reserve);
        }

        Ok(Self(percent))
    }
}

impl FromStr for RateLimit {
    type Err = RateLimitError;

    fn from_str(text: &str) -> Result<Self, RateLimitError> {
        Self::parse(text).ok_or_else(|| RateLimitError::Shape(text.to_owned()))
    }
}

impl TryFrom<String> for RateLimit {
    type Error = RateLimitError;

    fn try_from(text: String) -> Result<Self, RateLimitError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests;
