//! How the token is asked for, and what every change is sent with.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Validation, decode, decode_header,
};
use serde_json::{Value as Json, json};
use url::Url;

use super::server::{Received, Reply, Server};
use super::writes::{create_client, delete_client, update_client};
use super::{FakeTenant, TOKEN, settings_for, settings_with, with_token};
use crate::provider::auth0::{CorrelationId, Credentials, Reader, Writer};
use crate::provider::{Mutate, Observe};

/// A private key as a variable has it: its line breaks written as `\n`.
fn private_key() -> String {
    let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = key.as_der().unwrap();
    let text = STANDARD.encode(der.as_ref());
    format!("-----BEGIN PRIVATE KEY-----\\n{text}\\n-----END PRIVATE KEY-----")
}

/// The fields of a form.
fn read_form(got: &Received) -> BTreeMap<String, String> {
    let url = Url::parse(&format!("http://server/?{}", got.body)).unwrap();
    url.query_pairs().into_owned().collect()
}

/// What a request for a token claims, once it is sure
/// that this key has signed it.
fn verify_assertion(
    got: &Received,
    public: &Jwk,
    expected: &Validation,
) -> Json {
    let form = read_form(got);
    assert_eq!(form["grant_type"], "client_credentials");
    assert_eq!(form["client_id"], "me");
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    assert_eq!(form["client_assertion_type"], kind);
    assert!(!got.body.contains("client_secret"));

    let assertion = &form["client_assertion"];
    let thumbprint = public
        .thumbprint(ThumbprintHash::SHA256)
        .unwrap();
    assert_eq!(
        decode_header(assertion).unwrap().kid,
        Some(thumbprint)
    );
    let key = DecodingKey::from_jwk(public).unwrap();
    decode(assertion, &key, expected)
        .unwrap()
        .claims
}

#[tokio::test(start_paused = true)]
async fn a_client_with_a_key_signs_a_new_assertion_for_each_attempt() {
    let count = AtomicUsize::new(0);
    let server = Server::start(move |got: &Received| match got.path() {
        "/oauth/token" if count.fetch_add(1, Ordering::SeqCst) == 0 => {
            Reply::HangUp
        }
        "/oauth/token" => Reply::json(200, &json!({ "access_token": TOKEN })),
        _ => FakeTenant::default().answer(got),
    })
    .await;
    let pem = private_key();
    let credentials =
        Credentials::client_key("me", &pem.clone().into(), "PS256").unwrap();
    assert!(!format!("{credentials:?}").contains(&pem[30..60]));

    let reader = Reader::new(settings_with(&server, credentials)).unwrap();
    reader.read().await.unwrap();

    let key =
        EncodingKey::from_rsa_pem(pem.replace("\\n", "\n").as_bytes()).unwrap();
    let public = Jwk::from_encoding_key(&key, Algorithm::PS256).unwrap();
    let mut expected = Validation::new(Algorithm::PS256);
    expected.set_audience(&[format!("{}/", server.domain())]);
    expected.set_issuer(&["me"]);
    let got = server.got();
    let first = verify_assertion(&got[0], &public, &expected);
    let second = verify_assertion(&got[1], &public, &expected);

    assert_eq!(first["sub"], "me");
    assert_eq!(first["iss"], "me");
    let lifetime =
        first["exp"].as_u64().unwrap() - first["iat"].as_u64().unwrap();
    assert!(lifetime <= 300, "{lifetime}");
    assert_ne!(first["jti"], second["jti"]);
}

#[tokio::test(start_paused = true)]
async fn every_change_of_a_run_says_which_run_it_is_and_no_read_does() {
    let server = Server::start(with_token(|got| match &*got.method {
        "GET" => FakeTenant::default().answer(got),
        _ => Reply::json(201, &json!({ "client_id": "abc" })),
    }))
    .await;
    let correlation = CorrelationId::of(&"maps".parse().unwrap());
    let settings = settings_for(&server).with_correlation(correlation.clone());
    let writer = Writer::new(settings).unwrap();

    writer.reader().read().await.unwrap();
    for write in [
        create_client(),
        update_client("abc"),
        delete_client("abc"),
    ] {
        writer.write(&write).await.unwrap();
    }

    let header = format!("x-correlation-id: {}\r\n", correlation.as_str());
    for got in server.got() {
        let is_change = got.method != "GET" && got.path() != "/oauth/token";
        assert_eq!(
            got.head.contains(&header),
            is_change,
            "{}",
            got.head
        );
    }
    assert_eq!(server.got().len(), 1 + 3 + 3);
}
