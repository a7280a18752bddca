//! The emulator over HTTP, as a client of Auth0 meets it.

mod beyond_machines;
mod bodies;
mod caller;
mod client_objects;
mod client_software;
mod clock;
mod conditions;
mod connections;
mod control;
mod credentials;
mod custom_claims;
mod discovery;
mod hosts;
mod intake;
mod lists;
mod logs;
mod organization_tokens;
mod organizations;
mod private_key_jwt;
mod quota;
mod resource_servers;
mod search;
mod signing_keys;
mod trust;
mod whole_tenant;

use std::time::Duration;

use caller::{Caller, start, token};
use grantry::emulator::{
    self, EmulatorError, MANAGEMENT_CLIENT_ID, Settings, Transport,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpStream;

#[tokio::test]
async fn a_service_gets_tokens_for_what_it_was_granted() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let api =
        json!({"identifier": "https://api.example/", "token_lifetime": 300});
    caller
        .post("/resource-servers", api)
        .await;
    let client = caller
        .post("/clients", json!({"name": "Service"}))
        .await;
    let grant = json!({
        "client_id": client["client_id"],
        "audience": "https://api.example/",
        "scope": ["read:maps", "write:maps"]
    });
    caller
        .post("/client-grants", grant)
        .await;

    let mut request = json!({
        "grant_type": "client_credentials",
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "audience": "https://api.example/"
    });
    let (_, answer) = token(&caller.http, &caller.url, &request).await;
    assert_eq!(
        (&answer["scope"], &answer["expires_in"]),
        (&json!("read:maps write:maps"), &json!(300))
    );

    request["scope"] = "read:maps delete:maps".into();
    let (status, refusal) = token(&caller.http, &caller.url, &request).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(
        refusal["error_description"],
        "Client has not been granted scopes: delete:maps"
    );

    request["client_secret"] = "wrong".into();
    let (status, refusal) = token(&caller.http, &caller.url, &request).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        refusal,
        json!({"error": "access_denied", "error_description": "Unauthorized"})
    );
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn tokens_are_checked_and_their_scopes_count() {
    let emulator = start(Transport::Plain, None).await;
    let mut caller = Caller::with_scope(&emulator, "read:clients").await;
    let clients = caller
        .get("/clients?is_global=false")
        .await;
    assert_eq!(clients[0]["client_id"], MANAGEMENT_CLIENT_ID);
    assert_eq!(clients[0].get("client_secret"), None);

    let (status, body) = caller
        .send(
            Method::GET,
            "/clients?fields=client_secret",
            None,
        )
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(
        body,
        json!({
            "statusCode": 403,
            "error": "Forbidden",
            "message":
                "Insufficient scope, expected any of: read:client_keys, read:client_credentials",
            "errorCode": "insufficient_scope"
        })
    );

    let good = caller.token.clone();
    let (signed, signature) = good.rsplit_once('.').unwrap();
    caller.token = format!("{signed}.{}", "A".repeat(signature.len()));
    let (status, body) = caller
        .send(Method::GET, "/clients", None)
        .await;
    let message = "Invalid signature received for JSON Web Token validation";
    assert_eq!(
        (status, &body["message"]),
        (StatusCode::UNAUTHORIZED, &json!(message))
    );
    caller.token = "opaque".to_owned();
    let (status, body) = caller
        .send(Method::GET, "/clients", None)
        .await;
    assert_eq!(
        (status, &body["errorCode"]),
        (StatusCode::BAD_REQUEST, &json!("Bearer"))
    );

    // As with a custom domain: a token counts at the
    // address it was asked for at.
    caller.token = good;
    caller.url = caller
        .url
        .replace("127.0.0.1", "localhost");
    let (status, body) = caller
        .send(Method::GET, "/clients", None)
        .await;
    assert_eq!(
        (status, &body["message"]),
        (
            StatusCode::UNAUTHORIZED,
            &json!("Invalid token")
        )
    );
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn lists_are_paged_both_ways() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    for number in 0..53 {
        caller
            .post(
                "/clients",
                json!({"name": format!("Client {number}")}),
            )
            .await;
    }
    assert_eq!(
        caller
            .get("/clients")
            .await
            .as_array()
            .unwrap()
            .len(),
        50
    );

    let path = "/clients?is_global=false&per_page=50&include_totals=true&fields=name&page=";
    let second = caller.get(&format!("{path}1")).await;
    assert_eq!(
        (
            &second["total"],
            &second["start"],
            &second["limit"]
        ),
        (&json!(54), &json!(50), &json!(50))
    );
    assert_eq!(
        second["clients"][3],
        json!({"name": "Client 52"})
    );
    assert_eq!(
        caller.get(&format!("{path}2")).await["clients"],
        json!([])
    );

    let mut names = Vec::new();
    let mut path =
        "/clients?take=30&include_totals=true&fields=name".to_owned();
    loop {
        let page = caller.get(&path).await;
        assert_eq!(page.get("total"), None);
        names.extend(
            page["clients"]
                .as_array()
                .unwrap()
                .iter()
                .cloned(),
        );
        let Some(next) = page.get("next") else {
            break;
        };
        path = format!(
            "/clients?take=30&fields=name&from={}",
            next.as_str().unwrap()
        );
    }
    assert_eq!(
        (names.len(), &names[54]),
        (55, &json!({"name": "Client 52"}))
    );

    let (status, body) = caller
        .send(Method::GET, "/clients?per_page=101", None)
        .await;
    assert_eq!(
        (status, &body["errorCode"]),
        (
            StatusCode::BAD_REQUEST,
            &json!("invalid_query_string")
        )
    );
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn resource_servers_are_found_by_identifier_and_have_no_checkpoints() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let created = caller
        .post(
            "/resource-servers",
            json!({"identifier": "https://api.example/a b"}),
        )
        .await;
    let path = "/resource-servers/https:%2F%2Fapi.example%2Fa%20b";
    assert_eq!(caller.get(path).await, created);

    let change = json!({"scopes": [{"value": "r"}]});
    let (status, updated) = caller
        .send(Method::PATCH, path, Some(&change))
        .await;
    assert_eq!(
        (status, &updated["scopes"]),
        (StatusCode::OK, &json!([{"value": "r"}]))
    );

    let (status, body) = caller
        .send(Method::GET, "/resource-servers?take=1", None)
        .await;
    let message =
        "Query validation error: 'Additional properties not allowed: take'.";
    assert_eq!(
        (status, &body["message"]),
        (StatusCode::BAD_REQUEST, &json!(message))
    );
    let wanted = "/resource-servers?identifiers=https%3A%2F%2Fapi.example%2Fa%20b&fields=id";
    assert_eq!(
        caller.get(wanted).await,
        json!([{"id": created["id"]}])
    );

    for _ in 0..2 {
        assert_eq!(
            caller
                .send(Method::DELETE, path, None)
                .await
                .0,
            StatusCode::NO_CONTENT
        );
    }
    let (status, body) = caller
        .send(Method::GET, path, None)
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(
        body,
        json!({
            "statusCode": 404,
            "error": "Not Found",
            "message": "The resource server does not exist",
            "errorCode": "inexistent_resource_server"
        })
    );
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn refusals_have_the_shape_and_words_of_auth0() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let api = json!({"identifier": "urn:a"});
    caller
        .post("/resource-servers", api.clone())
        .await;
    let (status, _) = caller
        .send(Method::POST, "/resource-servers", Some(&api))
        .await;
    assert_eq!(status, StatusCode::CONFLICT);

    let change = json!({"identifier": "urn:b", "id": "x"});
    let (_, body) = caller
        .send(
            Method::PATCH,
            "/resource-servers/urn:a",
            Some(&change),
        )
        .await;
    assert_eq!(
        body,
        json!({
            "statusCode": 400,
            "error": "Bad Request",
            "message":
                "Payload validation error: 'Additional properties not allowed: id,identifier'.",
            "errorCode": "invalid_body"
        })
    );
    for path in ["/resource-server", "/clients/a/b/c"] {
        assert_eq!(
            caller
                .send(Method::GET, path, None)
                .await
                .0,
            StatusCode::NOT_FOUND
        );
    }
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn requests_are_remembered_in_order() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    caller.get("/clients?take=1").await;
    caller
        .send(Method::GET, "/clients/nobody", None)
        .await;
    let seen: Vec<_> = emulator
        .requests()
        .into_iter()
        .map(|request| (request.method, request.path, request.status))
        .collect();
    let expected = [
        ("POST", "/oauth/token", 200),
        ("GET", "/api/v2/clients?take=1", 200),
        ("GET", "/api/v2/clients/nobody", 404),
    ];
    assert_eq!(
        seen,
        expected.map(|(method, path, status)| (
            method.into(),
            path.into(),
            Some(status)
        ))
    );
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn a_state_file_keeps_tenant_and_key_and_only_its_owner_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tenant.json");
    let first = start(Transport::Plain, Some(file.clone())).await;
    let caller = Caller::new(&first).await;
    let client = caller
        .post("/clients", json!({"name": "Kept"}))
        .await;
    let keys = async |url: String| -> Value {
        let url = format!("{url}/.well-known/jwks.json");
        caller
            .http
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    };
    let before = keys(first.url()).await;
    first.stop().await.unwrap();

    let second = start(Transport::Plain, Some(file.clone())).await;
    assert_eq!(keys(second.url()).await, before);
    let path = format!(
        "/clients/{}",
        client["client_id"].as_str().unwrap()
    );
    let kept = Caller::new(&second)
        .await
        .get(&path)
        .await;
    assert_eq!(kept["client_secret"], client["client_secret"]);
    second.stop().await.unwrap();

    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            std::fs::metadata(&file)
                .unwrap()
                .permissions()
                .mode()
                & 0o077,
            0
        );
    }
    let lock = folder.path().join("tenant.json.lock");
    assert!(lock.exists());
    assert_eq!(
        std::fs::read_dir(folder.path())
            .unwrap()
            .count(),
        2
    );
}

#[tokio::test]
async fn only_a_sound_state_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tenant.json");
    std::fs::write(&file, "{}").unwrap();
    let settings = Settings {
        state: Some(file),
        ..Settings::default()
    };
    let unsound = emulator::start(settings).await;
    assert!(matches!(
        unsound.err(),
        Some(EmulatorError::State { .. })
    ));
}

#[tokio::test]
async fn a_state_is_written_by_one_emulator_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        state: Some(folder.path().join("tenant.json")),
        ..Settings::default()
    };
    let first = emulator::start(settings.clone())
        .await
        .unwrap();
    let second = emulator::start(settings.clone())
        .await
        .err();
    let holder = std::process::id();
    assert!(
        matches!(&second, Some(EmulatorError::Locked { holder: Some(by), .. }) if *by == holder),
        "{second:?}"
    );

    first.stop().await.unwrap();
    emulator::start(settings).await.unwrap();
}

/// Whatever else is in it: what a newer one wrote need not be laid out as we
/// know it, and is worth keeping.
#[tokio::test]
async fn the_state_of_a_newer_emulator_is_not_taken_for_none() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tenant.json");
    let refused = async |text: &str| {
        std::fs::write(&file, text).unwrap();
        let settings = Settings {
            state: Some(file.clone()),
            ..Settings::default()
        };
        emulator::start(settings)
            .await
            .err()
            .unwrap()
    };

    let newer = refused(
        r#"{ "tenants": [], "signing_key": { "kty": "RSA" }, "version": 2 }"#,
    )
    .await;
    assert!(
        matches!(newer, EmulatorError::Version { version: 2, .. }),
        "{newer}"
    );
    for text in [
        r#"{ "version": 1 }"#,
        r#"{ "version": "2" }"#,
        "[]",
    ] {
        let unsound = refused(text).await;
        assert!(
            matches!(unsound, EmulatorError::State { .. }),
            "{unsound}"
        );
    }
}

/// Nobody has to stop it in a test that fails.
#[tokio::test]
async fn a_dropped_emulator_stops() {
    let emulator = emulator::start(Settings::default())
        .await
        .unwrap();
    let address = emulator
        .url()
        .strip_prefix("http://")
        .unwrap()
        .to_owned();
    TcpStream::connect(&address)
        .await
        .unwrap();

    drop(emulator);
    let refuses = async {
        while TcpStream::connect(&address)
            .await
            .is_ok()
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), refuses)
        .await
        .unwrap();
}
