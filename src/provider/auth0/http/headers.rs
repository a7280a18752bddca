//! What the headers of an answer say of the tenant's limits.
//!
//! Clocks differ, so a time of day is only ever compared with the answer's own `date`.

use std::time::{Duration, SystemTime};

use reqwest::header::{AGE, DATE, HeaderMap, HeaderName, RETRY_AFTER};

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// The largest bucket that is believed, in tokens; the largest of any plan of Auth0 has 5,000.
const LARGEST: u64 = 1_000_000;

/// The longest time that is believed until tokens are added, of a bucket that gets them all the time.
const LONGEST_FILLING: Duration = Duration::from_mins(2);

/// The longest time that a reset can be away: token quotas are told by the day. A time in
/// milliseconds is further away.
const LONGEST_RESET: Duration = Duration::from_hours(24);

/// What one answer says of the bucket its request drew from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::provider::auth0) struct Reading {
    /// How many tokens the bucket holds.
    pub(in crate::provider::auth0) limit: u32,
    /// How many are left.
    pub(in crate::provider::auth0) remaining: u32,
    /// In how long tokens are added: in whole seconds, and up to two less.
    pub(super) added_in: Option<Duration>,
}

impl Reading {
    /// None where the endpoint has no limit, or does not say.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let limit = number(headers, &LIMIT)?;
        let remaining = number(headers, &REMAINING)?;
        Some(Self {
            limit: u32::try_from(limit)
                .ok()
                .filter(|_| (1..=LARGEST).contains(&limit))?,
            remaining: u32::try_from(remaining.min(limit)).ok()?,
            added_in: until_reset(headers).filter(|wait| *wait <= LONGEST_FILLING),
        })
    }
}

/// How long the server says to wait after a refusal.
pub(super) fn told_to_wait(headers: &HeaderMap) -> Option<Duration> {
    number(headers, &RETRY_AFTER)
        .map(Duration::from_secs)
        .or_else(|| until_reset(headers))
}

fn until_reset(headers: &HeaderMap) -> Option<Duration> {
    let date = date(headers)?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let reset = Duration::from_secs(number(headers, &RESET)?).saturating_sub(date);
    Some(reset).filter(|reset| *reset <= LONGEST_RESET)
}

/// The server's time when it gave the answer, in whole seconds. An answer that was kept for a while
/// says how long.
pub(super) fn time_told(headers: &HeaderMap) -> Option<SystemTime> {
    date(headers)?.checked_add(Duration::from_secs(number(headers, &AGE).unwrap_or(0)))
}

fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&str, &str)]) -> HeaderMap {
        let parse = |(name, value): &(&str, &str)| {
            (HeaderName::try_from(*name).unwrap(), value.parse().unwrap())
        };
        lines.iter().map(parse).collect()
    }

    /// Ten seconds after the beginning of 1970.
    const THEN: (&str, &str) = ("date", "Thu, 01 Jan 1970 00:00:10 GMT");

    #[test]
    fn a_reset_counts_from_the_answers_own_date() {
        let reset = ("x-ratelimit-reset", "12");
        assert_eq!(
            told_to_wait(&headers(&[THEN, reset])),
            Some(Duration::from_secs(2))
        );
        let past = headers(&[THEN, ("x-ratelimit-reset", "9")]);
        assert_eq!(told_to_wait(&past), Some(Duration::ZERO));
        assert_eq!(told_to_wait(&headers(&[reset])), None, "whose clock?");
        let both = headers(&[THEN, reset, ("retry-after", "7")]);
        assert_eq!(told_to_wait(&both), Some(Duration::from_secs(7)));
        assert_eq!(
            told_to_wait(&headers(&[("retry-after", "Fri, 31 Dec 1999")])),
            None
        );
    }

    #[test]
    fn an_answer_that_was_kept_is_as_old_as_it_says() {
        let told = |lines: &[(&str, &str)]| {
            let told = time_told(&headers(lines))?.duration_since(SystemTime::UNIX_EPOCH);
            told.ok().map(|told| told.as_secs())
        };
        assert_eq!(told(&[THEN]), Some(10));
        assert_eq!(told(&[THEN, ("age", "7")]), Some(17));
        assert_eq!(told(&[THEN, ("age", "18446744073709551615")]), None);
        assert_eq!(told(&[("date", "yesterday")]), None);
    }

    #[test]
    fn a_reset_that_cannot_be_true_is_not_waited_for() {
        let limits = [
            ("x-ratelimit-limit", "10"),
            ("x-ratelimit-remaining", "0"),
            THEN,
        ];
        let said = |reset: &str| {
            let headers = headers(&[&limits[..], &[("x-ratelimit-reset", reset)]].concat());
            let seconds = |wait: Option<Duration>| wait.map(|wait| wait.as_secs());
            (
                seconds(Reading::of(&headers).unwrap().added_in),
                seconds(told_to_wait(&headers)),
            )
        };
        assert_eq!(said("12"), (Some(2), Some(2)));
        assert_eq!(said("3610"), (None, Some(3600)), "a quota, not a bucket");
        assert_eq!(said("1700000000000"), (None, None), "milliseconds");
        assert_eq!(said(&u64::MAX.to_string()), (None, None));
    }

    #[test]
    fn a_reading_takes_a_limit_and_a_remainder_that_fit() {
        let read = |limit, remaining| {
            let limits = [
                ("x-ratelimit-limit", limit),
                ("x-ratelimit-remaining", remaining),
            ];
            Reading::of(&headers(&limits)).map(|reading| (reading.limit, reading.remaining))
        };
        assert_eq!(read("10", "7"), Some((10, 7)));
        assert_eq!(read("10", "70"), Some((10, 10)));
        let too_large = [("4294967295", "4294967295"), ("99999999999", "1")];
        let wrong = [("0", "0"), ("", "1"), ("10", "-1")];
        for (limit, remaining) in too_large.into_iter().chain(wrong) {
            assert_eq!(read(limit, remaining), None, "{limit} {remaining}");
        }
        assert_eq!(Reading::of(&headers(&[THEN])), None);
    }
}
