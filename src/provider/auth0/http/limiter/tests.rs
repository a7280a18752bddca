//! How a run fares against a bucket that is as a tenant's.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{StreamExt as _, stream};
use tokio::time::sleep;

use super::*;

/// A tenant's bucket, as the tenant itself knows it.
struct RealBucket {
    burst: u32,
    rate: f64,
    /// So many tokens, at that time.
    state: Mutex<(f64, Instant)>,
    refused: AtomicUsize,
}

impl RealBucket {
    fn new(burst: u32, rate: f64) -> Arc<Self> {
        let full = (f64::from(burst), Instant::now());

        Arc::new(Self {
            burst,
            rate,
            state: Mutex::new(full),
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
        let filled = tokens + self.rate * (now - at).as_secs_f64();
        let there = filled.min(self.burst.into());

        let (tokens, served) = if there >= 1.0 {
            (there - 1.0, Served::Yes)
        } else {
            self.refused
                .fetch_add(1, Ordering::SeqCst);
            (there, Served::No)
        };
        *state = (tokens, now);

        let added_in = (1.0 - tokens.fract()) / self.rate;
        let reading = Reading {
            limit: self.burst,
            remaining: tokens as u32,
            added_in: Some(Duration::from_secs(added_in.ceil() as u64)),
        };
        (reading, served)
    }

    fn count_refused(&self) -> usize {
        self.refused.load(Ordering::SeqCst)
    }
}

/// Makes one request, and hands in what was said.
async fn make_request(number: usize, bucket: &RealBucket, limiter: &Limiter) {
    let ticket = limiter.admit(Group::Others).await;

    // Answers come in any order, at most 0.6 s later.
    let latency =
        Duration::from_millis(25) * u32::try_from(number * 7 % 13).unwrap();
    sleep(latency).await;
    let (reading, served) = bucket.ask();
    sleep(latency).await;

    ticket.hand_in(Some(reading), served);
}

/// How long so many requests took, in seconds.
async fn race(
    bucket: &RealBucket,
    limiter: &Limiter,
    requests: usize,
    side_by_side: usize,
) -> f64 {
    let start = Instant::now();

    stream::iter(
        (0..requests).map(|number| make_request(number, bucket, limiter)),
    )
    .for_each_concurrent(side_by_side, |request| request)
    .await;

    start.elapsed().as_secs_f64()
}

/// The burst and the pace of each plan.
const PLANS: [(u32, f64); 6] = [
    (2, 2.0),
    (5, 1.667),
    (10, 2.5),
    (10, 2.0),
    (50, 16.0),
    (20, 20.0),
];

#[tokio::test(start_paused = true)]
async fn under_every_plan_the_wall_is_not_met_and_no_time_is_lost() {
    for (burst, rate) in PLANS {
        let configured = format!("{burst}/{rate}")
            .parse()
            .unwrap();
        for limit in [None, Some(configured)] {
            let bucket = RealBucket::new(burst, rate);
            let limiter = Limiter::new(limit, Reserve::default());

            let seconds = race(&bucket, &limiter, 300, 8).await;

            let refused = bucket.count_refused();
            let least = (300.0 - f64::from(burst)) / rate;
            let story = format!(
                "{burst}/{rate} {limit:?}: {seconds} of {least}, {refused}"
            );
            assert!(refused <= 1, "{story}");
            assert!(seconds <= least * 1.1 + 0.6, "{story}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_reserved_is_left_to_others() {
    let bucket = RealBucket::new(10, 2.0);
    let limiter = Limiter::new(None, Reserve::default());
    let others = async {
        loop {
            sleep(Duration::from_secs(3)).await;
            let (reading, served) = bucket.ask();
            assert_eq!(served, Served::Yes, "{reading:?}");
        }
    };

    tokio::select! {
        _ = race(&bucket, &limiter, 100, 8) => assert_eq!(bucket.count_refused(), 0),
        () = others => {}
    }
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_fills_its_bucket_slowly_is_not_pressed() {
    let bucket = RealBucket::new(4, 0.1);
    let limiter = Limiter::new(None, Reserve::default());

    let seconds = race(&bucket, &limiter, 10, 8).await;

    let refused = bucket.count_refused();
    assert!(refused <= 3, "{refused}");
    assert!(seconds <= 80.0, "{seconds}");
}

#[tokio::test(start_paused = true)]
async fn before_the_first_answer_only_two_go_ahead_and_without_limits_all_do() {
    let limiter = Limiter::new(None, Reserve::default());
    let admit_another = || {
        timeout(
            Duration::from_hours(1),
            limiter.admit(Group::Others),
        )
    };

    let first = limiter.admit(Group::Others).await;
    let second = limiter
        .admit(Group::ClientListing)
        .await;
    assert!(admit_another().await.is_err());

    // One that is given up makes room for another.
    drop(second);
    let second = admit_another().await.unwrap();

    first.hand_in(None, Served::Yes);
    let tickets: Vec<_> = stream::iter(0..100)
        .then(|_| admit_another())
        .collect()
        .await;
    assert!(tickets.iter().all(Result::is_ok));
    second.hand_in(None, Served::Yes);
}

/// Makes a request of a group that is answered at once.
async fn answer(limiter: &Limiter, group: Group, limit: u32, remaining: u32) {
    let reading = Reading {
        limit,
        remaining,
        added_in: None,
    };

    let ticket = limiter.admit(group).await;
    ticket.hand_in(Some(reading), Served::Yes);
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_its_own_slows_nothing_else() {
    let limiter = Limiter::new(None, Reserve::NONE);
    answer(&limiter, Group::ClientListing, 5, 0).await;
    sleep(Duration::from_secs(1)).await;
    answer(&limiter, Group::Others, 10, 9).await;

    let start = Instant::now();
    for remaining in (0..9).rev() {
        answer(&limiter, Group::Others, 10, remaining).await;
    }

    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn the_time_of_a_run_is_what_the_bucket_lacks() {
    let configured = Limiter::new("10/2".parse().ok(), Reserve::default());
    let time_of = |limiter: &Limiter, writes| {
        limiter.estimate_time(&[(Group::Others, writes)])
    };
    let time = time_of(&configured, 153);
    assert_eq!(time, Some(Duration::from_millis(72_500)));
    assert_eq!(time_of(&configured, 8), Some(Duration::ZERO));

    let limiter = Limiter::new(None, Reserve::default());
    assert_eq!(
        time_of(&limiter, 1),
        None,
        "nothing is known yet"
    );

    answer(&limiter, Group::Others, 7, 6).await;
    let time = time_of(&limiter, 100);
    assert_eq!(time, None, "no plan has such a bucket");

    answer(&limiter, Group::Others, 10, 7).await;
    let time = time_of(&limiter, 105);
    assert_eq!(time, Some(Duration::from_secs(50)));
}

#[tokio::test(start_paused = true)]
async fn the_slowest_of_the_buckets_says_how_long_it_takes() {
    let requests = [(Group::ClientListing, 20), (Group::Others, 20)];

    let shared = Limiter::new("10/2".parse().ok(), Reserve::NONE);
    let both = shared.estimate_time(&requests);
    assert_eq!(
        both,
        Some(Duration::from_secs(15)),
        "40, of which 10 are there"
    );
    assert_eq!(
        both,
        shared.estimate_time(&[(Group::Others, 40)])
    );

    let apart = Limiter::new(None, Reserve::NONE);
    answer(&apart, Group::Others, 50, 49).await;
    answer(&apart, Group::ClientListing, 2, 1).await;
    let time = |group| apart.estimate_time(&[(group, 20)]);
    let listing = time(Group::ClientListing);
    assert!(listing > time(Group::Others), "{listing:?}");
    assert_eq!(apart.estimate_time(&requests), listing);
}

#[tokio::test(start_paused = true)]
async fn what_is_there_takes_no_time_whatever_the_pace() {
    let limiter = Limiter::new(None, Reserve::NONE);
    answer(&limiter, Group::Others, 10, 9).await;
    answer(&limiter, Group::ClientListing, 5, 4).await;

    let time = |listings| {
        limiter.estimate_time(&[
            (Group::ClientListing, listings),
            (Group::Others, 1),
        ])
    };
    assert_eq!(time(4), Some(Duration::ZERO));
    assert_eq!(time(5), None, "no plan has such a bucket");
}
