//! Token quotas: how many tokens a client gets in an hour and in a day of UTC.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header::RETRY_AFTER};
use serde_json::Value;

use crate::emulator::tenant::Object;

/// A span of time that tokens are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Span {
    Hour,
    Day,
}

impl Span {
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

/// What happens to a request past the quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Excess {
    Refused,
    /// Only counted.
    Allowed,
}

/// The quota of one client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quota {
    limits: Vec<(Span, u64)>,
    excess: Excess,
}

impl Quota {
    /// The quota of the client, if it has one. It is enforced unless it says otherwise.
    pub(crate) fn of(client: &Object) -> Option<Self> {
        let quota = client.get("token_quota")?.get("client_credentials")?;
        let limit = |span: Span| Some((span, quota.get(span.name())?.as_u64()?));
        let excess = match quota.get("enforce") {
            Some(Value::Bool(false)) => Excess::Allowed,
            _ => Excess::Refused,
        };
        Some(Self {
            limits: [Span::Hour, Span::Day]
                .into_iter()
                .filter_map(limit)
                .collect(),
            excess,
        })
    }
}

/// What is left of one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Left {
    span: Span,
    limit: u64,
    remaining: u64,
    /// Seconds until the count begins anew.
    reset: u64,
}

/// What is left of a quota; said with every token, and with every refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Usage(Vec<Left>);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, left) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let Left {
                span,
                limit,
                remaining,
                reset,
            } = left;
            write!(
                f,
                "{comma}b={};q={limit};r={remaining};t={reset}",
                span.name()
            )?;
        }
        Ok(())
    }
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
    pub(crate) fn headers(&self) -> HeaderMap {
        let name = HeaderName::from_static("auth0-client-quota-limit");
        let value = HeaderValue::try_from(self.to_string());
        value
            .into_iter()
            .map(|value| (name.clone(), value))
            .collect()
    }
}

impl Exceeded {
    pub(crate) fn headers(&self) -> HeaderMap {
        let mut headers = self.usage.headers();
        headers.insert(RETRY_AFTER, self.reset.into());
        headers.insert(
            HeaderName::from_static("x-ratelimit-limit"),
            self.limit.into(),
        );
        headers.insert(HeaderName::from_static("x-ratelimit-remaining"), 0.into());
        headers.insert(
            HeaderName::from_static("x-ratelimit-reset"),
            self.reset_at.into(),
        );
        headers
    }
}

/// The tokens issued to clients with a quota, since this emulator started.
#[derive(Default)]
pub(crate) struct IssuedTokens(Mutex<BTreeMap<String, Issued>>);

/// Which hour and day it was since 1970 at the last token, and how many there were in each.
#[derive(Default)]
struct Issued {
    hour: (u64, u64),
    day: (u64, u64),
}

impl Issued {
    /// The tokens in the span that `now` is in.
    fn count(&mut self, span: Span, now: u64) -> &mut u64 {
        let (number, count) = match span {
            Span::Hour => &mut self.hour,
            Span::Day => &mut self.day,
        };
        let current = now / span.seconds();
        if *number != current {
            (*number, *count) = (current, 0);
        }
        count
    }
}

impl IssuedTokens {
    /// Counts a token, unless the quota refuses it. `now` is in seconds since 1970.
    pub(crate) fn count(
        &self,
        client_id: &str,
        quota: &Quota,
        now: u64,
    ) -> Result<Usage, Exceeded> {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let issued = clients.entry(client_id.to_owned()).or_default();
        let before = quota.left(issued, now);
        let spent = before.0.iter().filter(|left| left.remaining == 0);
        if let (Excess::Refused, Some(spent)) =
            (quota.excess, spent.max_by_key(|left| left.reset).copied())
        {
            let Left { limit, reset, .. } = spent;
            return Err(Exceeded {
                usage: before,
                limit,
                reset,
                reset_at: now + reset,
            });
        }
        for span in [Span::Hour, Span::Day] {
            *issued.count(span, now) += 1;
        }
        Ok(quota.left(issued, now))
    }
}

impl Quota {
    fn left(&self, issued: &mut Issued, now: u64) -> Usage {
        let left = self.limits.iter().map(|(span, limit)| Left {
            span: *span,
            limit: *limit,
            remaining: limit.saturating_sub(*issued.count(*span, now)),
            reset: span.seconds() - now % span.seconds(),
        });
        Usage(left.collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A minute past noon, UTC.
    const NOON: u64 = 20_000 * 86_400 + 12 * 3600 + 60;

    fn quota(limits: &Value) -> Quota {
        let client = json!({"token_quota": {"client_credentials": limits}});
        Quota::of(client.as_object().unwrap()).unwrap()
    }

    #[test]
    fn what_is_left_is_said_for_hour_and_day() {
        let (issued, quota) = (
            IssuedTokens::default(),
            quota(&json!({"per_hour": 10, "per_day": 50})),
        );
        let count = |now| issued.count("c", &quota, now).unwrap().to_string();
        count(NOON);
        count(NOON);
        let third = "b=per_hour;q=10;r=7;t=3540,b=per_day;q=50;r=47;t=43140";
        assert_eq!(count(NOON), third);
        let next_hour = "b=per_hour;q=10;r=9;t=3600,b=per_day;q=50;r=46;t=39600";
        assert_eq!(count(NOON + 3540), next_hour);
        let next_day = "b=per_hour;q=10;r=9;t=3600,b=per_day;q=50;r=49;t=86400";
        assert_eq!(count(NOON + 43_140), next_day);
    }

    #[test]
    fn past_the_quota_a_client_waits_for_the_longest() {
        let (issued, quota) = (
            IssuedTokens::default(),
            quota(&json!({"per_hour": 1, "per_day": 2})),
        );
        let count = |client, now| issued.count(client, &quota, now);
        count("c", NOON).unwrap();
        let exceeded = count("c", NOON).unwrap_err();
        assert_eq!(
            (exceeded.limit, exceeded.reset, exceeded.reset_at),
            (1, 3540, NOON + 3540)
        );
        count("other", NOON).unwrap();
        count("c", NOON + 3540).unwrap();
        let exceeded = count("c", NOON + 3540).unwrap_err();
        assert_eq!((exceeded.limit, exceeded.reset), (2, 39_600));
    }

    #[test]
    fn a_quota_that_is_not_enforced_only_counts() {
        let (issued, quota) = (
            IssuedTokens::default(),
            quota(&json!({"per_day": 1, "enforce": false})),
        );
        for _ in 0..3 {
            let usage = issued.count("c", &quota, NOON).unwrap();
            assert_eq!(usage.to_string(), "b=per_day;q=1;r=0;t=43140");
        }
    }
}
