use serde_json::json;

use super::*;

/// A minute past noon, UTC.
const NOON: u64 = 20_000 * 86_400 + 12 * 3600 + 60;

struct Client {
    quota: Quota,
    issued: IssuedTokens,
}

impl Client {
    fn with_quota(limits: &Value) -> Self {
        let client = json!({"token_quota": {"client_credentials": limits}});
        Self {
            quota: Quota::of(client.as_object().unwrap()).unwrap(),
            issued: IssuedTokens::default(),
        }
    }

    fn take_token(&self, now: u64) -> Result<Usage, Exceeded> {
        self.issued
            .count_token("c", &self.quota, now)
    }
}

#[test]
fn what_is_left_is_said_for_hour_and_day() {
    let client = Client::with_quota(&json!({"per_hour": 10, "per_day": 50}));
    client.take_token(NOON).unwrap();
    client.take_token(NOON).unwrap();

    for (now, left) in [
        (
            NOON,
            "b=per_hour;q=10;r=7;t=3540,b=per_day;q=50;r=47;t=43140",
        ),
        (
            NOON + 3540,
            "b=per_hour;q=10;r=9;t=3600,b=per_day;q=50;r=46;t=39600",
        ),
        (
            NOON + 43_140,
            "b=per_hour;q=10;r=9;t=3600,b=per_day;q=50;r=49;t=86400",
        ),
    ] {
        assert_eq!(
            client
                .take_token(now)
                .unwrap()
                .to_string(),
            left
        );
    }
}

#[test]
fn past_the_quota_a_client_waits_for_the_longest() {
    let client = Client::with_quota(&json!({"per_hour": 1, "per_day": 2}));
    client.take_token(NOON).unwrap();
    let exceeded = client.take_token(NOON).unwrap_err();
    assert_eq!(exceeded.limit, 1);
    assert_eq!(exceeded.reset, 3540);
    assert_eq!(exceeded.reset_at, NOON + 3540);

    let other = client
        .issued
        .count_token("other", &client.quota, NOON);
    assert!(other.is_ok(), "each client has its own count");

    client.take_token(NOON + 3540).unwrap();
    let exceeded = client
        .take_token(NOON + 3540)
        .unwrap_err();
    assert_eq!(exceeded.limit, 2);
    assert_eq!(exceeded.reset, 39_600);
}

#[test]
fn an_hour_that_comes_again_has_no_more_than_it_had() {
    let client = Client::with_quota(&json!({"per_hour": 1}));
    client.take_token(NOON).unwrap();
    client
        .take_token(NOON + 86_400)
        .unwrap();
    client.take_token(NOON).unwrap_err();

    // An hour in which nothing was taken is whole,
    // though it lies before others.
    client.take_token(NOON - 3600).unwrap();
}

#[test]
fn a_quota_that_is_not_enforced_only_counts() {
    let client = Client::with_quota(&json!({"per_day": 1, "enforce": false}));
    for _ in 0..3 {
        let usage = client.take_token(NOON).unwrap();
        assert_eq!(usage.to_string(), "b=per_day;q=1;r=0;t=43140");
    }
}
