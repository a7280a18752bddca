//! How the token is asked for, and what every change is sent with.

use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation, decode, decode_header};
use serde_json::{Value as Json, json};
use url::Url;

use super::super::{CorrelationId, Reader, Settings, Writer};
use super::server::{Got, Reply, Server};
use super::{Credentials, TOKEN, Tenant, settings};
use crate::model::{Address, Attrs, RemoteId, Value};
use crate::provider::{Mutate, Observe, Write};

/// A private key as a variable has it: its line breaks written as `\n`.
fn private_key() -> String {
    let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = key.as_der().unwrap();
    let text = STANDARD.encode(der.as_ref());
    format!("-----BEGIN PRIVATE KEY-----\\n{text}\\n-----END PRIVATE KEY-----")
}

fn form(got: &Got) -> impl Fn(&str) -> String {
    let url = Url::parse(&format!("http://server/?{}", got.body)).unwrap();
    move |name: &str| {
        url.query_pairs()
            .find(|(key, _)| key == name)
            .unwrap()
            .1
            .into()
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_with_a_key_signs_a_new_assertion_for_each_attempt() {
    let count = AtomicUsize::new(0);
    let server = Server::start(move |got: &Got| match got.path() {
        "/oauth/token" if count.fetch_add(1, Ordering::SeqCst) == 0 => Reply::HangUp,
        "/oauth/token" => Reply::json(200, &json!({ "access_token": TOKEN })),
        _ => Tenant::default().answer(got),
    });
    let server = server.await;
    let pem = private_key();
    let credentials = Credentials::client_key("me", &pem.clone().into(), "PS256").unwrap();
    assert!(!format!("{credentials:?}").contains(&pem[30..60]));
    let audience = Some("https://acme.eu.auth0.com/api/v2/");
    let settings = Settings::parse(&server.domain(), credentials, audience).unwrap();
    Reader::new(settings).unwrap().read().await.unwrap();

    let key = EncodingKey::from_rsa_pem(pem.replace("\\n", "\n").as_bytes()).unwrap();
    let public = Jwk::from_encoding_key(&key, Algorithm::PS256).unwrap();
    let mut expected = Validation::new(Algorithm::PS256);
    expected.set_audience(&[format!("{}/", server.domain())]);
    expected.set_issuer(&["me"]);
    let claims = |got: &Got| -> Json {
        let form = form(got);
        assert_eq!(
            (form("grant_type"), form("client_id")),
            ("client_credentials".to_owned(), "me".to_owned())
        );
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        assert_eq!(form("client_assertion_type"), kind);
        assert!(!got.body.contains("client_secret"));
        let assertion = form("client_assertion");
        let thumbprint = public.thumbprint(ThumbprintHash::SHA256).unwrap();
        assert_eq!(decode_header(&assertion).unwrap().kid, Some(thumbprint));
        decode(
            &assertion,
            &DecodingKey::from_jwk(&public).unwrap(),
            &expected,
        )
        .unwrap()
        .claims
    };
    let [one, other] = [claims(&server.got()[0]), claims(&server.got()[1])];
    assert_eq!((&one["sub"], &one["iss"]), (&json!("me"), &json!("me")));
    let lifetime = one["exp"].as_u64().unwrap() - one["iat"].as_u64().unwrap();
    assert!(lifetime <= 300, "{lifetime}");
    assert_ne!(one["jti"], other["jti"]);
}

#[tokio::test(start_paused = true)]
async fn every_change_of_a_run_says_which_run_it_is_and_no_read_does() {
    let server = Server::start(super::with_token(|got| match &*got.method {
        "GET" => Tenant::default().answer(got),
        _ => Reply::json(201, &json!({ "client_id": "abc" })),
    }));
    let server = server.await;
    let correlation = CorrelationId::of(&"maps".parse().unwrap());
    let writer = Writer::new(settings(&server).with_correlation(correlation.clone())).unwrap();
    writer.reader().read().await.unwrap();
    let address = || Address::Client(crate::model::ClientRef::Key("courier".parse().unwrap()));
    let fields = || Attrs::from_iter([("name".into(), Value::from("Courier"))]);
    let id = || RemoteId::new("abc");
    for write in [
        Write::Create {
            address: address(),
            attrs: fields(),
        },
        Write::Update {
            address: address(),
            id: id(),
            fields: fields(),
            precondition: None,
        },
        Write::Delete {
            address: address(),
            id: id(),
        },
    ] {
        writer.write(&write).await.unwrap();
    }
    let header = format!("x-correlation-id: {}\r\n", correlation.as_str());
    for got in server.got() {
        let is_change = got.method != "GET" && got.path() != "/oauth/token";
        assert_eq!(got.head.contains(&header), is_change, "{}", got.head);
    }
    assert_eq!(server.got().len(), 1 + 3 + 3);
}
