//! The emulator as a service that others reach, and a suite resets.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use reqwest::Method;
use serde_json::Value;

use crate::cli::harness::{Place, example};
use crate::cli::serving::{Emulator, block_on};
use crate::helpers::plain_http::plain_http;

/// The port is not known before it listens, and is in the variables.
const ARGUMENTS: [&str; 7] = [
    "--host",
    "auth0",
    "--control",
    "--clock",
    "+1h",
    "--custom-claim",
    "tier=gold",
];

fn send(url: &str, method: Method, path: &str) -> (u16, Value) {
    block_on(async {
        let request = plain_http().request(method, format!("{url}{path}"));
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (
            status,
            serde_json::from_str(&text).unwrap_or(Value::Null),
        )
    })
}

#[test]
fn a_suite_finds_the_tenant_of_the_configuration_after_each_reset() {
    let home = Place::new();
    let config = example("world-mappers.yaml");
    let more = [&["--config", &config][..], &ARGUMENTS].concat();
    let emulator = Emulator::start(&home, &more);
    let domain = emulator.variable("AUTH0_DOMAIN");
    let port = domain
        .strip_prefix("http://auth0:")
        .unwrap();
    let url = format!("http://127.0.0.1:{port}");

    // What has filled it is no request of the suite's.
    let (_, asked) = send(&url, Method::GET, "/grantry/requests");
    assert_eq!(asked, serde_json::json!({"requests": []}));
    assert_eq!(
        send(&url, Method::POST, "/grantry/reset").0,
        204
    );

    let client = emulator.variable("GIFT_DELIVERIES_CLIENT_ID");
    let secret = emulator.variable("GIFT_DELIVERIES_CLIENT_SECRET");
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", client),
        ("client_secret", secret),
        ("audience", "https://api.world-mappers.example/"),
    ];
    let answer = block_on(async {
        let request = plain_http().post(format!("{url}/oauth/token"));
        let named = request.header("host", format!("auth0:{port}"));
        named
            .form(&fields)
            .send()
            .await
            .unwrap()
            .json::<Value>()
            .await
            .unwrap()
    });
    let token = answer["access_token"].as_str().unwrap();
    let claims: Value =
        jsonwebtoken::dangerous::insecure_decode_claims(token).unwrap();
    assert_eq!(claims["iss"], format!("{domain}/"));
    assert_eq!(claims["tier"], "gold");

    let healthy = home
        .run(&["emulator", "--check-health", &url])
        .exits(0);
    assert_eq!(
        (healthy.stdout, healthy.stderr),
        (String::new(), String::new())
    );
    let log = emulator.stop();
    assert!(!log.contains("Warning"), "{log}");
    let refused = home
        .run(&["emulator", "--check-health", &url])
        .exits(1);
    assert!(
        refused
            .stderr
            .starts_with("error: no emulator serves at http://127.0.0.1:"),
        "{refused:?}"
    );
}

#[test]
fn its_health_is_asked_as_it_is_started() {
    let home = Place::new();
    let emulator = Emulator::start(&home, &["--tls"]);
    let domain = emulator.variable("AUTH0_DOMAIN");
    let port = domain
        .strip_prefix("localhost:")
        .unwrap();
    for service in [domain, &format!("127.0.0.1:{port}")] {
        let url = format!("https://{service}");
        home.run(&["emulator", "--check-health", &url, "-v"])
            .exits(0);
    }

    // In plain HTTP nothing is to be had there.
    for service in [port, domain] {
        let refused = home
            .run(&["emulator", "--check-health", service])
            .exits(1);
        let expected =
            "help: start one with `grantry emulator`, or say where it listens";
        assert!(refused.stderr.contains(expected), "{refused:?}");
    }
    for (arguments, expected) in [
        (
            ["--check-health", "localhost"],
            "write a port, a name or an address and a port",
        ),
        (
            ["--check-health", "--tls"],
            "cannot be used with '--tls'",
        ),
        (
            ["--check-health", "--var=a=b"],
            "cannot be used with:\n  --var",
        ),
    ] {
        let refused = home
            .run(&["emulator", arguments[0], arguments[1]])
            .exits(64);
        assert!(refused.stderr.contains(expected), "{refused:?}");
    }
}

#[test]
fn what_cannot_be_filled_says_where_it_can() {
    let home = Place::new();
    let config = example("world-mappers.yaml");
    let listen = [
        "emulator",
        "--listen",
        "192.0.2.7:4600",
        "--allow-remote",
    ];
    let refused = home
        .run(&[&listen[..], &["--config", &config]].concat())
        .exits(1);
    assert!(
        refused
            .stderr
            .contains("192.0.2.7:4600 is none")
            && refused
                .stderr
                .contains("help: listen at `0.0.0.0:4600`"),
        "{refused:?}"
    );
}

#[test]
fn it_warns_where_others_reach_it() {
    let home = Place::new();
    let mut process = home
        .command(&[
            "emulator",
            "--listen",
            "0.0.0.0:0",
            "--allow-remote",
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(process.stderr.take().unwrap()).lines();
    let said: Vec<String> = said
        .take(2)
        .map(Result::unwrap)
        .collect();
    process.kill().unwrap();
    process.wait().unwrap();

    // Where this machine reaches it: nobody is at the address of all.
    assert!(
        said[0].starts_with("Listening on http://127.0.0.1:"),
        "{said:?}"
    );
    assert!(
        said[1]
            .starts_with("Warning: it guards nothing, and listens at 0.0.0.0:"),
        "{said:?}"
    );
}

#[test]
fn a_state_in_use_is_left_alone_and_a_killed_emulator_uses_none() {
    let home = Place::new();
    let state = home
        .path("tenant.json")
        .display()
        .to_string();
    let first = Emulator::start(&home, &["--state", &state]);
    let second = home
        .run(&["emulator", "--listen", "0", "--state", &state])
        .exits(1);
    assert_eq!(second.stdout, "");
    let holder = format!(
        "is in use by another emulator, process {}\n",
        first.id()
    );
    assert!(second.stderr.contains(&holder), "{second:?}");
    assert!(
        second
            .stderr
            .contains("help: stop that one, or name another file"),
        "{second:?}"
    );

    // By a signal that nobody can catch.
    drop(first);
    Emulator::start(&home, &["--state", &state]).stop();
}
