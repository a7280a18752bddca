//! The pace of a run: all its requests draw from what is known of the tenant's
//! buckets, and so slow down before the tenant has to refuse any.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::Method;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use super::bucket::{Bucket, Draw, Drawn};
use super::headers::Reading;
use super::pace::Served;
use crate::model::{RateLimit, Reserve};
use crate::provider::web::RequestLine;

/// How many requests may be under way before the first answer says anything of
/// limits: the smallest bucket of any plan holds two.
const SCOUTS: u32 = 2;

/// Which of a tenant's limits a request falls under. Some plans have one of its
/// own for listing clients; others do not, and the answers say so by naming the
/// same limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    /// `GET /clients`
    ClientListing,
    /// Everything else of the Management API.
    Others,
}

impl Group {
    /// None for what is not of the Management API.
    pub(super) fn of(line: &RequestLine) -> Option<Self> {
        let path = line.path().strip_prefix("/api/v2/")?;
        // One client by its id is not meant: that falls under the limit of all
        // other requests.
        let is_client_listing = line.method == Method::GET && path == "clients";

        Some(if is_client_listing {
            Self::ClientListing
        } else {
            Self::Others
        })
    }
}

/// What is known of the tenant's limits, shared by all requests of a run.
#[derive(Debug)]
pub(super) struct Limiter {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    reserve: Reserve,
    /// Whether the configuration tells of the limits; then there is one bucket
    /// only.
    is_configured: bool,
    buckets: Vec<Bucket>,
    /// Which bucket listing clients draws from, once an answer has said so.
    client_listing: Option<usize>,
    /// Which bucket everything else draws from.
    others: Option<usize>,
    /// What the last answer said, by group.
    readings: BTreeMap<Group, Reading>,
    /// Whether an answer has come: one without limits means that there are
    /// none.
    is_answered: bool,
    /// How many requests drew from no bucket and are under way.
    scouts: u32,
    /// Whether it was said that requests have to wait.
    is_wait_told: bool,
}

/// The leave to make one request; to be held until its answer is there.
#[derive(Debug)]
pub(super) struct Ticket<'a> {
    limiter: &'a Limiter,
    group: Group,
    /// What was drawn, and from which bucket; none where no bucket was known.
    drawn: Option<(usize, Drawn)>,
    is_under_way: bool,
}

/// Whether a request may be made.
enum Admission {
    Now(Option<(usize, Drawn)>),
    In(Duration),
    AfterAnAnswer,
}

impl Limiter {
    pub(super) fn new(configured: Option<RateLimit>, reserve: Reserve) -> Self {
        let bucket = configured
            .map(|limit| Bucket::configured(limit, reserve, Instant::now()));
        let state = State {
            reserve,
            is_configured: bucket.is_some(),
            buckets: bucket.into_iter().collect(),
            client_listing: None,
            others: None,
            readings: BTreeMap::new(),
            is_answered: false,
            scouts: 0,
            is_wait_told: false,
        };

        Self {
            state: Mutex::new(state),
            changed: Notify::new(),
        }
    }

    /// Waits until a request of the group may be made.
    pub(super) async fn admit(&self, group: Group) -> Ticket<'_> {
        loop {
            let mut changed = pin!(self.changed.notified());
            // From here on no change is missed.
            changed.as_mut().enable();

            let admission = self.state().admit(group, Instant::now());
            match admission {
                Admission::Now(drawn) => {
                    return Ticket {
                        limiter: self,
                        group,
                        drawn,
                        is_under_way: true,
                    };
                }
                // An answer may say that there is a token already.
                Admission::In(wait) => drop(timeout(wait, changed).await),
                Admission::AfterAnAnswer => changed.await,
            }
        }
    }

    /// How long so many requests of each group take from now on, if it is known
    /// how fast the tenant lets them. Buckets fill side by side, so it is
    /// as long as the slowest of them takes.
    pub(super) fn estimate_time(
        &self,
        requests: &[(Group, usize)],
    ) -> Option<Duration> {
        let state = self.state();
        let mut by_bucket: BTreeMap<usize, usize> = BTreeMap::new();
        for (group, requests) in requests {
            // Groups may share a bucket, and draw from it one after the other.
            *by_bucket
                .entry(state.bucket_of(*group)?)
                .or_default() += requests;
        }

        let now = Instant::now();
        let times = by_bucket.into_iter().map(|(number, requests)| {
            let bucket = state.buckets.get(number)?;
            bucket.estimate_time(u32::try_from(requests).ok()?, now)
        });
        times
            .collect::<Option<Vec<Duration>>>()?
            .into_iter()
            .max()
    }

    /// What the last answer to a request of the group said of the limits.
    pub(super) fn reading(&self, group: Group) -> Option<Reading> {
        self.state().readings.get(&group).copied()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Also after a panic of somebody else: each answer sets right what is
        // wrong in it.
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn admit(&mut self, group: Group, now: Instant) -> Admission {
        let number = self.bucket_of(group);
        let bucket = number
            .and_then(|number| Some((number, self.buckets.get_mut(number)?)));
        let Some((number, bucket)) = bucket else {
            return self.admit_without_bucket();
        };

        match bucket.draw_token(now) {
            Draw::Token(drawn) => Admission::Now(Some((number, drawn))),
            Draw::In(wait) => {
                // Once a run: a long one waits before nearly every request.
                if !self.is_wait_told {
                    tracing::info!(
                        "waiting for the tenant's limit of requests, from \
                         here on"
                    );
                    self.is_wait_told = true;
                }
                Admission::In(wait)
            }
        }
    }

    /// Lets a few go ahead while nothing is known, and everybody where answers
    /// tell of no limit.
    fn admit_without_bucket(&mut self) -> Admission {
        if !self.is_answered && self.scouts >= SCOUTS {
            return Admission::AfterAnAnswer;
        }

        self.scouts += 1;
        Admission::Now(None)
    }

    /// The bucket of a group; while it is not known, one that is.
    fn bucket_of(&self, group: Group) -> Option<usize> {
        let known = match group {
            Group::ClientListing => self.client_listing,
            Group::Others => self.others,
        };

        // Another group's bucket rather than none: without one, all requests of
        // the group would go out at once.
        known.or((!self.buckets.is_empty()).then_some(0))
    }

    /// The bucket that an answer to a request of the group tells of. No answer
    /// names its bucket: two of the same size are taken for one.
    fn find_or_add_bucket(
        &mut self,
        group: Group,
        reading: Reading,
        now: Instant,
    ) -> usize {
        let known = self
            .buckets
            .iter()
            .position(|bucket| bucket.limit() == reading.limit);
        let number = match known {
            // A configuration that tells of the limits means them, whatever the
            // answers say.
            _ if self.is_configured => 0,
            Some(number) => number,
            None => {
                let bucket = Bucket::seen(reading.limit, self.reserve, now);
                self.buckets.push(bucket);
                self.buckets.len() - 1
            }
        };

        match group {
            Group::ClientListing => self.client_listing = Some(number),
            Group::Others => self.others = Some(number),
        }
        number
    }

    /// Takes note that a request is not under way any more.
    fn end_request(&mut self, drawn: Option<(usize, Drawn)>) {
        match drawn.and_then(|(number, _)| self.buckets.get_mut(number)) {
            Some(bucket) => bucket.end_request(),
            None => self.scouts = self.scouts.saturating_sub(1),
        }
    }

    /// Takes in what the answer to a request of the group says.
    fn learn(
        &mut self,
        group: Group,
        reading: Reading,
        served: Served,
        drawn: Option<(usize, Drawn)>,
    ) {
        let now = Instant::now();
        self.readings.insert(group, reading);
        let number = self.find_or_add_bucket(group, reading, now);

        // What was drawn from another bucket says nothing of this one.
        let drawn = drawn
            .filter(|(from, _)| *from == number)
            .map(|(_, drawn)| drawn);
        let others = self.scouts;
        if let Some(bucket) = self.buckets.get_mut(number) {
            bucket.learn(reading, served, drawn, others, now);
        }
    }
}

impl Ticket<'_> {
    /// Gives the leave back, with what the answer says of the tenant's limits.
    pub(super) fn hand_in(mut self, reading: Option<Reading>, served: Served) {
        let mut state = self.limiter.state();
        self.is_under_way = false;
        // First, so that it is not counted among those that are still under
        // way.
        state.end_request(self.drawn);
        // Also where the answer tells of no limit: else a tenant without any
        // would be asked two things at a time for ever.
        state.is_answered = true;
        if let Some(reading) = reading {
            state.learn(self.group, reading, served, self.drawn);
        }

        drop(state);
        // All of them: one answer may tell of many tokens, and whoever is woken
        // draws for himself.
        self.limiter.changed.notify_waiters();
    }
}

/// A request that was given up is not under way any more either.
impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        if self.is_under_way {
            // Its token is not put back: the tenant may have taken one for it.
            self.limiter.state().end_request(self.drawn);
            self.limiter.changed.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests;
