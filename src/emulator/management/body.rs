//! The object in a request's body.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::LARGEST_BODY;
use super::answer::Failure;
use super::form;
use crate::emulator::tenant::{Object, Refusal, Violation, as_sent_to};

/// A body that is an object: JSON, or a form with the same fields.
pub(crate) struct Body(pub(crate) Object);

/// What a body is written in.
enum Format {
    Json,
    Form,
}

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let format = Format::of(request.headers())?;
        let path = request.uri().path().to_owned();
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| unreadable(&rejection))?;
        match format {
            Format::Json => json(&bytes).map(Self),
            Format::Form => Ok(Self(as_sent_to(&path, form::parse(&bytes)))),
        }
    }
}

impl Format {
    /// A body that does not say is JSON. That others are refused so is not observed.
    fn of(headers: &HeaderMap) -> Result<Self, Failure> {
        let header = headers
            .get(CONTENT_TYPE)
            .map(|header| header.to_str().unwrap_or_default());
        let kind = header.map(|header| header.split(';').next().unwrap_or_default().trim());
        match kind.map(str::to_ascii_lowercase).as_deref() {
            None | Some("application/json") => Ok(Self::Json),
            Some(kind) if kind.ends_with("+json") => Ok(Self::Json),
            Some("application/x-www-form-urlencoded") => Ok(Self::Form),
            Some(_) => {
                let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
                Err(Failure::new(status, "Unsupported Media Type", None))
            }
        }
    }
}

fn json(bytes: &[u8]) -> Result<Object, Failure> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => {
            let violation = Violation::new("Expected type object", "");
            Err(Refusal::from(violation).into())
        }
        Err(_) => {
            let message = "Invalid request payload JSON format";
            Err(Failure::new(
                StatusCode::BAD_REQUEST,
                message,
                "invalid_body",
            ))
        }
    }
}

fn unreadable(rejection: &BytesRejection) -> Failure {
    let message = match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            format!("Payload content length greater than maximum allowed: {LARGEST_BODY}")
        }
        _ => rejection.body_text(),
    };
    Failure::new(rejection.status(), message, None)
}
