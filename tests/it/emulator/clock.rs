//! A clock that is put forward and back: what goes by it, and what does not.

use std::time::{SystemTime, UNIX_EPOCH};

use grantry::emulator::{
    self, Conditions, Emulator, MANAGEMENT_CLIENT_ID, Settings, Transport,
};
use jsonwebtoken::dangerous::insecure_decode_claims;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::emulator::caller::{Caller, management, start, token};
use crate::emulator::credentials::{key_pair, public_key};

const HOUR: u64 = 60 * 60;

/// How far the two clocks of a slow test may be apart.
const SLACK: u64 = 60;

#[expect(
    clippy::disallowed_methods,
    reason = "it is compared with the clock of the emulator"
)]
fn real_time() -> u64 {
    let since_1970 = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap();
    since_1970.as_secs()
}

#[track_caller]
fn assert_about(seen: u64, expected: u64, slack: u64) {
    let range = expected.saturating_sub(slack)..=expected + slack;
    assert!(
        range.contains(&seen),
        "{seen} is not about {expected}"
    );
}

fn put(emulator: &Emulator, offset: &str) {
    emulator.move_clock(offset.parse().unwrap());
}

async fn status(caller: &Caller, path: &str) -> (StatusCode, Value) {
    caller
        .send(Method::GET, path, None)
        .await
}

#[tokio::test]
async fn tokens_begin_and_end_by_it() {
    let settings = Settings {
        clock: "+2h".parse().unwrap(),
        ..Settings::default()
    };
    let emulator = emulator::start(settings).await.unwrap();
    let caller = Caller::new(&emulator).await;
    let claims: Value = insecure_decode_claims(&caller.token).unwrap();
    assert_about(
        claims["iat"].as_u64().unwrap(),
        real_time() + 2 * HOUR,
        SLACK,
    );
    let lifetime =
        claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap();
    assert_eq!(lifetime, 24 * HOUR);

    put(&emulator, "+25h");
    assert_eq!(
        status(&caller, "/clients").await.0,
        StatusCode::OK
    );

    put(&emulator, "+26h");
    let (expired, body) = status(&caller, "/clients").await;
    assert_eq!(expired, StatusCode::UNAUTHORIZED);
    assert_eq!(
        body["message"],
        "Expired token received for JSON Web Token validation"
    );

    // Put, and not pushed: an offset is from the system's clock.
    put(&emulator, "-1h");
    assert_eq!(
        status(&caller, "/clients").await.0,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_credential_is_made_and_changed_at_its_time() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let path = format!("/clients/{MANAGEMENT_CLIENT_ID}/credentials");

    put(&emulator, "-400d");
    let made = caller
        .post(&path, public_key(&key_pair()))
        .await;

    put(&emulator, "+0s");
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    let change = json!({"expires_at": null});
    let (_, changed) = caller
        .send(Method::PATCH, &one, Some(&change))
        .await;
    assert_eq!(changed["created_at"], made["created_at"]);
    assert!(year_of(&changed["updated_at"]) > year_of(&made["created_at"]));
}

#[tokio::test]
async fn a_quota_begins_anew_in_its_next_hour() {
    let emulator = start(Transport::Plain, None).await;
    let caller = limited_to(&emulator, &json!({"per_hour": 1})).await;

    // Days, so that none of their hours is the one it is.
    for offset in ["+1d", "+2d", "+3d"] {
        put(&emulator, offset);
        let (granted, _) =
            token(&caller.http, &caller.url, &management(None)).await;
        assert_eq!(granted, StatusCode::OK, "{offset}");
    }
}

/// A caller that waits for that second has a clock that nobody moved.
#[tokio::test]
async fn when_to_ask_again_is_said_in_real_time() {
    let emulator = start(Transport::Plain, None).await;
    let caller = limited_to(&emulator, &json!({"per_day": 1})).await;
    put(&emulator, "+5d");
    ask_for_token(&caller).await;

    let of_quota = reset_of_refusal(&caller).await;
    assert_about(
        of_quota,
        real_time() + 12 * HOUR,
        12 * HOUR + SLACK,
    );

    emulator.change_conditions(Conditions {
        rate_limit: "1/1".parse().unwrap(),
        ..Conditions::default()
    });
    let listed = status(&caller, "/clients").await.0;
    assert_eq!(
        listed,
        StatusCode::UNAUTHORIZED,
        "the token is of days ago"
    );

    let of_limit = caller
        .http
        .get(format!("{}/api/v2/clients", caller.url));
    let of_limit = reset_of(&of_limit.send().await.unwrap());
    assert_about(of_limit, real_time(), SLACK);
}

/// A caller whose client gets no more tokens than that.
async fn limited_to(emulator: &Emulator, limits: &Value) -> Caller {
    let caller = Caller::new(emulator).await;
    let path = format!("/clients/{MANAGEMENT_CLIENT_ID}");
    let change = json!({"token_quota": {"client_credentials": limits}});

    let (changed, body) = caller
        .send(Method::PATCH, &path, Some(&change))
        .await;
    assert_eq!(changed, StatusCode::OK, "{body}");
    caller
}

async fn ask_for_token(caller: &Caller) -> Response {
    let request = caller
        .http
        .post(format!("{}/oauth/token", caller.url));
    request
        .form(&management(None))
        .send()
        .await
        .unwrap()
}

async fn reset_of_refusal(caller: &Caller) -> u64 {
    let response = ask_for_token(caller).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    reset_of(&response)
}

fn reset_of(response: &Response) -> u64 {
    let header = &response.headers()["x-ratelimit-reset"];
    header
        .to_str()
        .unwrap()
        .parse()
        .unwrap()
}

fn year_of(moment: &Value) -> u64 {
    moment.as_str().unwrap()[..4]
        .parse()
        .unwrap()
}
