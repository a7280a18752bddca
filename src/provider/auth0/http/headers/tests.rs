use super::*;

fn parse_headers(lines: &[(&str, &str)]) -> HeaderMap {
    let parse = |(name, value): &(&str, &str)| {
        (
            HeaderName::try_from(*name).unwrap(),
            value.parse().unwrap(),
        )
    };
    lines.iter().map(parse).collect()
}

/// Ten seconds after the beginning of 1970.
const THEN: (&str, &str) = ("date", "Thu, 01 Jan 1970 00:00:10 GMT");

fn seconds_to_wait(lines: &[(&str, &str)]) -> Option<u64> {
    read_wait(&parse_headers(lines)).map(|wait| wait.as_secs())
}

#[test]
fn a_reset_counts_from_the_answers_own_date() {
    let reset = ("x-ratelimit-reset", "12");
    let past = ("x-ratelimit-reset", "9");
    let retry_after = ("retry-after", "7");
    let retry_at = ("retry-after", "Fri, 31 Dec 1999");

    assert_eq!(seconds_to_wait(&[THEN, reset]), Some(2));
    assert_eq!(seconds_to_wait(&[THEN, past]), Some(0));
    assert_eq!(seconds_to_wait(&[reset]), None, "whose clock?");
    assert_eq!(
        seconds_to_wait(&[THEN, reset, retry_after]),
        Some(7)
    );
    assert_eq!(seconds_to_wait(&[retry_at]), None);
}

fn server_seconds(lines: &[(&str, &str)]) -> Option<u64> {
    let told = read_server_time(&parse_headers(lines))?;
    let told = told
        .duration_since(SystemTime::UNIX_EPOCH)
        .ok()?;
    Some(told.as_secs())
}

#[test]
fn an_answer_that_was_kept_is_as_old_as_it_says() {
    let too_old = ("age", "18446744073709551615");

    assert_eq!(server_seconds(&[THEN]), Some(10));
    assert_eq!(server_seconds(&[THEN, ("age", "7")]), Some(17));
    assert_eq!(server_seconds(&[THEN, too_old]), None);
    assert_eq!(server_seconds(&[("date", "yesterday")]), None);
}

/// How long until tokens are added, and how long to wait after a refusal.
fn waits_until(reset: &str) -> (Option<u64>, Option<u64>) {
    let lines = [
        ("x-ratelimit-limit", "10"),
        ("x-ratelimit-remaining", "0"),
        ("x-ratelimit-reset", reset),
        THEN,
    ];
    let added_in = Reading::of(&parse_headers(&lines))
        .unwrap()
        .added_in;

    (
        added_in.map(|wait| wait.as_secs()),
        seconds_to_wait(&lines),
    )
}

#[test]
fn a_reset_that_cannot_be_true_is_not_waited_for() {
    let quota = waits_until("3610");
    let milliseconds = waits_until("1700000000000");

    assert_eq!(waits_until("12"), (Some(2), Some(2)));
    assert_eq!(
        quota,
        (None, Some(3600)),
        "a quota, not a bucket"
    );
    assert_eq!(milliseconds, (None, None), "milliseconds");
    assert_eq!(waits_until(&u64::MAX.to_string()), (None, None));
}

fn read_limits(limit: &str, remaining: &str) -> Option<(u32, u32)> {
    let headers = parse_headers(&[
        ("x-ratelimit-limit", limit),
        ("x-ratelimit-remaining", remaining),
    ]);
    Reading::of(&headers).map(|reading| (reading.limit, reading.remaining))
}

#[test]
fn a_reading_takes_a_limit_and_a_remainder_that_fit() {
    assert_eq!(read_limits("10", "7"), Some((10, 7)));
    assert_eq!(read_limits("10", "70"), Some((10, 10)));

    let too_large = [
        ("4294967295", "4294967295"),
        ("99999999999", "1"),
    ];
    let wrong = [("0", "0"), ("", "1"), ("10", "-1")];
    for (limit, remaining) in too_large.into_iter().chain(wrong) {
        assert_eq!(
            read_limits(limit, remaining),
            None,
            "{limit} {remaining}"
        );
    }
    assert_eq!(Reading::of(&parse_headers(&[THEN])), None);
}
