//! The tenant's bucket of requests, as far as it can be known from here.

use std::time::Duration;

use tokio::time::Instant;

use super::headers::Reading;
use super::pace::{Concurrent, Pace, Served};
use crate::model::{RateLimit, Reserve};

/// When tokens are added is told in whole seconds, and so is what it counts
/// from: one is rounded up, the other down.
const ROUNDED: Duration = Duration::from_secs(2);

/// No wait is shorter, or the same instant would be asked about for ever.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// One bucket of the tenant. What is not known is guessed on the safe side, and
/// each answer sets the guess right: at that time there were so many tokens,
/// and this many requests may have drawn since.
#[derive(Debug)]
pub(super) struct Bucket {
    limit: u32,
    /// How many tokens are never drawn. A part of the bucket is left to others,
    /// and not of what fills it: that costs a run next to nothing.
    kept: u32,
    tokens: f64,
    /// When the bucket held that many; in the future where
    /// it is not filled before.
    as_of: Instant,
    pace: Pace,
    /// How many requests have been answered, and how many are under way.
    answered: u32,
    under_way: u32,
}

/// What a bucket has for a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Draw {
    /// A token.
    Token(Drawn),
    /// Perhaps one after so long.
    In(Duration),
}

/// When a token was drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Drawn {
    at: Instant,
    /// How many requests had been answered by then.
    answered: u32,
}

impl Bucket {
    /// A bucket that the configuration tells of: full.
    pub(super) fn configured(
        limit: RateLimit,
        reserve: Reserve,
        now: Instant,
    ) -> Self {
        let per_second = limit.every().as_secs_f64().recip();

        Self {
            tokens: f64::from(limit.burst()),
            pace: Pace::Configured(per_second),
            ..Self::seen(limit.burst(), reserve, now)
        }
    }

    /// A bucket that an answer tells of. What is in it, it
    /// learns from that answer.
    pub(super) fn seen(limit: u32, reserve: Reserve, now: Instant) -> Self {
        Self {
            limit,
            kept: reserve.of(limit),
            tokens: 0.0,
            as_of: now,
            pace: Pace::of(limit),
            answered: 0,
            under_way: 0,
        }
    }

    pub(super) fn limit(&self) -> u32 {
        self.limit
    }

    /// Draws a token, if there is one that may be drawn.
    pub(super) fn draw_token(&mut self, now: Instant) -> Draw {
        self.refill(now);

        let missing = f64::from(self.kept) + 1.0 - self.tokens;
        if missing > 0.0 {
            let filling =
                Duration::from_secs_f64(missing / self.pace.per_second());
            let wait = self
                .as_of
                .saturating_duration_since(now)
                + filling;
            return Draw::In(wait.max(SHORTEST_WAIT));
        }

        self.tokens -= 1.0;
        self.under_way += 1;
        Draw::Token(Drawn {
            at: now,
            answered: self.answered,
        })
    }

    /// A request that drew a token is not under way any more.
    pub(super) fn end_request(&mut self) {
        self.under_way = self.under_way.saturating_sub(1);
        // Only ever compared with what it was a moment ago.
        self.answered = self.answered.wrapping_add(1);
    }

    /// Takes in what the answer to a request says, while so many others are
    /// under way that drew no token here. What it drew is none where that was
    /// from another bucket, or from none.
    pub(super) fn learn(
        &mut self,
        reading: Reading,
        served: Served,
        drawn: Option<Drawn>,
        others: u32,
        now: Instant,
    ) {
        // What drew no token here has no time to count from, so its reading is
        // taken for new.
        let drawn = drawn.unwrap_or(Drawn {
            at: now,
            answered: self.answered,
        });
        let answered_since = self
            .answered
            .wrapping_sub(drawn.answered);
        let concurrent = Concurrent {
            // It has been answered itself.
            answered: answered_since.saturating_sub(1),
            under_way: self.under_way + others,
        };

        // The pace first: what was added since the last look is counted by it.
        self.pace
            .learn(reading, served, concurrent, now);
        self.refill(now);
        let age = now.saturating_duration_since(drawn.at);
        self.correct_tokens(reading, served, concurrent, age);
        if let Some(added_in) = reading.added_in {
            self.wait_for_tokens(added_in, served, now);
        }
    }

    /// Answers come in any order, and this one may be old. So what it
    /// says does not take the place of our own count, and only keeps
    /// it within what can be so.
    fn correct_tokens(
        &mut self,
        reading: Reading,
        served: Served,
        concurrent: Concurrent,
        age: Duration,
    ) {
        let remaining = f64::from(reading.remaining);
        let added_since = age.as_secs_f64() * self.pace.per_second();

        let most = match served {
            // A fraction of a token is not told, nor what was added since.
            Served::Yes => remaining + 1.0 + added_since,
            // A refusal says that there is no token, however old it is.
            Served::No => 0.0,
        };
        // A configuration that tells of a smaller bucket means it: what a
        // larger one holds is no reason to draw more.
        if reading.limit == self.limit {
            let least = remaining - f64::from(concurrent.total());
            self.tokens = self.tokens.max(least);
        }
        self.tokens = self.tokens.min(most);
    }

    /// Believes the tenant when it says in how long tokens are added. Once the
    /// pace is known, it tells that more finely than whole seconds can.
    fn wait_for_tokens(
        &mut self,
        added_in: Duration,
        served: Served,
        now: Instant,
    ) {
        if self.pace.is_sure() {
            return;
        }

        let early = match served {
            Served::Yes => ROUNDED,
            // A refusal is believed to the letter.
            Served::No => Duration::ZERO,
        };
        self.as_of = now + added_in.saturating_sub(early);
    }

    /// How long so many requests take from now on, if it is known how fast the
    /// bucket fills.
    pub(super) fn estimate_time(
        &self,
        requests: u32,
        now: Instant,
    ) -> Option<Duration> {
        let rate = self.pace.known();
        let elapsed = now
            .saturating_duration_since(self.as_of)
            .as_secs_f64();

        let tokens = self.tokens + rate.unwrap_or_default() * elapsed;
        let there = tokens.min(f64::from(self.limit)) - f64::from(self.kept);
        let missing = f64::from(requests) - there.max(0.0);
        // What is there already has not to be filled, however fast that goes.
        if missing <= 0.0 {
            return Some(Duration::ZERO);
        }
        Duration::try_from_secs_f64(missing / rate?).ok()
    }

    fn refill(&mut self, now: Instant) {
        let elapsed = now
            .saturating_duration_since(self.as_of)
            .as_secs_f64();
        self.as_of = self.as_of.max(now);

        let tokens = self.tokens + elapsed * self.pace.per_second();
        self.tokens = tokens.min(f64::from(self.limit));
    }
}
