//! Whom callers trust, and by which names they know the Management API.

use std::collections::BTreeMap;
use std::path::Path;

use grantry::emulator::{Emulator, MANAGEMENT_AUDIENCE, Transport};
use jsonwebtoken::dangerous::insecure_decode;
use reqwest::{Certificate, Client, StatusCode};
use serde_json::Value;

use crate::emulator::caller::{management, start, token};

/// A caller that trusts the authority in the file, and nobody else.
fn trusting(file: &str) -> Client {
    let authority =
        Certificate::from_pem(&std::fs::read(file).unwrap()).unwrap();
    Client::builder()
        .tls_certs_only([authority])
        .build()
        .unwrap()
}

fn environment(emulator: &Emulator) -> BTreeMap<&'static str, String> {
    emulator
        .environment()
        .into_iter()
        .collect()
}

/// Asks for the clients with a token for the audience.
async fn list(http: &Client, url: &str, audience: &str) -> (StatusCode, Value) {
    let mut request = management(None);
    request["audience"] = audience.into();
    let (status, answer) = token(http, url, &request).await;
    if status != StatusCode::OK {
        return (status, answer);
    }

    let access = answer["access_token"].as_str().unwrap();
    let claims = insecure_decode::<Value>(access)
        .unwrap()
        .claims;
    assert_eq!(claims["aud"], audience);
    let clients = http
        .get(format!("{url}/api/v2/clients"))
        .bearer_auth(access)
        .send();
    (clients.await.unwrap().status(), claims)
}

#[tokio::test]
async fn tls_is_trusted_through_the_authority_it_names() {
    let emulator = start(Transport::Tls, None).await;
    let environment = environment(&emulator);
    let file = environment["SSL_CERT_FILE"].clone();
    for variable in ["NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"] {
        assert_eq!(environment[variable], file);
    }

    let url = format!("https://{}", environment["AUTH0_DOMAIN"]);
    let (status, _) = list(&trusting(&file), &url, MANAGEMENT_AUDIENCE).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        Client::new()
            .get(&url)
            .send()
            .await
            .is_err()
    );

    emulator.stop().await.unwrap();
    assert!(!Path::new(&file).exists());
}

#[tokio::test]
async fn who_trusted_the_authority_trusts_it_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let state = Some(folder.path().join("tenant.json"));
    let first = start(Transport::Tls, state.clone()).await;
    let file = environment(&first)["SSL_CERT_FILE"].clone();
    let http = trusting(&file);
    let authority = std::fs::read(&file).unwrap();
    first.stop().await.unwrap();

    // A run without TLS does not forget it.
    start(Transport::Plain, state.clone())
        .await
        .stop()
        .await
        .unwrap();
    let second = start(Transport::Tls, state).await;
    let url = format!(
        "https://{}",
        environment(&second)["AUTH0_DOMAIN"]
    );
    assert_eq!(
        list(&http, &url, MANAGEMENT_AUDIENCE)
            .await
            .0,
        StatusCode::OK
    );
    assert_eq!(std::fs::read(&file).unwrap(), authority);
    second.stop().await.unwrap();
}

/// As SDKs ask, which know a domain, an id and a secret.
#[tokio::test]
async fn the_management_api_is_known_by_the_address_it_is_reached_at_too() {
    let emulator = start(Transport::Plain, None).await;
    let http = Client::new();
    let port = emulator
        .url()
        .rsplit_once(':')
        .unwrap()
        .1
        .to_owned();
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("http://{host}:{port}");
        for audience in [
            MANAGEMENT_AUDIENCE,
            &format!("https://{host}:{port}/api/v2/"),
        ] {
            let (status, claims) = list(&http, &url, audience).await;
            assert_eq!(status, StatusCode::OK, "{audience}: {claims}");
            assert!(
                claims["scope"]
                    .as_str()
                    .unwrap()
                    .contains("read:clients")
            );
        }
        let elsewhere = format!("https://{host}:1/api/v2/");
        let (status, refusal) = list(&http, &url, &elsewhere).await;
        let message = format!("Service not enabled within domain: {elsewhere}");
        assert_eq!(
            (status, &refusal["error_description"]),
            (StatusCode::FORBIDDEN, &message.into())
        );
    }
    emulator.stop().await.unwrap();
}
