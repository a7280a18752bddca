//! An emulator to talk to, and someone who talks to it.

use std::path::PathBuf;

use grantry::emulator::{
    self, Emulator, MANAGEMENT_AUDIENCE, MANAGEMENT_CLIENT_ID,
    MANAGEMENT_CLIENT_SECRET, Settings, Transport,
};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::helpers::plain_http::plain_http;
use crate::helpers::served::in_memory;

pub(crate) async fn start(
    transport: Transport,
    state: Option<PathBuf>,
) -> Emulator {
    emulator::start(Settings {
        transport,
        state,
        ..in_memory()
    })
    .await
    .unwrap()
}

/// A caller with a management token.
pub(crate) struct Caller {
    pub(crate) url: String,
    pub(crate) token: String,
    pub(crate) http: Client,
}

impl Caller {
    pub(crate) async fn new(emulator: &Emulator) -> Self {
        let (url, http) = (emulator.url(), plain_http());
        let (status, answer) = token(&http, &url, &management(None)).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        Self {
            url,
            token: answer["access_token"]
                .as_str()
                .unwrap()
                .to_owned(),
            http,
        }
    }

    pub(crate) async fn with_scope(emulator: &Emulator, scope: &str) -> Self {
        let caller = Self::new(emulator).await;
        let (_, answer) = token(
            &caller.http,
            &caller.url,
            &management(Some(scope)),
        )
        .await;
        assert_eq!(answer["scope"], scope);
        Self {
            token: answer["access_token"]
                .as_str()
                .unwrap()
                .to_owned(),
            ..caller
        }
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (StatusCode, Value) {
        let request = self
            .http
            .request(method, format!("{}/api/v2{path}", self.url));
        let request = request.bearer_auth(&self.token);
        let response = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let response = response.send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        (
            status,
            serde_json::from_str(&text).unwrap_or(Value::Null),
        )
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, body) = self.send(Method::GET, path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self
            .send(Method::POST, path, Some(&body))
            .await;
        assert_eq!(status, StatusCode::CREATED, "{path}: {answer}");
        answer
    }
}

pub(crate) fn management(scope: Option<&str>) -> Value {
    let mut request = json!({
        "grant_type": "client_credentials",
        "client_id": MANAGEMENT_CLIENT_ID,
        "client_secret": MANAGEMENT_CLIENT_SECRET,
        "audience": MANAGEMENT_AUDIENCE
    });
    if let Some(scope) = scope {
        request["scope"] = scope.into();
    }
    request
}

pub(crate) async fn token(
    http: &Client,
    url: &str,
    request: &Value,
) -> (StatusCode, Value) {
    let response = http
        .post(format!("{url}/oauth/token"))
        .form(request)
        .send()
        .await
        .unwrap();
    (
        response.status(),
        response.json().await.unwrap(),
    )
}
