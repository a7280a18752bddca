//! How many requests Auth0 answers, by plan.

use std::str::FromStr;
use std::time::Duration;

use super::unknown_word::report_unknown_word;

/// How many requests are answered before the others get 429: the limits of
/// Auth0's plans on the public cloud, from its [rate limit policy][policy], or
/// limits of one's own.
///
/// [policy]:
/// https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RateLimit {
    /// Every request is answered.
    #[default]
    None,
    /// Management API: bursts of 2, 2 a second. Authentication API: 300 and 300
    /// a minute, its token endpoint 30 and 30 a second.
    Free,
    /// Essentials and Professional. Management API: for listing clients bursts
    /// of 5, 100 a minute; for all else together 10 and 150 a minute.
    /// Authentication API: 25 and 25 a second.
    Essentials,
    /// Enterprise, a production tenant. Management API: bursts of 50, 16 a
    /// second. Authentication API: 100 and 100 a second.
    Enterprise,
    /// The Management API gets this; the Authentication API is not limited.
    Custom(Allowance),
}

/// A token bucket: how many requests it holds, and how often one more is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    pub(super) burst: u32,
    pub(super) every: Duration,
}

/// The allowance of each group of endpoints. A missing one limits nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Allowances {
    /// The Management API, but for what has its own.
    pub(super) management: Option<Allowance>,
    /// `GET /clients`, where it has its own.
    pub(super) client_listing: Option<Allowance>,
    /// The Authentication API as a whole.
    pub(super) authentication: Option<Allowance>,
    /// `/oauth/token`, beside what it takes of the whole.
    pub(super) token: Option<Allowance>,
}

impl Allowance {
    fn per_second(burst: u32, rate: u32) -> Self {
        Self {
            burst,
            every: Duration::from_secs(1) / rate,
        }
    }

    fn per_minute(burst: u32, rate: u32) -> Self {
        Self {
            burst,
            every: Duration::from_mins(1) / rate,
        }
    }
}

impl RateLimit {
    pub(super) fn allowances(self) -> Allowances {
        match self {
            Self::None => Allowances::default(),
            Self::Free => Allowances {
                management: Some(Allowance::per_second(2, 2)),
                client_listing: None,
                authentication: Some(Allowance::per_minute(300, 300)),
                token: Some(Allowance::per_second(30, 30)),
            },
            Self::Essentials => Allowances {
                management: Some(Allowance::per_minute(10, 150)),
                client_listing: Some(Allowance::per_minute(5, 100)),
                authentication: Some(Allowance::per_second(25, 25)),
                token: None,
            },
            Self::Enterprise => Allowances {
                management: Some(Allowance::per_second(50, 16)),
                client_listing: None,
                authentication: Some(Allowance::per_second(100, 100)),
                token: None,
            },
            Self::Custom(allowance) => Allowances {
                management: Some(allowance),
                ..Allowances::default()
            },
        }
    }
}

/// Why a text is no rate limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RateLimitError {
    /// It is neither a known word nor has a `/`.
    #[error(
        "{}, or BURST/PER_SECOND such as `10/2`",
        report_unknown_word("rate limit", .0, &WORDS)
    )]
    Word(String),
    /// What stands before the `/` is no size of a bucket.
    #[error("the burst `{0}` is not a whole number from 1 to 1000000")]
    Burst(String),
    /// What follows the `/` is no rate.
    #[error(
        "the rate `{0}` is not a number of requests a second, from 0.001 to \
         100000"
    )]
    Rate(String),
}

const WORDS: [&str; 4] = ["none", "free", "essentials", "enterprise"];

// Within these, the time in which a bucket fills is never
// nothing and never overflows.
const LARGEST_BURST: u32 = 1_000_000;
const RATES: std::ops::RangeInclusive<f64> = 0.001..=100_000.0;

impl FromStr for RateLimit {
    type Err = RateLimitError;

    fn from_str(text: &str) -> Result<Self, RateLimitError> {
        match text {
            "none" => Ok(Self::None),
            "free" => Ok(Self::Free),
            "essentials" => Ok(Self::Essentials),
            "enterprise" => Ok(Self::Enterprise),
            _ => match text.split_once('/') {
                Some((burst, rate)) => {
                    Allowance::parse(burst, rate).map(Self::Custom)
                }
                None => Err(RateLimitError::Word(text.to_owned())),
            },
        }
    }
}

impl Allowance {
    fn parse(burst: &str, rate: &str) -> Result<Self, RateLimitError> {
        let size = burst
            .parse()
            .ok()
            .filter(|size| (1..=LARGEST_BURST).contains(size))
            .ok_or_else(|| RateLimitError::Burst(burst.to_owned()))?;
        let per_second: f64 = rate
            .parse()
            .ok()
            .filter(|per_second| RATES.contains(per_second))
            .ok_or_else(|| RateLimitError::Rate(rate.to_owned()))?;

        Ok(Self {
            burst: size,
            every: Duration::from_secs_f64(1.0 / per_second),
        })
    }
}

#[cfg(test)]
mod tests;
