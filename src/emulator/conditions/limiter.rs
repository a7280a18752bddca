//! How many requests are admitted: the token buckets of a tenant, which of them
//! a request takes from, and what an answer says of it.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use tokio::time::Instant;

use super::rate_limit::{Allowance, Allowances, RateLimit};
use super::target::{Endpoint, RequestLine};

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// The buckets of a tenant. A missing one limits nothing.
#[derive(Debug)]
pub(super) struct Limiter {
    management: Option<Bucket>,
    client_listing: Option<Bucket>,
    authentication: Option<Bucket>,
    token: Option<Bucket>,
}

/// A token bucket that was full at first.
///
/// It is kept as a time and not as a number of tokens: so nothing has to fill
/// it meanwhile.
#[derive(Debug)]
struct Bucket {
    allowance: Allowance,
    /// When it will be full again if nothing more is taken.
    full_at: Instant,
}

/// What a request found in a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket {
    pub(super) admission: Admission,
    /// How many tokens the bucket holds.
    limit: u32,
    /// How many are left.
    remaining: u32,
    /// When the next is added.
    next_in: Duration,
}

/// Whether there was a token left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Admission {
    Admitted,
    Refused,
}

/// What is said where nothing is limited: a bucket that is full again after
/// each request.
const UNLIMITED: Ticket = Ticket {
    admission: Admission::Admitted,
    limit: 1_000_000,
    remaining: 1_000_000,
    next_in: Duration::ZERO,
};

impl Limiter {
    pub(super) fn new(limit: RateLimit, now: Instant) -> Self {
        let Allowances {
            management,
            client_listing,
            authentication,
            token,
        } = limit.allowances();

        Self {
            management: Bucket::new_full(management, now),
            client_listing: Bucket::new_full(client_listing, now),
            authentication: Bucket::new_full(authentication, now),
            token: Bucket::new_full(token, now),
        }
    }

    /// Takes a token from each bucket the request falls under, the wider first.
    /// The ticket is of the one that refused, or of the narrowest; none for
    /// what falls under no limit in any plan.
    pub(super) fn admit(
        &mut self,
        line: &RequestLine,
        now: Instant,
    ) -> Option<Ticket> {
        let mut last = None;
        for bucket in self
            .buckets_of(line)
            .into_iter()
            .flatten()
        {
            let ticket = bucket.take_token(now);
            last = Some(ticket);
            // Refused by the wider limit, it never reaches the narrower, and
            // takes nothing there.
            if ticket.admission == Admission::Refused {
                break;
            }
        }

        match line.endpoint {
            // Auth0 says with every answer of these how many may follow, and
            // software goes by it.
            Endpoint::Management(_) | Endpoint::Token => {
                Some(last.unwrap_or(UNLIMITED))
            }
            Endpoint::Other => None,
        }
    }

    fn buckets_of(&mut self, line: &RequestLine) -> [Option<&mut Bucket>; 2] {
        match &line.endpoint {
            // Auth0 looks at the limit of the whole API first, then at that of
            // the endpoint.
            Endpoint::Token => [
                self.authentication.as_mut(),
                self.token.as_mut(),
            ],
            // Where listing clients has a limit of its own, it takes nothing of
            // the others'.
            Endpoint::Management(path)
                if line.method == Method::GET && path == "/clients" =>
            {
                let listing = self.client_listing.as_mut();
                [listing.or(self.management.as_mut()), None]
            }
            Endpoint::Management(_) => [self.management.as_mut(), None],
            Endpoint::Other => [None, None],
        }
    }
}

impl Bucket {
    fn new_full(allowance: Option<Allowance>, now: Instant) -> Option<Self> {
        Some(Self {
            allowance: allowance?,
            full_at: now,
        })
    }

    /// Takes a token if there is one.
    fn take_token(&mut self, now: Instant) -> Ticket {
        let Allowance { burst, every } = self.allowance;
        let capacity = every * burst;

        // Both are times: how long the bucket takes to fill from nothing, and
        // from where it is.
        let mut missing = self
            .full_at
            .saturating_duration_since(now);
        // A refused request takes nothing: whoever goes on asking does not put
        // off his own turn.
        let admission = if missing + every <= capacity {
            missing += every;
            self.full_at = now + missing;
            Admission::Admitted
        } else {
            Admission::Refused
        };

        // Rounded down: a part of a token admits nobody.
        let whole = capacity
            .saturating_sub(missing)
            .as_nanos()
            / every.as_nanos();
        let remaining = u32::try_from(whole).unwrap_or(burst);
        let next_in =
            (every * (remaining + 1) + missing).saturating_sub(capacity);
        Ticket {
            admission,
            limit: burst,
            remaining,
            next_in,
        }
    }
}

impl Ticket {
    /// Writes the headers of a limited answer. `since_1970` is the real time of
    /// day, for the second in which the next token is there.
    pub(super) fn write_headers(
        &self,
        headers: &mut HeaderMap,
        since_1970: Duration,
    ) {
        // Rounded up: whoever waits for this second has waited long enough.
        let next = since_1970 + self.next_in;
        let reset = next.as_secs() + u64::from(next.subsec_nanos() > 0);

        headers.insert(LIMIT, HeaderValue::from(self.limit));
        headers.insert(REMAINING, HeaderValue::from(self.remaining));
        headers.insert(RESET, HeaderValue::from(reset));
    }
}

#[cfg(test)]
mod tests;
