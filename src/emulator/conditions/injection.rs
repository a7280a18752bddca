//! Making a fault happen, and the answers that no handler has a part in.
//!
//! A layer can only answer, so it cannot close a connection. It answers with a
//! mark instead, and the outermost service turns the mark into an error of the
//! service: hyper then writes nothing and closes the connection (in HTTP/2:
//! resets the stream, and leaves the connection to its other requests).

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LENGTH, RETRY_AFTER};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::fault::{FaultKind, Stage};
use super::target::{Endpoint, RequestLine};
use crate::emulator::buffer_body::LARGEST_BUFFER;
use crate::emulator::log_notes::because;
use crate::emulator::management::Failure;

/// How far behind a search is. An extension of its request.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SearchLag(pub(crate) Duration);

/// The words of a refusal by the rate limit, in both APIs.
const TOO_MANY: &str = "Global limit has been reached";

impl FaultKind {
    /// Lets the handler do what is asked, or not, and spoils the answer.
    pub(super) async fn inject(
        self,
        line: &RequestLine,
        request: Request,
        next: Next,
    ) -> Response {
        match self {
            Self::Status {
                stage,
                status,
                retry_after,
            } => {
                stage.run_handler(request, next).await;
                refuse_until(line, status, retry_after)
            }
            Self::Reset(stage) => {
                stage.run_handler(request, next).await;
                disconnect()
            }
            Self::Twice => run_twice(request, next).await,
            Self::ShortPage => {
                rewrite_body(next.run(request).await, drop_last_object).await
            }
            Self::Truncate => {
                rewrite_body(next.run(request).await, drop_second_half).await
            }
            Self::Slow(delay) => {
                sleep(delay).await;
                next.run(request).await
            }
            Self::Lag(lag) => {
                let mut request = request;
                request
                    .extensions_mut()
                    .insert(SearchLag(lag));
                next.run(request).await
            }
        }
    }
}

impl Stage {
    /// What the handler answers is lost.
    async fn run_handler(self, request: Request, next: Next) {
        match self {
            Self::BeforeHandler => {}
            Self::AfterHandler => drop(next.run(request).await),
        }
    }
}

async fn run_twice(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    // More than any handler takes, and an end: an endless
    // body would fill the memory.
    let Ok(bytes) = to_bytes(body, LARGEST_BUFFER).await else {
        return disconnect();
    };

    let first = Request::from_parts(head.clone(), Body::from(bytes.clone()));
    drop(next.clone().run(first).await);

    // The answer is that of the second time: that of the first never comes back
    // through such a proxy.
    let second = Request::from_parts(head, Body::from(bytes));
    next.run(second).await
}

async fn rewrite_body(
    response: Response,
    rewrite: fn(Vec<u8>) -> Vec<u8>,
) -> Response {
    let (mut head, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return disconnect();
    };

    // The server writes the length of the new body: a caller that counts must
    // not see the fault.
    head.headers.remove(CONTENT_LENGTH);
    (head, Body::from(rewrite(bytes.into()))).into_response()
}

fn drop_second_half(mut body: Vec<u8>) -> Vec<u8> {
    body.truncate(body.len() / 2);
    body
}

fn drop_last_object(body: Vec<u8>) -> Vec<u8> {
    let Ok(Value::Object(mut page)) = serde_json::from_slice(&body) else {
        return body;
    };
    // Only a page that says how many objects there are
    // promises more than it gives.
    if !page.contains_key("total") {
        return body;
    }

    for objects in page
        .values_mut()
        .filter_map(Value::as_array_mut)
    {
        objects.pop();
    }
    Value::Object(page).to_string().into()
}

/// The answer of this status, in the shape of the API that was asked.
pub(super) fn refuse_request(
    line: &RequestLine,
    status: StatusCode,
) -> Response {
    let reason = status
        .canonical_reason()
        .unwrap_or("Unknown");
    let (message, code) = match status {
        StatusCode::TOO_MANY_REQUESTS => (TOO_MANY, Some("too_many_requests")),
        _ => (reason, None),
    };

    match line.endpoint {
        Endpoint::Token => {
            let error = code.unwrap_or("server_error");
            let body = json!({"error": error, "error_description": message});
            because((status, Json(body)).into_response(), message)
        }
        Endpoint::Management(_) | Endpoint::Other => {
            Failure::new(status, message, code).into_response()
        }
    }
}

fn refuse_until(
    line: &RequestLine,
    status: StatusCode,
    retry_after: Option<u32>,
) -> Response {
    let mut response = refuse_request(line, status);
    if let Some(seconds) = retry_after {
        response
            .headers_mut()
            .insert(RETRY_AFTER, seconds.into());
    }
    response
}

/// The mark of a connection that is to be closed, and the error it becomes.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the connection was closed without an answer, as a fault asked for")]
pub(crate) struct Disconnected;

impl From<Infallible> for Disconnected {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// Stands for no answer until [`close_disconnected`].
fn disconnect() -> Response {
    Extension(Disconnected).into_response()
}

pub(crate) fn is_disconnected(response: &Response) -> bool {
    response
        .extensions()
        .get::<Disconnected>()
        .is_some()
}

/// Takes the mark for what it stands for.
pub(crate) fn close_disconnected(
    answered: Result<Response, Infallible>,
) -> Result<Response, Disconnected> {
    let Ok(response) = answered;
    if is_disconnected(&response) {
        Err(Disconnected)
    } else {
        Ok(response)
    }
}
