//! Passes a request on to a server, for what stands between it and Grantry.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use reqwest::Client;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION};

/// What a server answered, as far as anybody looks at it.
pub(crate) struct Answer {
    pub(crate) body: Bytes,
    status: StatusCode,
    headers: HeaderMap,
}

/// Asks the server at this address what somebody else was asked.
pub(crate) async fn forward(
    http: &Client,
    server: &str,
    request: Request,
) -> Answer {
    let (head, body) = request.into_parts();
    let path = head
        .uri
        .path_and_query()
        .unwrap()
        .as_str();
    let body = to_bytes(body, usize::MAX)
        .await
        .unwrap();
    let url = format!("{server}{path}");
    let mut sent = http
        .request(head.method, url)
        .body(body);
    for name in [AUTHORIZATION, CONTENT_TYPE] {
        if let Some(value) = head.headers.get(&name) {
            sent = sent.header(name, value);
        }
    }

    let answer = sent.send().await.unwrap();
    let status = StatusCode::from_u16(answer.status().as_u16()).unwrap();
    let mut headers = answer.headers().clone();
    Answer {
        body: answer.bytes().await.unwrap(),
        status,
        headers: [CONTENT_TYPE, LOCATION]
            .into_iter()
            .filter_map(|name| Some((name.clone(), headers.remove(name)?)))
            .collect(),
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        (self.status, self.headers, Body::from(self.body)).into_response()
    }
}
