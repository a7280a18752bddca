//! The pace of a run: all its requests draw from what is known of the tenant's buckets, and so slow
//! down before the tenant has to refuse any.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use super::bucket::{Bucket, Draw, Drawn};
use super::headers::Reading;
use super::pace::Served;
use crate::model::{RateLimit, Reserve};

/// How many requests may be under way before the first answer says anything of limits: the
/// smallest bucket of any plan holds two.
const SCOUTS: u32 = 2;

/// Which of a tenant's limits a request falls under. Some plans have one of its own for listing
/// clients; others do not, and the answers say so by naming the same limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::provider::auth0) enum Group {
    /// `GET /clients`
    ClientListing,
    /// Everything else of the Management API.
    Others,
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
    /// Whether the configuration tells of the limits; then there is one bucket only.
    is_told: bool,
    buckets: Vec<Bucket>,
    client_listing: Option<usize>,
    others: Option<usize>,
    /// What the last answer said, by group.
    readings: BTreeMap<Group, Reading>,
    /// Whether an answer has come: one without limits means that there are none.
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
enum Leave {
    Now(Option<(usize, Drawn)>),
    In(Duration),
    AfterAnAnswer,
}

impl Limiter {
    pub(super) fn new(told: Option<RateLimit>, reserve: Reserve) -> Self {
        let told = told.map(|limit| Bucket::told(limit, reserve, Instant::now()));
        let state = State {
            reserve,
            is_told: told.is_some(),
            buckets: told.into_iter().collect(),
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
            let leave = self.state().leave(group, Instant::now());
            match leave {
                Leave::Now(drawn) => {
                    return Ticket {
                        limiter: self,
                        group,
                        drawn,
                        is_under_way: true,
                    };
                }
                Leave::In(wait) => drop(timeout(wait, changed).await),
                Leave::AfterAnAnswer => changed.await,
            }
        }
    }

    /// How long so many writes take from now on, if it is known how fast the tenant lets them.
    pub(super) fn time_of(&self, requests: usize) -> Option<Duration> {
        let state = self.state();
        let bucket = state.buckets.get(state.place(Group::Others)?)?;
        bucket.time_of(u32::try_from(requests).ok()?, Instant::now())
    }

    /// What the last answer to a request of the group said of the limits.
    pub(super) fn reading(&self, group: Group) -> Option<Reading> {
        self.state().readings.get(&group).copied()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn leave(&mut self, group: Group, now: Instant) -> Leave {
        let place = self.place(group);
        let known = place.and_then(|place| Some((place, self.buckets.get_mut(place)?)));
        match known.map(|(place, bucket)| (place, bucket.draw(now))) {
            Some((place, Draw::Token(drawn))) => Leave::Now(Some((place, drawn))),
            Some((_, Draw::In(wait))) => {
                if !std::mem::replace(&mut self.is_wait_told, true) {
                    tracing::info!("waiting for the tenant's limit of requests, from here on");
                }
                Leave::In(wait)
            }
            None if !self.is_answered && self.scouts >= SCOUTS => Leave::AfterAnAnswer,
            None => {
                self.scouts += 1;
                Leave::Now(None)
            }
        }
    }

    /// The bucket of a group; while it is not known, one that is.
    fn place(&self, group: Group) -> Option<usize> {
        let known = match group {
            Group::ClientListing => self.client_listing,
            Group::Others => self.others,
        };
        known.or((!self.buckets.is_empty()).then_some(0))
    }

    /// The bucket that an answer to a request of the group tells of.
    fn told_of(&mut self, group: Group, reading: Reading, now: Instant) -> usize {
        let known = self
            .buckets
            .iter()
            .position(|bucket| bucket.limit() == reading.limit);
        let place = match known {
            _ if self.is_told => 0,
            Some(place) => place,
            None => {
                self.buckets
                    .push(Bucket::seen(reading.limit, self.reserve, now));
                self.buckets.len() - 1
            }
        };
        match group {
            Group::ClientListing => self.client_listing = Some(place),
            Group::Others => self.others = Some(place),
        }
        place
    }

    fn ended(&mut self, drawn: Option<(usize, Drawn)>) {
        match drawn.and_then(|(place, _)| self.buckets.get_mut(place)) {
            Some(bucket) => bucket.ended(),
            None => self.scouts = self.scouts.saturating_sub(1),
        }
    }
}

impl Ticket<'_> {
    /// Takes in what the answer says of the tenant's limits.
    pub(super) fn answered(mut self, reading: Option<Reading>, served: Served) {
        let (limiter, now) = (self.limiter, Instant::now());
        let mut state = limiter.state();
        self.is_under_way = false;
        state.ended(self.drawn);
        state.is_answered = true;
        if let Some(reading) = reading {
            state.readings.insert(self.group, reading);
            let place = state.told_of(self.group, reading, now);
            let drawn = self
                .drawn
                .filter(|(from, _)| *from == place)
                .map(|(_, drawn)| drawn);
            let others = state.scouts;
            if let Some(bucket) = state.buckets.get_mut(place) {
                bucket.learn(reading, served, drawn, others, now);
            }
        }
        drop(state);
        limiter.changed.notify_waiters();
    }
}

/// A request that was given up is not under way any more either.
impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        if self.is_under_way {
            self.limiter.state().ended(self.drawn);
            self.limiter.changed.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::{StreamExt as _, stream};
    use tokio::time::sleep;

    use super::*;

    /// A tenant's bucket, as the tenant itself knows it.
    struct Truth {
        burst: u32,
        rate: f64,
        state: Mutex<(f64, Instant)>,
        refused: AtomicUsize,
    }

    impl Truth {
        fn new(burst: u32, rate: f64) -> Arc<Self> {
            let state = Mutex::new((f64::from(burst), Instant::now()));
            Arc::new(Self {
                burst,
                rate,
                state,
                refused: AtomicUsize::new(0),
            })
        }

        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few tokens"
        )]
        fn ask(&self) -> (Reading, Served) {
            let mut state = self.state.lock().unwrap();
            let now = Instant::now();
            let (tokens, at) = *state;
            let tokens = (tokens + self.rate * (now - at).as_secs_f64()).min(self.burst.into());
            let (tokens, served) = if tokens >= 1.0 {
                (tokens - 1.0, Served::Yes)
            } else {
                (tokens, Served::No)
            };
            *state = (tokens, now);
            self.refused
                .fetch_add(usize::from(served == Served::No), Ordering::SeqCst);
            let added_in = (1.0 - tokens.fract()) / self.rate;
            let added_in = Duration::from_secs(added_in.ceil() as u64);
            let reading = Reading {
                limit: self.burst,
                remaining: tokens as u32,
                added_in: Some(added_in),
            };
            (reading, served)
        }
    }

    /// How long so many requests took in seconds, and how many of them were refused.
    async fn race(
        truth: &Arc<Truth>,
        limiter: &Limiter,
        requests: usize,
        side_by_side: usize,
    ) -> (f64, usize) {
        let start = Instant::now();
        let one = |number: usize| async move {
            let ticket = limiter.admit(Group::Others).await;
            // Answers come in any order, at most 0.6 s later.
            let latency = Duration::from_millis(25) * u32::try_from(number * 7 % 13).unwrap();
            sleep(latency).await;
            let (reading, served) = truth.ask();
            sleep(latency).await;
            ticket.answered(Some(reading), served);
        };
        stream::iter((0..requests).map(one))
            .for_each_concurrent(side_by_side, |one| one)
            .await;
        (
            start.elapsed().as_secs_f64(),
            truth.refused.load(Ordering::SeqCst),
        )
    }

    #[tokio::test(start_paused = true)]
    async fn under_every_plan_the_wall_is_not_met_and_no_time_is_lost() {
        for (burst, rate) in [
            (2, 2.0),
            (5, 1.667),
            (10, 2.5),
            (10, 2.0),
            (50, 16.0),
            (20, 20.0),
        ] {
            for told in [None, Some(format!("{burst}/{rate}").parse().unwrap())] {
                let (truth, limiter) = (
                    Truth::new(burst, rate),
                    Limiter::new(told, Reserve::default()),
                );
                let (seconds, refused) = race(&truth, &limiter, 300, 8).await;
                let least = (300.0 - f64::from(burst)) / rate;
                let story = format!("{burst}/{rate} {told:?}: {seconds} of {least}, {refused}");
                assert!(refused <= 1, "{story}");
                assert!(seconds <= least * 1.1 + 0.6, "{story}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_reserved_is_left_to_others() {
        let truth = Truth::new(10, 2.0);
        let limiter = Limiter::new(None, Reserve::default());
        let others = async {
            loop {
                sleep(Duration::from_secs(3)).await;
                let (reading, served) = truth.ask();
                assert_eq!(served, Served::Yes, "{reading:?}");
            }
        };
        tokio::select! {
            (_, refused) = race(&truth, &limiter, 100, 8) => assert_eq!(refused, 0),
            () = others => {}
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_tenant_that_fills_its_bucket_slowly_is_not_pressed() {
        let truth = Truth::new(4, 0.1);
        let limiter = Limiter::new(None, Reserve::default());
        let (seconds, refused) = race(&truth, &limiter, 10, 8).await;
        assert!(refused <= 3, "{refused}");
        assert!(seconds <= 80.0, "{seconds}");
    }

    #[tokio::test(start_paused = true)]
    async fn before_the_first_answer_only_two_go_ahead_and_without_limits_all_do() {
        let limiter = Limiter::new(None, Reserve::default());
        let first = limiter.admit(Group::Others).await;
        let second = limiter.admit(Group::ClientListing).await;
        let third = || timeout(Duration::from_hours(1), limiter.admit(Group::Others));
        assert!(third().await.is_err());
        // One that is given up makes room for another.
        drop(second);
        let second = third().await.unwrap();
        first.answered(None, Served::Yes);
        let tickets = stream::iter(0..100)
            .then(|_| third())
            .collect::<Vec<_>>()
            .await;
        assert!(tickets.iter().all(Result::is_ok));
        second.answered(None, Served::Yes);
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_of_its_own_slows_nothing_else() {
        let limiter = Limiter::new(None, Reserve::NONE);
        let reading = |limit, remaining| Reading {
            limit,
            remaining,
            added_in: None,
        };
        let listing = limiter.admit(Group::ClientListing).await;
        listing.answered(Some(reading(5, 0)), Served::Yes);
        tokio::time::sleep(Duration::from_secs(1)).await;
        limiter
            .admit(Group::Others)
            .await
            .answered(Some(reading(10, 9)), Served::Yes);
        let start = Instant::now();
        for remaining in (0..9).rev() {
            let ticket = limiter.admit(Group::Others).await;
            ticket.answered(Some(reading(10, remaining)), Served::Yes);
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_of_a_run_is_what_the_bucket_lacks() {
        let told = Limiter::new("10/2".parse().ok(), Reserve::default());
        assert_eq!(told.time_of(153), Some(Duration::from_millis(72_500)));
        assert_eq!(told.time_of(8), Some(Duration::ZERO));
        let limiter = Limiter::new(None, Reserve::default());
        assert_eq!(limiter.time_of(1), None, "nothing is known yet");
        let answered = async |limit, remaining| {
            let reading = Reading {
                limit,
                remaining,
                added_in: None,
            };
            limiter
                .admit(Group::Others)
                .await
                .answered(Some(reading), Served::Yes);
        };
        answered(7, 6).await;
        assert_eq!(limiter.time_of(100), None, "no plan has such a bucket");
        answered(10, 7).await;
        assert_eq!(limiter.time_of(105), Some(Duration::from_secs(50)));
    }
}
