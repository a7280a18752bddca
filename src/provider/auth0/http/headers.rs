//! What the headers of an answer say of the tenant's limits.
//!
//! Clocks differ, so a time of day is only ever compared
//! with the answer's own `date`.

use std::time::{Duration, SystemTime};

use reqwest::header::{AGE, DATE, HeaderMap, HeaderName, RETRY_AFTER};

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// The largest bucket that is believed, in tokens; the largest of any plan of
/// Auth0 has 5,000.
const LARGEST: u64 = 1_000_000;

/// The longest time that is believed until tokens are added, of a bucket that
/// gets them all the time.
const LONGEST_FILLING: Duration = Duration::from_mins(2);

/// The longest time that a reset can be away: token quotas are told by the day.
/// A time in milliseconds is further away.
const LONGEST_RESET: Duration = Duration::from_hours(24);

/// What one answer says of the bucket its request drew from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    /// How many tokens the bucket holds.
    pub(crate) limit: u32,
    /// How many are left.
    pub(crate) remaining: u32,
    /// In how long tokens are added: in whole seconds, and up to two less.
    pub(super) added_in: Option<Duration>,
}

impl Reading {
    /// None where the endpoint has no limit, or does not say.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let limit = read_number(headers, &LIMIT)?;
        if !(1..=LARGEST).contains(&limit) {
            return None;
        }
        // More than a bucket holds cannot be left in it, and to draw on that
        // would end in refusals.
        let remaining = read_number(headers, &REMAINING)?.min(limit);

        // What is further away is a quota's reset, or in milliseconds: the
        // bucket's is not known then.
        let added_in =
            read_reset(headers).filter(|wait| *wait <= LONGEST_FILLING);
        Some(Self {
            limit: u32::try_from(limit).ok()?,
            remaining: u32::try_from(remaining).ok()?,
            added_in,
        })
    }
}

/// How long the server says to wait after a refusal. `retry-after` comes first,
/// as in Auth0's own libraries.
pub(super) fn read_wait(headers: &HeaderMap) -> Option<Duration> {
    // In seconds only, which is how Auth0 writes it: a date is passed over, and
    // the reset is read.
    read_number(headers, &RETRY_AFTER)
        .map(Duration::from_secs)
        .or_else(|| read_reset(headers))
}

/// How long it is, by the server's clock, until tokens are added.
fn read_reset(headers: &HeaderMap) -> Option<Duration> {
    let date = read_date(headers)?;
    let date = date
        .duration_since(SystemTime::UNIX_EPOCH)
        .ok()?;
    let reset = Duration::from_secs(read_number(headers, &RESET)?);

    Some(reset.saturating_sub(date)).filter(|wait| *wait <= LONGEST_RESET)
}

/// The server's time when it gave the answer, in whole seconds. An answer that
/// was kept for a while says how long.
pub(super) fn read_server_time(headers: &HeaderMap) -> Option<SystemTime> {
    let age = read_number(headers, &AGE).unwrap_or(0);

    read_date(headers)?.checked_add(Duration::from_secs(age))
}

fn read_date(headers: &HeaderMap) -> Option<SystemTime> {
    let text = headers.get(DATE)?.to_str().ok()?;

    httpdate::parse_http_date(text).ok()
}

fn read_number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    let text = headers.get(name)?.to_str().ok()?;

    text.trim().parse().ok()
}

#[cfg(test)]
mod tests;
