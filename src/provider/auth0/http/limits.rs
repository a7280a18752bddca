//! What is known of a tenant's limits, and of the requests that are under way.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::bucket::{Bucket, Draw, Drawn};
use super::group::Group;
use super::headers::Reading;
use super::pace::Served;
use crate::model::{RateLimit, Reserve};

/// How many requests may be under way before the first answer says anything of
/// limits: the smallest bucket of any plan holds two.
const SCOUTS: u32 = 2;

#[derive(Debug)]
pub(super) struct Limits {
    reserve: Reserve,
    /// Whether the configuration tells of the limits; then
    /// there is one bucket only.
    is_configured: bool,
    buckets: Vec<Bucket>,
    /// Which bucket listing clients draws from, once an answer has said so.
    client_listing: Option<usize>,
    /// Which bucket everything else draws from.
    others: Option<usize>,
    /// What the last answer said, by group.
    readings: BTreeMap<Group, Reading>,
    /// Whether an answer has come: one without limits
    /// means that there are none.
    is_answered: bool,
    /// How many requests drew from no bucket and are under way.
    scouts: u32,
    /// Whether it was said that requests have to wait.
    is_wait_told: bool,
}

/// Whether a request may be made.
pub(super) enum Admission {
    Now(Option<(usize, Drawn)>),
    In(Duration),
    AfterAnAnswer,
}

impl Limits {
    pub(super) fn new(configured: Option<RateLimit>, reserve: Reserve) -> Self {
        let bucket = configured
            .map(|limit| Bucket::configured(limit, reserve, Instant::now()));

        Self {
            reserve,
            is_configured: bucket.is_some(),
            buckets: bucket.into_iter().collect(),
            client_listing: None,
            others: None,
            readings: BTreeMap::new(),
            is_answered: false,
            scouts: 0,
            is_wait_told: false,
        }
    }

    /// How long so many requests of each group take from now on, if it is known
    /// how fast the tenant lets them. Buckets fill side by side, so it is as
    /// long as the slowest of them takes.
    pub(super) fn estimate_time(
        &self,
        requests: &[(Group, usize)],
    ) -> Option<Duration> {
        let mut by_bucket: BTreeMap<usize, usize> = BTreeMap::new();
        for (group, requests) in requests {
            // Groups may share a bucket, and draw from it one after the other.
            let bucket = self.bucket_of(*group)?;
            *by_bucket.entry(bucket).or_default() += requests;
        }

        let now = Instant::now();
        let times = by_bucket
            .into_iter()
            .map(|(number, requests)| {
                let bucket = self.buckets.get(number)?;
                bucket.estimate_time(u32::try_from(requests).ok()?, now)
            });
        let times = times.collect::<Option<Vec<Duration>>>()?;
        times.into_iter().max()
    }

    /// What the last answer to a request of the group said of the limits.
    pub(super) fn reading(&self, group: Group) -> Option<Reading> {
        self.readings.get(&group).copied()
    }

    pub(super) fn admit(&mut self, group: Group, now: Instant) -> Admission {
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
    pub(super) fn end_request(&mut self, drawn: Option<(usize, Drawn)>) {
        match drawn.and_then(|(number, _)| self.buckets.get_mut(number)) {
            Some(bucket) => bucket.end_request(),
            None => self.scouts = self.scouts.saturating_sub(1),
        }
    }

    /// Takes note that a request was answered, and of what that says.
    pub(super) fn take_answer(
        &mut self,
        group: Group,
        reading: Option<Reading>,
        served: Served,
        drawn: Option<(usize, Drawn)>,
    ) {
        // First, so that it is not counted among those
        // that are still under way.
        self.end_request(drawn);
        // Also where the answer tells of no limit: else a tenant without any
        // would be asked two things at a time for ever.
        self.is_answered = true;
        if let Some(reading) = reading {
            self.learn(group, reading, served, drawn);
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
