//! Token quotas: how many tokens a client gets in an hour and in a day of UTC.
//!
//! The counts live as long as the emulator: a token must not
//! mean to write the state file.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header::RETRY_AFTER};
use serde_json::Value;

use crate::emulator::clock::Clock;
use crate::emulator::tenant::Object;

const QUOTA_LIMIT: HeaderName =
    HeaderName::from_static("auth0-client-quota-limit");
const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// A span of time that tokens are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Span {
    Hour,
    Day,
}

impl Span {
    const ALL: [Self; 2] = [Self::Hour, Self::Day];

    fn seconds(self) -> u64 {
        match self {
            Self::Hour => 60 * 60,
            Self::Day => 24 * 60 * 60,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Hour => "per_hour",
            Self::Day => "per_day",
        }
    }
}

/// The quota of one client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quota {
    limits: Vec<(Span, u64)>,
    excess: Excess,
}

/// What happens to a request past the quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Excess {
    Refused,
    /// Only counted.
    Allowed,
}

impl Quota {
    /// The quota of the client, if it has one. It is enforced
    /// unless it says otherwise.
    pub(crate) fn of(client: &Object) -> Option<Self> {
        let quota = client
            .get("token_quota")?
            .get("client_credentials")?;

        let limits = Span::ALL
            .into_iter()
            .filter_map(|span| {
                let limit = quota.get(span.name())?.as_u64()?;
                Some((span, limit))
            });
        let excess = match quota.get("enforce") {
            Some(Value::Bool(false)) => Excess::Allowed,
            _ => Excess::Refused,
        };
        Some(Self {
            limits: limits.collect(),
            excess,
        })
    }

    fn measure_usage(&self, issued: &mut Issued, now: u64) -> Usage {
        let limits = self.limits.iter().map(|(span, limit)| {
            let count = *issued.count_in(*span, now);
            Left {
                span: *span,
                limit: *limit,
                remaining: limit.saturating_sub(count),
                reset: span.seconds() - now % span.seconds(),
            }
        });
        Usage(limits.collect())
    }
}

/// The tokens issued to clients with a quota, since this emulator started.
#[derive(Default)]
pub(crate) struct IssuedTokens(Mutex<BTreeMap<String, Issued>>);

/// The tokens of one client.
#[derive(Default)]
struct Issued {
    hours: Counts,
    days: Counts,
}

/// How many tokens there were in each span, by which one since 1970 it is. The
/// clock may be put back, to hours that have been already: what was taken in
/// them stays taken.
type Counts = BTreeMap<u64, u64>;

/// So many spans are remembered, the latest: a clock
/// that nobody moves needs one.
const REMEMBERED: usize = 100;

impl IssuedTokens {
    /// From now on none was issued.
    pub(crate) fn forget(&self) {
        let mut clients = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        clients.clear();
    }

    /// Counts a token, unless the quota refuses it. `now` is in seconds since
    /// 1970.
    pub(crate) fn count_token(
        &self,
        client_id: &str,
        quota: &Quota,
        now: u64,
    ) -> Result<Usage, Exceeded> {
        let mut clients = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let issued = clients
            .entry(client_id.to_owned())
            .or_default();

        let before = quota.measure_usage(issued, now);
        if quota.excess == Excess::Refused
            && let Some(spent) = before.longest_spent()
        {
            return Err(Exceeded {
                limit: spent.limit,
                reset: spent.reset,
                reset_at: now + spent.reset,
                usage: before,
            });
        }

        // Both spans, whichever have a limit: one that is set later counts what
        // came before it.
        for span in Span::ALL {
            *issued.count_in(span, now) += 1;
        }
        Ok(quota.measure_usage(issued, now))
    }
}

impl Issued {
    /// The tokens in the span that `now` is in.
    fn count_in(&mut self, span: Span, now: u64) -> &mut u64 {
        let counts = match span {
            Span::Hour => &mut self.hours,
            Span::Day => &mut self.days,
        };

        let current = now / span.seconds();
        if counts.len() == REMEMBERED && !counts.contains_key(&current) {
            counts.pop_first();
        }
        counts.entry(current).or_default()
    }
}

/// What is left of a quota; said with every token, and with every refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Usage(Vec<Left>);

/// What is left of one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Left {
    span: Span,
    limit: u64,
    remaining: u64,
    /// Seconds until the count begins anew.
    reset: u64,
}

/// More tokens were asked for than the quota has.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Exceeded {
    usage: Usage,
    /// The limit that takes longest to begin anew.
    limit: u64,
    reset: u64,
    /// Seconds since 1970.
    reset_at: u64,
}

impl Usage {
    /// Of the limits with nothing left the one that takes longest to begin
    /// anew: a caller who waits for another is refused again.
    fn longest_spent(&self) -> Option<Left> {
        self.0
            .iter()
            .filter(|left| left.remaining == 0)
            .max_by_key(|left| left.reset)
            .copied()
    }

    pub(crate) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::try_from(self.to_string()) {
            headers.insert(QUOTA_LIMIT, value);
        }
        headers
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, left) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str(",")?;
            }
            write!(formatter, "{left}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Left {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            span,
            limit,
            remaining,
            reset,
        } = self;
        let bucket = span.name();
        write!(
            formatter,
            "b={bucket};q={limit};r={remaining};t={reset}"
        )
    }
}

impl Exceeded {
    /// With the second of the reset as the clock of a caller will show it:
    /// nobody moves that one.
    pub(crate) fn seen_by_callers(self, clock: &Clock) -> Self {
        Self {
            reset_at: clock.real_second(self.reset_at),
            ..self
        }
    }

    pub(crate) fn headers(&self) -> HeaderMap {
        let mut headers = self.usage.headers();
        headers.insert(RETRY_AFTER, self.reset.into());
        headers.insert(LIMIT, self.limit.into());
        headers.insert(REMAINING, 0.into());
        headers.insert(RESET, self.reset_at.into());
        headers
    }
}

#[cfg(test)]
mod tests;
