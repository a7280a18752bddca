//! The tenant's bucket of requests, as far as it can be known from here.

use std::time::Duration;

use tokio::time::Instant;

use super::headers::Reading;
use super::pace::{Pace, Served};
use crate::model::{RateLimit, Reserve};

/// When tokens are added is told in whole seconds, and so is what it counts from: one is rounded up,
/// the other down.
const ROUNDED: Duration = Duration::from_secs(2);

/// One bucket of the tenant. What is not known is guessed on the safe side, and each answer sets the
/// guess right: at that time there were so many tokens, and this many requests may have drawn since.
#[derive(Debug)]
pub(super) struct Bucket {
    limit: u32,
    /// How many tokens are never drawn.
    kept: u32,
    tokens: f64,
    /// When the bucket held that many; in the future where it is not filled before.
    at: Instant,
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
    pub(super) fn told(limit: RateLimit, reserve: Reserve, now: Instant) -> Self {
        let pace = Pace::Told(limit.every().as_secs_f64().recip());
        Self {
            tokens: f64::from(limit.burst()),
            pace,
            ..Self::seen(limit.burst(), reserve, now)
        }
    }

    /// A bucket that an answer tells of. What is in it, it learns from that answer.
    pub(super) fn seen(limit: u32, reserve: Reserve, now: Instant) -> Self {
        let (kept, pace) = (reserve.of(limit), Pace::of(limit));
        Self {
            limit,
            kept,
            tokens: 0.0,
            at: now,
            pace,
            answered: 0,
            under_way: 0,
        }
    }

    pub(super) fn limit(&self) -> u32 {
        self.limit
    }

    /// Draws a token, if there is one that may be drawn.
    pub(super) fn draw(&mut self, now: Instant) -> Draw {
        self.fill(now);
        let missing = f64::from(self.kept) + 1.0 - self.tokens;
        if missing <= 0.0 {
            self.tokens -= 1.0;
            self.under_way += 1;
            return Draw::Token(Drawn {
                at: now,
                answered: self.answered,
            });
        }
        let filling = Duration::from_secs_f64(missing / self.pace.per_second());
        // Never nothing, or the same instant would be asked about for ever.
        let wait = self.at.saturating_duration_since(now) + filling;
        Draw::In(wait.max(Duration::from_millis(1)))
    }

    /// A request that drew a token is not under way any more.
    pub(super) fn ended(&mut self) {
        self.under_way = self.under_way.saturating_sub(1);
        self.answered = self.answered.wrapping_add(1);
    }

    /// Takes in what the answer to a request says, while so many others are under way that drew no
    /// token here. Answers come in any order, and this one may be old.
    pub(super) fn learn(
        &mut self,
        reading: Reading,
        served: Served,
        drawn: Option<Drawn>,
        others: u32,
        now: Instant,
    ) {
        let drawn = drawn.unwrap_or(Drawn {
            at: now,
            answered: self.answered,
        });
        let older = self.answered.wrapping_sub(drawn.answered).saturating_sub(1);
        let under_way = self.under_way + others;
        self.pace.learn(reading, served, (older, under_way), now);
        self.fill(now);
        let age = now.saturating_duration_since(drawn.at).as_secs_f64();
        let remaining = f64::from(reading.remaining);
        // A fraction of a token is not told, nor what was added since.
        let most = match served {
            Served::Yes => remaining + 1.0 + age * self.pace.per_second(),
            Served::No => 0.0,
        };
        // A configuration that tells of a smaller bucket means it.
        if reading.limit == self.limit {
            let least = remaining - f64::from(older + under_way);
            self.tokens = self.tokens.max(least);
        }
        self.tokens = self.tokens.min(most);
        if let (false, Some(added_in)) = (self.pace.is_sure(), reading.added_in) {
            // A refusal is believed to the letter.
            let early = if served == Served::Yes {
                ROUNDED
            } else {
                Duration::ZERO
            };
            self.at = now + added_in.saturating_sub(early);
        }
    }

    /// How long so many requests take from now on, if it is known how fast the bucket fills.
    pub(super) fn time_of(&self, requests: u32, now: Instant) -> Option<Duration> {
        let rate = self.pace.known()?;
        let filled = rate * now.saturating_duration_since(self.at).as_secs_f64();
        let there = (self.tokens + filled).min(f64::from(self.limit)) - f64::from(self.kept);
        let missing = f64::from(requests) - there.max(0.0);
        Duration::try_from_secs_f64((missing / rate).max(0.0)).ok()
    }

    fn fill(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = self.at.max(now);
        let filled = self.tokens + elapsed * self.pace.per_second();
        self.tokens = filled.min(f64::from(self.limit));
    }
}
