//! What a test suite asks of the emulator itself.

use grantry::emulator::{
    self, Conditions, Control, Emulator, MANAGEMENT_CLIENT_ID, Readiness,
    Settings,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::emulator::caller::{Caller, management, start, token};
use crate::helpers::plain_http::plain_http;

/// Where nothing of the tenant is served any more.
fn worst() -> Conditions {
    Conditions {
        rate_limit: "1/0.001".parse().unwrap(),
        faults: vec!["*:500".parse().unwrap()],
        ..Conditions::default()
    }
}

async fn start_controlled() -> Emulator {
    let settings = Settings {
        control: Control::On,
        clock: "+1h".parse().unwrap(),
        ..Settings::default()
    };
    emulator::start(settings).await.unwrap()
}

async fn send(
    emulator: &Emulator,
    method: Method,
    path: &str,
    body: &str,
) -> (StatusCode, Value) {
    let request =
        plain_http().request(method, format!("{}{path}", emulator.url()));
    let response = request
        .body(body.to_owned())
        .send()
        .await
        .unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    (
        status,
        serde_json::from_str(&text).unwrap_or(Value::Null),
    )
}

async fn names(caller: &Caller) -> Vec<String> {
    let clients = caller.get("/clients?fields=name").await;
    let names = clients.as_array().unwrap().iter();
    names
        .map(|client| {
            client["name"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect()
}

#[tokio::test]
async fn a_reset_goes_back_to_the_start() {
    let emulator = start_controlled().await;
    let caller = Caller::new(&emulator).await;
    caller
        .post("/clients", json!({"name": "Kept"}))
        .await;
    emulator.keep_as_start();
    let kept = names(&caller).await;

    let gone = caller
        .post("/clients", json!({"name": "Gone"}))
        .await;
    emulator.move_clock("+2h".parse().unwrap());
    emulator.change_conditions(Conditions {
        faults: vec![
            "POST /clients:500:nth=2"
                .parse()
                .unwrap(),
        ],
        ..Conditions::default()
    });
    caller
        .post("/clients", json!({"name": "Gone too"}))
        .await;
    assert_eq!(
        send(&emulator, Method::POST, "/grantry/reset", "")
            .await
            .0,
        StatusCode::NO_CONTENT
    );

    assert_eq!(emulator.requests(), []);
    assert_eq!(names(&caller).await, kept);
    let (_, clock) = send(&emulator, Method::GET, "/grantry/clock", "").await;
    assert_eq!(clock["offset"], "+3600s");

    // The token of before is good, the fault counts anew, and so do ids.
    let again = caller
        .post("/clients", json!({"name": "Gone"}))
        .await;
    assert_eq!(again["client_id"], gone["client_id"]);
    let (status, _) = caller
        .send(
            Method::POST,
            "/clients",
            Some(&json!({"name": "x"})),
        )
        .await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn a_reset_forgets_how_many_tokens_there_were() {
    let emulator = start_controlled().await;
    let caller = Caller::new(&emulator).await;
    let path = format!("/clients/{MANAGEMENT_CLIENT_ID}");
    let quota = json!({"token_quota": {"client_credentials": {"per_day": 1}}});
    caller
        .send(Method::PATCH, &path, Some(&quota))
        .await;
    emulator.keep_as_start();

    for _ in 0..2 {
        emulator.reset();
        let (status, _) =
            token(&caller.http, &caller.url, &management(None)).await;
        assert_eq!(status, StatusCode::OK);
    }
}

#[tokio::test]
async fn what_was_asked_is_told_in_order_and_without_secrets() {
    let emulator = start_controlled().await;
    let caller = Caller::new(&emulator).await;
    let wrong = format!("/clients?client_id={}", caller.token);
    caller
        .send(Method::GET, &wrong, None)
        .await;
    send(&emulator, Method::GET, "/nothing", "").await;

    let (status, body) =
        send(&emulator, Method::GET, "/grantry/requests", "").await;
    assert_eq!(status, StatusCode::OK);
    let asked = |method, path, status, client| json!({"method": method, "path": path, "status": status, "client_id": client});
    let client = Some(MANAGEMENT_CLIENT_ID);
    assert_eq!(
        body["requests"],
        json!([
            asked("POST", "/oauth/token", 200, client),
            asked(
                "GET",
                "/api/v2/clients?client_id=…",
                400,
                client
            ),
            asked("GET", "/nothing", 404, None),
        ])
    );

    send(
        &emulator,
        Method::DELETE,
        "/grantry/requests",
        "",
    )
    .await;
    let (_, body) = send(&emulator, Method::GET, "/grantry/requests", "").await;
    assert_eq!(body, json!({"requests": []}));
}

#[tokio::test]
async fn the_clock_is_put_and_what_is_no_offset_is_explained() {
    let emulator = start_controlled().await;
    let put = async |body: &str| {
        send(&emulator, Method::POST, "/grantry/clock", body).await
    };
    let (status, clock) = put(r#"{"offset": "-2d"}"#).await;
    assert_eq!(
        (status, &clock["offset"]),
        (StatusCode::OK, &json!("-172800s"))
    );
    assert!(
        clock["now"]
            .as_str()
            .unwrap()
            .ends_with('Z'),
        "{clock}"
    );

    for (body, expected) in [
        (r#"{"offset": "2h"}"#, "did you mean `+2h`?"),
        (
            r#"{"ofset": "+2h"}"#,
            r#"say {"offset": "+2h"}"#,
        ),
        ("", r#"say {"offset": "+2h"}"#),
    ] {
        let (status, refusal) = put(body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        let message = refusal["message"].as_str().unwrap();
        assert!(message.ends_with(expected), "{message}");
    }
    let (_, clock) = send(&emulator, Method::GET, "/grantry/clock", "").await;
    assert_eq!(clock["offset"], "-172800s");
}

#[tokio::test]
async fn nothing_of_it_is_there_unless_asked_for() {
    let emulator = start(grantry::emulator::Transport::Plain, None).await;
    for (method, path) in [
        (Method::POST, "/grantry/reset"),
        (Method::GET, "/grantry/requests"),
        (Method::POST, "/grantry/clock"),
    ] {
        let (status, body) = send(&emulator, method, path, "").await;
        assert_eq!(
            body,
            json!({
                "statusCode": 404,
                "error": "Not Found",
                "message": "Not Found. It is served by: grantry emulator --control"
            })
        );
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn no_condition_is_in_the_way_and_no_stranger_gets_in() {
    let emulator = start_controlled().await;
    emulator.change_conditions(worst());
    for path in ["/health", "/grantry/clock"] {
        for _ in 0..3 {
            assert_eq!(
                send(&emulator, Method::GET, path, "")
                    .await
                    .0,
                StatusCode::OK
            );
        }
    }
    assert_eq!(emulator.requests(), []);

    let as_stranger = async |path: &str| {
        let request = plain_http().get(format!("{}{path}", emulator.url()));
        let response = request
            .header("host", "evil.example")
            .send();
        response.await.unwrap().status()
    };
    assert_eq!(as_stranger("/health").await, StatusCode::OK);
    assert_eq!(
        as_stranger("/grantry/clock").await,
        StatusCode::MISDIRECTED_REQUEST
    );
}

/// A service that waits for it finds the whole tenant, and a suite goes back to
/// no half of one.
#[tokio::test]
async fn nobody_begins_before_the_tenant_is_filled() {
    let settings = Settings {
        control: Control::On,
        readiness: Readiness::OnceBegun,
        ..Settings::default()
    };
    let emulator = emulator::start(settings).await.unwrap();
    let caller = Caller::new(&emulator).await;
    let change = json!({"token_quota": {"client_credentials": {"per_day": 1}}});
    let own = format!("/clients/{MANAGEMENT_CLIENT_ID}");
    caller
        .send(Method::PATCH, &own, Some(&change))
        .await;
    Caller::new(&emulator).await;
    for (method, path) in [
        (Method::GET, "/health"),
        (Method::POST, "/grantry/reset"),
    ] {
        let (status, body) = send(&emulator, method, path, "").await;
        assert_eq!(
            status,
            StatusCode::SERVICE_UNAVAILABLE,
            "{path}"
        );
        assert_eq!(body["message"], "The tenant is being filled.");
    }

    emulator.begin(Conditions {
        faults: vec![
            "GET /organizations:500"
                .parse()
                .unwrap(),
        ],
        ..Conditions::default()
    });
    assert_eq!(emulator.requests(), []);
    let (healthy, _) = send(&emulator, Method::GET, "/health", "").await;
    assert_eq!(healthy, StatusCode::OK);
    // Neither an entry of the log nor a token of its quota
    // was used for the filling.
    assert_eq!(caller.get("/logs").await, json!([]));
    Caller::new(&emulator).await;
    let (failed, _) = caller
        .send(Method::GET, "/organizations", None)
        .await;
    assert_eq!(failed, StatusCode::INTERNAL_SERVER_ERROR);

    emulator.reset();
    assert_eq!(caller.get("/logs").await, json!([]));
    let kept = caller.get(&own).await;
    assert_eq!(kept["token_quota"], change["token_quota"]);
}

#[tokio::test]
async fn a_page_in_a_browser_controls_nothing() {
    let emulator = start_controlled().await;
    let reset_from = async |header: &str, value: &str| {
        let request =
            plain_http().post(format!("{}/grantry/reset", emulator.url()));
        let response = request
            .header(header, value)
            .send()
            .await
            .unwrap();
        response.status()
    };
    for (header, value, expected) in [
        (
            "origin",
            "https://evil.example",
            StatusCode::FORBIDDEN,
        ),
        ("origin", "null", StatusCode::FORBIDDEN),
        (
            "sec-fetch-site",
            "cross-site",
            StatusCode::FORBIDDEN,
        ),
        (
            "sec-fetch-site",
            "same-site",
            StatusCode::FORBIDDEN,
        ),
        (
            "sec-fetch-site",
            "same-origin",
            StatusCode::NO_CONTENT,
        ),
        ("sec-fetch-site", "none", StatusCode::NO_CONTENT),
    ] {
        assert_eq!(
            reset_from(header, value).await,
            expected,
            "{value}"
        );
    }
}

#[tokio::test]
async fn a_reset_goes_to_the_clock_that_was_kept() {
    let emulator = start_controlled().await;
    let offset = async || {
        let (_, clock) =
            send(&emulator, Method::GET, "/grantry/clock", "").await;
        clock["offset"].clone()
    };
    emulator.move_clock("+2h".parse().unwrap());
    emulator.reset();
    assert_eq!(offset().await, "+3600s");

    emulator.move_clock("+2h".parse().unwrap());
    emulator.keep_as_start();
    emulator.move_clock("+3h".parse().unwrap());
    emulator.reset();
    assert_eq!(offset().await, "+7200s");
}
