use tokio::time::advance;

use super::*;

fn management(method: Method, path: &str) -> RequestLine {
    RequestLine {
        method,
        endpoint: Endpoint::Management(path.to_owned()),
    }
}

fn token() -> RequestLine {
    RequestLine {
        method: Method::POST,
        endpoint: Endpoint::Token,
    }
}

/// How many of the requests are admitted at once.
fn count_burst(limiter: &mut Limiter, line: &RequestLine) -> usize {
    let now = Instant::now();
    (0..1000)
        .map(|_| limiter.admit(line, now))
        .take_while(|ticket| {
            ticket.is_none_or(|ticket| ticket.admission == Admission::Admitted)
        })
        .count()
}

#[tokio::test(start_paused = true)]
async fn each_plan_has_its_bursts() {
    let clients = management(Method::GET, "/clients");
    let others = management(Method::POST, "/clients");
    let discovery = RequestLine {
        method: Method::GET,
        endpoint: Endpoint::Other,
    };

    for (limit, expected) in [
        (RateLimit::None, [1000, 1000, 1000]),
        (RateLimit::Free, [2, 0, 30]),
        (RateLimit::Essentials, [5, 10, 25]),
        (RateLimit::Enterprise, [50, 0, 100]),
        ("10/2".parse().unwrap(), [10, 0, 1000]),
    ] {
        let mut limiter = Limiter::new(limit, Instant::now());
        let seen = [&clients, &others, &token()]
            .map(|line| count_burst(&mut limiter, line));
        assert_eq!(seen, expected, "{limit:?}");
        assert_eq!(
            count_burst(&mut limiter, &discovery),
            1000,
            "{limit:?}"
        );
    }
}

/// Of the free plan's token endpoint, 30 a second are refused by the 300 of the
/// whole in time.
#[tokio::test(start_paused = true)]
async fn the_wider_limit_counts_too() {
    let mut limiter = Limiter::new(RateLimit::Free, Instant::now());
    let mut admitted = 0;
    for _ in 0..20 {
        admitted += count_burst(&mut limiter, &token());
        advance(Duration::from_secs(1)).await;
    }
    assert!((300..=400).contains(&admitted), "{admitted}");
}

fn ticket(admission: Admission, remaining: u32, next_in: u64) -> Ticket {
    Ticket {
        admission,
        limit: 3,
        remaining,
        next_in: Duration::from_millis(next_in),
    }
}

#[tokio::test(start_paused = true)]
async fn a_burst_empties_the_bucket_and_time_fills_it() {
    let every = Duration::from_millis(400);
    let allowance = Allowance {
        burst: 3,
        every,
    };
    let mut bucket = Bucket::new_full(Some(allowance), Instant::now()).unwrap();
    let mut take = || bucket.take_token(Instant::now());

    assert_eq!(take(), ticket(Admission::Admitted, 2, 400));
    advance(Duration::from_millis(100)).await;
    assert_eq!(take(), ticket(Admission::Admitted, 1, 300));
    assert_eq!(take(), ticket(Admission::Admitted, 0, 300));
    assert_eq!(take(), ticket(Admission::Refused, 0, 300));

    advance(Duration::from_millis(299)).await;
    assert_eq!(take(), ticket(Admission::Refused, 0, 1));
    advance(Duration::from_millis(1)).await;
    assert_eq!(take(), ticket(Admission::Admitted, 0, 400));

    advance(Duration::from_mins(1)).await;
    let full = ticket(Admission::Admitted, 2, 400);
    assert_eq!(take(), full, "no more than it holds");
}

#[test]
fn waiting_for_the_second_of_the_reset_is_long_enough() {
    for (next_in, reset) in [
        (0, "100"),
        (1, "101"),
        (500, "101"),
        (501, "102"),
    ] {
        let mut headers = HeaderMap::new();
        let since_1970 = Duration::from_millis(if next_in == 0 {
            100_000
        } else {
            100_500
        });
        ticket(Admission::Refused, 0, next_in)
            .write_headers(&mut headers, since_1970);

        assert_eq!(headers[RESET], reset, "{next_in}");
        assert_eq!(headers[LIMIT], "3");
        assert_eq!(headers[REMAINING], "0");
    }
}
