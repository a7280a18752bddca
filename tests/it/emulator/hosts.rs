//! By which names it answers, and what it then says of itself.

use grantry::emulator::{
    self, Emulator, EmulatorError, Reach, Settings, Transport,
};
use jsonwebtoken::dangerous::insecure_decode_claims;
use reqwest::{Certificate, Client, StatusCode};
use serde_json::{Value, json};

use crate::emulator::caller::{management, start};
use crate::helpers::plain_http::plain_http;

/// Reached as `auth0`, by whoever gets to it.
async fn start_as_auth0(transport: Transport) -> Emulator {
    let settings = Settings {
        listen: ([0, 0, 0, 0], 0).into(),
        reach: Reach::Network,
        hosts: vec!["auth0".parse().unwrap()],
        transport,
        ..Settings::default()
    };
    emulator::start(settings).await.unwrap()
}

async fn discover(emulator: &Emulator, host: &str) -> (StatusCode, Value) {
    let url = format!(
        "{}/.well-known/openid-configuration",
        emulator.local_url()
    );
    let response = plain_http()
        .get(url)
        .header("host", host)
        .send();
    let response = response.await.unwrap();
    (
        response.status(),
        response.json().await.unwrap(),
    )
}

#[tokio::test]
async fn a_stranger_does_not_say_what_the_issuer_is() {
    let emulator = start(Transport::Plain, None).await;
    for host in [
        "localhost:1",
        "127.0.0.1",
        "grantry-emulator.eu.auth0.com",
    ] {
        let (status, body) = discover(&emulator, host).await;
        assert_eq!(status, StatusCode::OK, "{host}");
        assert_eq!(body["issuer"], format!("http://{host}/"));
    }

    let (status, body) = discover(&emulator, "evil.example").await;
    assert_eq!(status, StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(
        body,
        json!({
            "statusCode": 421,
            "error": "Misdirected Request",
            "message": "This emulator is not known as evil.example. If that is a name of it, start it \
                        with: --host evil.example"
        })
    );
    assert_eq!(
        emulator
            .requests()
            .last()
            .unwrap()
            .status,
        Some(421)
    );
    assert_eq!(
        discover(&emulator, "192.0.2.7:80")
            .await
            .0,
        StatusCode::MISDIRECTED_REQUEST
    );
}

#[tokio::test]
async fn it_is_known_by_the_name_it_was_given() {
    let emulator = start_as_auth0(Transport::Plain).await;
    let host = format!("auth0:{}", emulator.address().port());
    assert_eq!(emulator.url(), format!("http://{host}"));
    let environment = emulator.environment();
    assert!(environment.contains(&("AUTH0_DOMAIN", emulator.url())));

    // As an SDK asks that knows nothing but its domain.
    let mut request = management(None);
    request["audience"] = format!("https://{host}/api/v2/").into();
    let answer: Value = plain_http()
        .post(format!("{}/oauth/token", emulator.local_url()))
        .header("host", &host)
        .form(&request)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let claims: Value =
        insecure_decode_claims(answer["access_token"].as_str().unwrap())
            .unwrap();
    assert_eq!(claims["iss"], format!("http://{host}/"));

    // Whatever the network calls its address.
    let (status, body) = discover(&emulator, "192.0.2.7:8080").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["issuer"], "http://192.0.2.7:8080/");
    let (status, _) = discover(&emulator, "auth0.evil.example").await;
    assert_eq!(status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn its_certificate_has_the_name() {
    let emulator = start_as_auth0(Transport::Tls).await;
    let authority =
        Certificate::from_pem(emulator.authority().unwrap().as_bytes())
            .unwrap();
    let port = emulator.address().port();
    let http = Client::builder()
        .tls_certs_only([authority])
        .resolve("auth0", ([127, 0, 0, 1], port).into())
        .resolve("other", ([127, 0, 0, 1], port).into())
        .build()
        .unwrap();

    let url = format!("{}/.well-known/jwks.json", emulator.url());
    assert_eq!(
        http.get(url)
            .send()
            .await
            .unwrap()
            .status(),
        StatusCode::OK
    );
    let other = format!("https://other:{port}/.well-known/jwks.json");
    assert!(http.get(other).send().await.is_err());
}

/// At an address that `localhost` does not lead to, as that of a network is.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn this_machine_reaches_it_where_it_listens() {
    for transport in [Transport::Plain, Transport::Tls] {
        let settings = Settings {
            listen: ([127, 0, 0, 2], 0).into(),
            transport,
            ..Settings::default()
        };
        let emulator = emulator::start(settings).await.unwrap();
        let authority = emulator.authority().map(str::as_bytes);
        let authorities =
            authority.map(|pem| Certificate::from_pem(pem).unwrap());
        let http = Client::builder()
            .tls_certs_only(authorities)
            .build()
            .unwrap();

        let url = format!("{}/health", emulator.local_url());
        assert_eq!(
            http.get(url)
                .send()
                .await
                .unwrap()
                .status(),
            StatusCode::OK
        );
    }
}

#[tokio::test]
async fn nobody_else_reaches_it_unless_that_is_said() {
    let settings = Settings {
        listen: ([0, 0, 0, 0], 0).into(),
        ..Settings::default()
    };
    let refused = emulator::start(settings).await.err();
    assert!(matches!(
        refused,
        Some(EmulatorError::NotLoopback(_))
    ));
}
