//! Limits, delays and faults: what a caller sees, and
//! what the tenant holds after.

use grantry::emulator::{Conditions, Emulator, Transport};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::emulator::caller::{Caller, management, start};

/// An emulator under these conditions, and a caller who got its token before.
async fn under(conditions: Conditions) -> (Emulator, Caller) {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    emulator.change_conditions(conditions);
    (emulator, caller)
}

fn faults(specs: &[&str]) -> Conditions {
    let faults = specs
        .iter()
        .map(|spec| spec.parse().unwrap())
        .collect();
    Conditions {
        faults,
        ..Conditions::default()
    }
}

async fn create(caller: &Caller, name: &str) -> reqwest::Result<Response> {
    let request = caller
        .http
        .post(format!("{}/api/v2/clients", caller.url));
    request
        .bearer_auth(&caller.token)
        .json(&json!({"name": name}))
        .send()
        .await
}

async fn get(caller: &Caller, path: &str) -> Response {
    let request = caller
        .http
        .get(format!("{}/api/v2{path}", caller.url));
    request
        .bearer_auth(&caller.token)
        .send()
        .await
        .unwrap()
}

/// The names of the clients that callers made, once the sky is clear.
async fn made(emulator: &Emulator, caller: &Caller) -> Vec<String> {
    emulator.change_conditions(Conditions::default());
    let clients = caller
        .get("/clients?is_global=false&fields=name")
        .await;
    let names = clients
        .as_array()
        .unwrap()
        .iter()
        .skip(1);
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
async fn a_status_comes_before_the_deed_or_after_it() {
    for (kind, status, held) in [
        ("500", 500, vec![]),
        ("503", 503, vec![]),
        ("commit-then-429", 429, vec!["A"]),
        ("commit-then-500", 500, vec!["A"]),
        ("commit-then-502", 502, vec!["A"]),
    ] {
        let (emulator, caller) =
            under(faults(&[&format!("POST /clients:{kind}")])).await;
        let response = create(&caller, "A").await.unwrap();
        assert_eq!(response.status(), status, "{kind}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["statusCode"], status, "{kind}");
        assert_eq!(made(&emulator, &caller).await, held, "{kind}");
        emulator.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_reset_is_no_answer_before_the_deed_or_after_it() {
    for (kind, held) in [
        ("reset", vec![]),
        ("commit-then-reset", vec!["A"]),
    ] {
        let (emulator, caller) =
            under(faults(&[&format!("POST /clients:{kind}")])).await;
        let error = create(&caller, "A").await.unwrap_err();
        assert_eq!(
            (error.status(), error.is_request()),
            (None, true),
            "{kind}: {error:?}"
        );
        assert_eq!(made(&emulator, &caller).await, held, "{kind}");
        let seen: Vec<_> = emulator
            .requests()
            .into_iter()
            .filter(|request| request.path == "/api/v2/clients")
            .map(|request| request.status)
            .collect();
        assert_eq!(
            seen,
            [None],
            "{kind}: asked once, and never answered"
        );
        emulator.stop().await.unwrap();
    }
}

/// Over HTTP/2 the connection has other requests on it, and only this one goes
/// without an answer.
#[tokio::test]
async fn a_reset_over_http_2_is_no_answer_either() {
    let emulator = crate::emulator::caller::start(Transport::Tls, None).await;
    let authority = std::fs::read(&emulator.environment()[4].1).unwrap();
    let authority = reqwest::Certificate::from_pem(&authority).unwrap();
    let http = Client::builder()
        .tls_certs_only([authority])
        .build()
        .unwrap();
    emulator.change_conditions(faults(&["POST /oauth/token:reset:nth=1"]));
    let ask = || {
        http.post(format!("{}/oauth/token", emulator.url()))
            .form(&management(None))
            .send()
    };
    let error = ask().await.unwrap_err();
    assert_eq!(
        (error.status(), error.is_request()),
        (None, true),
        "{error:?}"
    );
    let response = ask().await.unwrap();
    assert_eq!(
        (response.status(), response.version()),
        (StatusCode::OK, reqwest::Version::HTTP_2)
    );
    emulator.stop().await.unwrap();
}

/// As when a proxy on the way loses an answer, and tries again by itself.
#[tokio::test]
async fn what_is_done_twice_is_answered_as_the_second_time() {
    let specs = [
        "POST /clients:twice",
        "POST /resource-servers:twice",
        "DELETE /*/*:twice",
    ];
    let (emulator, caller) = under(faults(&specs)).await;
    let response = create(&caller, "A").await.unwrap();
    assert_eq!(response.status(), StatusCode::CREATED);
    let answered = response.json::<Value>().await.unwrap()["client_id"].clone();

    let clients = caller
        .get("/clients?is_global=false&fields=client_id")
        .await;
    let [_, first, second] = clients.as_array().unwrap().as_slice() else {
        panic!("{clients}")
    };
    assert_ne!(first["client_id"], answered);
    assert_eq!(second["client_id"], answered);

    // Where a name is unique, the second time is refused.
    let api = json!({"identifier": "urn:a"});
    let (status, _) = caller
        .send(Method::POST, "/resource-servers", Some(&api))
        .await;
    assert_eq!(status, StatusCode::CONFLICT);
    let (status, _) = caller
        .send(Method::DELETE, "/resource-servers/urn:a", None)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(made(&emulator, &caller).await, ["A", "A"]);
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn too_many_requests_say_when_to_come_again() {
    let (emulator, caller) = under(faults(&["*:429:retry-after=7"])).await;
    let response = create(&caller, "A").await.unwrap();
    assert_eq!(
        (
            response.status(),
            &response.headers()["retry-after"]
        ),
        (
            StatusCode::TOO_MANY_REQUESTS,
            &"7".parse().unwrap()
        )
    );
    let expected = json!({
        "statusCode": 429,
        "error": "Too Many Requests",
        "message": "Global limit has been reached",
        "errorCode": "too_many_requests"
    });
    assert_eq!(
        response.json::<Value>().await.unwrap(),
        expected
    );

    let (status, body) = crate::emulator::caller::token(
        &caller.http,
        &caller.url,
        &management(None),
    )
    .await;
    let message = "Global limit has been reached";
    let expected =
        json!({"error": "too_many_requests", "error_description": message});
    assert_eq!(
        (status, body),
        (StatusCode::TOO_MANY_REQUESTS, expected)
    );
    assert_eq!(made(&emulator, &caller).await, [""; 0]);
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn a_truncated_answer_is_half_and_the_deed_is_done() {
    let (emulator, caller) = under(faults(&["POST /clients:truncate"])).await;
    let response = create(&caller, "A").await.unwrap();
    assert_eq!(response.status(), StatusCode::CREATED);
    let body = response.text().await.unwrap();
    assert!(
        body.starts_with('{') && serde_json::from_str::<Value>(&body).is_err(),
        "{body}"
    );
    assert_eq!(made(&emulator, &caller).await, ["A"]);
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn a_short_page_promises_more_than_it_gives() {
    let (emulator, caller) = under(faults(&["GET /clients:short-page"])).await;
    create(&caller, "A").await.unwrap();
    let page = caller
        .get("/clients?include_totals=true&fields=name")
        .await;
    assert_eq!(
        (
            &page["total"],
            page["clients"]
                .as_array()
                .unwrap()
                .len()
        ),
        (&json!(3), 2)
    );
    assert_eq!(
        caller
            .get("/clients")
            .await
            .as_array()
            .unwrap()
            .len(),
        3,
        "it promises nothing"
    );
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn an_impatient_caller_of_a_slow_tenant_gets_nothing_and_nothing_is_done()
{
    let (emulator, caller) = under(faults(&["POST /clients:slow=30s"])).await;
    let request = caller
        .http
        .post(format!("{}/api/v2/clients", caller.url));
    let request = request
        .bearer_auth(&caller.token)
        .json(&json!({"name": "A"}));
    let soon = std::time::Duration::from_millis(50);
    assert!(
        request
            .timeout(soon)
            .send()
            .await
            .unwrap_err()
            .is_timeout()
    );
    assert_eq!(made(&emulator, &caller).await, [""; 0]);

    emulator.change_conditions(faults(&["POST /clients:slow=1ms"]));
    assert_eq!(
        create(&caller, "A")
            .await
            .unwrap()
            .status(),
        StatusCode::CREATED
    );
    emulator.change_conditions(Conditions {
        latency: "1ms".parse().unwrap(),
        ..Conditions::default()
    });
    assert_eq!(made(&emulator, &caller).await, ["A"]);
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn the_first_fault_that_applies_happens_and_each_counts_for_itself() {
    let specs = [
        "POST /clients:503:nth=2",
        "* /clients:500:every=2",
        "GET /clients/*:502",
    ];
    let (emulator, caller) = under(faults(&specs)).await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(
            create(&caller, "A")
                .await
                .unwrap()
                .status()
                .as_u16(),
        );
    }
    assert_eq!(seen, [201, 503, 201, 500]);
    for (path, status) in [
        ("/clients/a", 502),
        ("/clients/a/b", 404),
        ("/client-grants", 200),
    ] {
        assert_eq!(
            get(&caller, path).await.status(),
            status,
            "{path}"
        );
    }
    assert_eq!(made(&emulator, &caller).await, ["A", "A"]);
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn limited_answers_say_what_is_left_and_refused_ones_do_nothing() {
    let (emulator, caller) = under(Conditions {
        rate_limit: "2/0.001".parse().unwrap(),
        ..Conditions::default()
    })
    .await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        let response = create(&caller, "A").await.unwrap();
        let headers = response.headers();
        let number = |name| {
            headers[name]
                .to_str()
                .unwrap()
                .parse::<u64>()
                .unwrap()
        };
        assert!(number("x-ratelimit-reset") > 1_700_000_000);
        assert_eq!(headers.get("retry-after"), None);
        let (limit, remaining) = (
            number("x-ratelimit-limit"),
            number("x-ratelimit-remaining"),
        );
        seen.push((response.status().as_u16(), limit, remaining));
    }
    assert_eq!(seen, [(201, 2, 1), (201, 2, 0), (429, 2, 0)]);
    let (status, body) = caller
        .send(Method::GET, "/clients", None)
        .await;
    assert_eq!(
        (status, &body["errorCode"]),
        (
            StatusCode::TOO_MANY_REQUESTS,
            &json!("too_many_requests")
        )
    );
    let (status, _) = crate::emulator::caller::token(
        &caller.http,
        &caller.url,
        &management(None),
    )
    .await;
    assert_eq!(
        status,
        StatusCode::OK,
        "the token endpoint has limits of its own"
    );
    assert_eq!(made(&emulator, &caller).await, ["A", "A"]);

    // Where nothing is limited, software that goes by the headers is told that
    // much is left.
    let unlimited = get(&caller, "/clients").await;
    assert_eq!(
        unlimited.headers()["x-ratelimit-limit"],
        "1000000"
    );
    assert_eq!(
        unlimited.headers()["x-ratelimit-remaining"],
        "1000000"
    );
    emulator.stop().await.unwrap();
}
