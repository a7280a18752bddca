//! Keys of clients: how they come, are used, and go.

use grantry::emulator::Transport;
use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::emulator::caller::{Caller, start};

pub(crate) fn key_pair() -> KeyPair {
    KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap()
}

pub(crate) fn public_key(pair: &KeyPair) -> Value {
    json!({"credential_type": "public_key", "pem": pair.public_key_pem(), "name": "key"})
}

/// The PATCH that has a client authenticate with these credentials.
pub(crate) fn use_keys(ids: &[&Value]) -> Value {
    let credentials: Vec<Value> = ids
        .iter()
        .map(|id| json!({"id": id}))
        .collect();
    json!({
        "client_authentication_methods": {"private_key_jwt": {"credentials": credentials}},
        "jwt_configuration": {"alg": "RS256"},
        "token_endpoint_auth_method": null
    })
}

#[tokio::test]
async fn a_client_goes_from_its_secret_to_a_key_and_back() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let client = json!({"name": "Service", "token_endpoint_auth_method": "client_secret_post"});
    let client = caller.post("/clients", client).await;
    let path = format!(
        "/clients/{}",
        client["client_id"].as_str().unwrap()
    );
    let credentials = format!("{path}/credentials");

    let created = caller
        .post(&credentials, public_key(&key_pair()))
        .await;
    let one = format!(
        "{credentials}/{}",
        created["id"].as_str().unwrap()
    );
    assert_eq!(
        caller
            .get(&format!("{credentials}?include_totals=true"))
            .await,
        json!([created])
    );
    assert_eq!(caller.get(&one).await, created);
    let expiry = json!({"expires_at": "2096-05-13T09:33:13Z"});
    let (status, changed) = caller
        .send(Method::PATCH, &one, Some(&expiry))
        .await;
    assert_eq!(
        (status, &changed["expires_at"]),
        (
            StatusCode::OK,
            &json!("2096-05-13T09:33:13.000Z")
        )
    );

    let change = use_keys(&[&created["id"]]);
    let (status, by_key) = caller
        .send(Method::PATCH, &path, Some(&change))
        .await;
    assert_eq!(status, StatusCode::OK, "{by_key}");
    assert_eq!(
        by_key["client_authentication_methods"],
        change["client_authentication_methods"]
    );
    for gone in ["client_secret", "token_endpoint_auth_method"] {
        assert_eq!(by_key.get(gone), None);
    }
    let (status, refusal) = caller
        .send(Method::DELETE, &one, None)
        .await;
    assert_eq!(
        (status, &refusal["message"]),
        (
            StatusCode::BAD_REQUEST,
            &json!("The credential is still associated with a client")
        )
    );

    let back = json!({
        "client_authentication_methods": null, "token_endpoint_auth_method": "client_secret_post"
    });
    let (_, by_secret) = caller
        .send(Method::PATCH, &path, Some(&back))
        .await;
    assert_eq!(
        by_secret["client_secret"],
        client["client_secret"]
    );
    assert_eq!(
        by_secret.get("client_authentication_methods"),
        None
    );
    for _ in 0..2 {
        assert_eq!(
            caller
                .send(Method::DELETE, &one, None)
                .await
                .0,
            StatusCode::NO_CONTENT
        );
    }
    let (status, refusal) = caller
        .send(Method::GET, &one, None)
        .await;
    assert_eq!(
        (status, &refusal["message"]),
        (
            StatusCode::NOT_FOUND,
            &json!("Credential does not exist")
        )
    );
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn credentials_have_scopes_of_their_own() {
    let emulator = start(Transport::Plain, None).await;
    let scopes = "create:clients read:clients";
    let caller = Caller::with_scope(&emulator, scopes).await;
    let mut body =
        json!({"name": "Service", "jwt_configuration": {"alg": "RS256"}});
    let client = caller
        .post("/clients", body.clone())
        .await;
    let path = format!(
        "/clients/{}/credentials",
        client["client_id"].as_str().unwrap()
    );
    let one = format!("{path}/cred_{}", "0".repeat(22));
    let (key, expiry) = (
        public_key(&key_pair()),
        json!({"expires_at": null}),
    );
    for (method, path, body, scope) in [
        (Method::GET, &path, None, "read"),
        (Method::GET, &one, None, "read"),
        (Method::POST, &path, Some(&key), "create"),
        (Method::PATCH, &one, Some(&expiry), "update"),
        (Method::DELETE, &one, None, "delete"),
    ] {
        let (status, refusal) = caller.send(method, path, body).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        let expected = format!(
            "Insufficient scope, expected any of: {scope}:client_credentials"
        );
        assert_eq!(refusal["message"], expected);
    }
    body["client_authentication_methods"] =
        json!({"private_key_jwt": {"credentials": [key]}});
    let (status, _) = caller
        .send(Method::POST, "/clients", Some(&body))
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN);

    let whole = Caller::new(&emulator)
        .await
        .post("/clients", body)
        .await;
    let path = format!(
        "/clients/{}",
        whole["client_id"].as_str().unwrap()
    );
    let shown = Caller::new(&emulator)
        .await
        .get(&path)
        .await;
    let key = |client: &Value| {
        client["client_authentication_methods"]["private_key_jwt"]["credentials"][0].clone()
    };
    assert_eq!(key(&shown), json!({"id": key(&whole)["id"]}));
    let plain = caller.get(&path).await;
    assert_eq!(
        plain.get("client_authentication_methods"),
        None,
        "as if it had no method at all"
    );
    emulator.stop().await.unwrap();
}

/// Whoever may write clients may not thereby say which keys are believed,
/// whatever they are for.
#[tokio::test]
async fn keys_for_other_uses_take_the_scope_of_keys_too() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let blind =
        Caller::with_scope(&emulator, "create:clients update:clients").await;
    for field in [
        "signed_request_object",
        "token_vault_privileged_access",
    ] {
        let key = public_key(&key_pair());
        let body = json!({"name": "Service", field: {"credentials": [key]}});
        let created = caller
            .post("/clients", body.clone())
            .await;
        let own = format!(
            "/clients/{}",
            created["client_id"].as_str().unwrap()
        );
        let used = json!({field: {"credentials": [{"id": created[field]["credentials"][0]["id"]}]}});

        for (method, path, body, scope) in [
            (Method::POST, "/clients", &body, "create"),
            (Method::PATCH, own.as_str(), &used, "update"),
        ] {
            let (status, refusal) = blind
                .send(method.clone(), path, Some(body))
                .await;
            assert_eq!(
                status,
                StatusCode::FORBIDDEN,
                "{method} {field}"
            );
            let expected = format!(
                "Insufficient scope, expected any of: {scope}:client_credentials"
            );
            assert_eq!(refusal["message"], expected);
        }
        let (status, refusal) = caller
            .send(Method::PATCH, &own, Some(&used))
            .await;
        assert_eq!(status, StatusCode::OK, "{refusal}");
    }

    let without =
        json!({"name": "Service", "signed_request_object": {"required": true}});
    blind.post("/clients", without).await;
}

#[tokio::test]
async fn a_secret_is_rotated_unless_a_key_stands_in_for_it() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let client = caller
        .post("/clients", json!({"name": "Service"}))
        .await;
    let path = format!(
        "/clients/{}",
        client["client_id"].as_str().unwrap()
    );
    let rotate = format!("{path}/rotate-secret");
    let (status, rotated) = caller
        .send(Method::POST, &rotate, None)
        .await;
    assert_eq!(
        (status, &rotated["name"]),
        (StatusCode::OK, &client["name"])
    );
    assert_ne!(
        rotated["client_secret"],
        client["client_secret"]
    );
    assert_eq!(
        caller.get(&path).await["client_secret"],
        rotated["client_secret"]
    );

    let blind = Caller::with_scope(&emulator, "update:client_keys").await;
    let (status, shown) = blind
        .send(Method::POST, &rotate, None)
        .await;
    assert_eq!(
        (status, shown.get("client_secret")),
        (StatusCode::OK, None)
    );
    assert_ne!(
        caller.get(&path).await["client_secret"],
        rotated["client_secret"]
    );

    let (status, _) = caller
        .send(Method::PATCH, &path, Some(&use_keys(&[])))
        .await;
    assert_eq!(status, StatusCode::OK);
    let (status, refusal) = caller
        .send(Method::POST, &rotate, None)
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{refusal}");
    let (status, _) = caller
        .send(
            Method::POST,
            "/clients/nobody/rotate-secret",
            None,
        )
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    emulator.stop().await.unwrap();
}
