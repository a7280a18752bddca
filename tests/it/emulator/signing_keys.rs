//! The keys that tokens are signed with: rotated, revoked, and published for
//! each algorithm.

use grantry::emulator::{Settings, Transport};
use jsonwebtoken::jwk::{JwkSet, KeyAlgorithm};
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::emulator::caller::{Caller, start, token};

async fn published(caller: &Caller) -> JwkSet {
    let url = format!("{}/.well-known/jwks.json", caller.url);
    let response = caller
        .http
        .get(url)
        .send()
        .await
        .unwrap();
    response.json().await.unwrap()
}

async fn status_with(caller: &Caller, token: &str) -> StatusCode {
    let url = format!("{}/api/v2/clients", caller.url);
    let request = caller.http.get(url).bearer_auth(token);
    request.send().await.unwrap().status()
}

#[tokio::test]
async fn tokens_of_a_key_are_believed_until_it_is_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        state: Some(folder.path().join("state.json")),
        ..Settings::default()
    };
    let emulator = grantry::emulator::start(settings.clone())
        .await
        .unwrap();
    let mut caller = Caller::new(&emulator).await;
    let old = caller.token.clone();
    let [first] = caller
        .get("/keys/signing")
        .await
        .as_array()
        .unwrap()[..]
        .to_vec()
        .try_into()
        .unwrap();
    let first: Value = first;
    assert_eq!(
        (&first["current"], &first["revoked"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(
        first["fingerprint"]
            .as_str()
            .unwrap()
            .len(),
        59
    );
    let kid = first["kid"].as_str().unwrap();

    let revoke = format!("/keys/signing/{kid}/revoke");
    let (status, _) = caller
        .send(Method::PUT, &revoke, None)
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);

    let (status, next) = caller
        .send(Method::POST, "/keys/signing/rotate", None)
        .await;
    assert_eq!(status, StatusCode::CREATED);
    assert_ne!(next["kid"], kid);
    assert_eq!(published(&caller).await.keys.len(), 2);
    let second = Caller::new(&emulator).await;
    let header = decode_header(&second.token).unwrap();
    assert_eq!(header.kid.as_deref(), next["kid"].as_str());
    assert_eq!(status_with(&caller, &old).await, StatusCode::OK);

    caller.token = second.token;
    let (status, revoked) = caller
        .send(Method::PUT, &revoke, None)
        .await;
    assert_eq!(
        (status, &revoked["kid"]),
        (StatusCode::CREATED, &first["kid"])
    );
    assert_eq!(published(&caller).await.keys.len(), 1);
    assert_eq!(
        status_with(&caller, &old).await,
        StatusCode::UNAUTHORIZED
    );
    let shown = caller
        .get(&format!("/keys/signing/{kid}"))
        .await;
    assert_eq!(
        (&shown["previous"], &shown["revoked"]),
        (&json!(true), &json!(true))
    );

    // What was revoked stays so, and what signs signs on, also after a restart.
    emulator.stop().await.unwrap();
    let emulator = grantry::emulator::start(settings)
        .await
        .unwrap();
    let restarted = Caller::new(&emulator).await;
    let listed = restarted.get("/keys/signing").await;
    assert_eq!(
        (&listed[0]["kid"], &listed[1]["revoked"]),
        (&next["kid"], &json!(true))
    );
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn each_algorithm_in_use_has_a_published_key_that_says_so() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let client = caller
        .post("/clients", json!({"name": "Service"}))
        .await;
    assert_eq!(published(&caller).await.keys.len(), 1);

    for algorithm in ["RS256", "RS512", "PS256"] {
        let audience = format!("urn:{algorithm}");
        let api = json!({"identifier": audience, "signing_alg": algorithm});
        caller
            .post("/resource-servers", api)
            .await;
        let grant = json!({"client_id": client["client_id"], "audience": audience, "scope": []});
        caller
            .post("/client-grants", grant)
            .await;
        let request = json!({
            "grant_type": "client_credentials",
            "client_id": client["client_id"],
            "client_secret": client["client_secret"],
            "audience": audience
        });
        let (_, answer) = token(&caller.http, &caller.url, &request).await;
        let token = answer["access_token"].as_str().unwrap();

        let header = decode_header(token).unwrap();
        let keys = published(&caller).await;
        let key = keys.find(&header.kid.unwrap()).unwrap();
        let expected: KeyAlgorithm = algorithm.parse().unwrap();
        assert_eq!(
            key.common.key_algorithm,
            Some(expected),
            "{algorithm}"
        );
        let mut validation = Validation::new(header.alg);
        validation.set_audience(&[audience]);
        decode::<Value>(
            token,
            &DecodingKey::from_jwk(key).unwrap(),
            &validation,
        )
        .unwrap();
    }
    assert_eq!(published(&caller).await.keys.len(), 3);

    let flag = json!({"flags": {"remove_alg_from_jwks": true}});
    caller
        .send(Method::PATCH, "/tenants/settings", Some(&flag))
        .await;
    let keys = published(&caller).await.keys;
    assert!(
        keys.iter()
            .all(|key| key.common.key_algorithm.is_none())
    );
    assert_eq!(
        status_with(&caller, &caller.token).await,
        StatusCode::OK
    );
    emulator.stop().await.unwrap();
}
