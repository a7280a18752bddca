//! The object in a request's body.

use std::marker::PhantomData;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::LARGEST_BODY;
use super::answer::Failure;
use super::form;
use crate::emulator::tenant::{Object, Refusal, Schema, Violation, coerce};

/// A body that is an object: JSON, or a form with the same fields. What it is
/// an object of, the handler says by its type.
pub(crate) struct Body<S>(pub(crate) Object, pub(crate) PhantomData<S>);

/// How deep a body may be. A state file has it some levels deeper, and could
/// not be read again if the library's own limit of 128 were all.
const DEEPEST_BODY: usize = 64;

/// What a body is written in.
enum Format {
    Json,
    Form,
}

/// A body that is any JSON.
pub(crate) struct AnyBody(pub(crate) Value);

impl<State: Send + Sync> FromRequest<State> for AnyBody {
    type Rejection = Failure;

    async fn from_request(
        request: Request,
        state: &State,
    ) -> Result<Self, Failure> {
        let headers = request.headers().clone();
        let bytes = take_bytes(request, state).await?;

        parse_any(&headers, &bytes).map(Self)
    }
}

/// Whatever a body is: any JSON, or a form with the same fields.
pub(crate) fn parse_any(
    headers: &HeaderMap,
    bytes: &[u8],
) -> Result<Value, Failure> {
    match Format::of(headers)? {
        Format::Json => parse_value(bytes),
        Format::Form => Ok(form::parse(bytes).into()),
    }
}

impl<S: Schema, State: Send + Sync> FromRequest<State> for Body<S> {
    type Rejection = Failure;

    async fn from_request(
        request: Request,
        state: &State,
    ) -> Result<Self, Failure> {
        let format = Format::of(request.headers())?;
        let bytes = take_bytes(request, state).await?;

        let object = match format {
            Format::Json => parse_json(&bytes)?,
            Format::Form => coerce(S::RECORD, form::parse(&bytes)),
        };
        Ok(Self(object, PhantomData))
    }
}

impl Format {
    /// A body that does not say is JSON. That others are
    /// refused so is not observed.
    fn of(headers: &HeaderMap) -> Result<Self, Failure> {
        let Some(header) = headers.get(CONTENT_TYPE) else {
            return Ok(Self::Json);
        };

        let header = header.to_str().unwrap_or_default();
        let media_type = header
            .split(';')
            .next()
            .unwrap_or_default();
        let media_type = media_type.trim().to_ascii_lowercase();
        match media_type.as_str() {
            "application/json" => Ok(Self::Json),
            "application/x-www-form-urlencoded" => Ok(Self::Form),
            other if other.ends_with("+json") => Ok(Self::Json),
            _ => {
                let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
                Err(Failure::new(
                    status,
                    "Unsupported Media Type",
                    None,
                ))
            }
        }
    }
}

async fn take_bytes<State: Send + Sync>(
    request: Request,
    state: &State,
) -> Result<Bytes, Failure> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| refuse_unreadable(&rejection))
}

fn parse_json(bytes: &[u8]) -> Result<Object, Failure> {
    if let Value::Object(object) = parse_value(bytes)? {
        return Ok(object);
    }

    let violation = Violation::new("Expected type object", "");
    Err(Refusal::from(violation).into())
}

/// Any JSON.
fn parse_value(bytes: &[u8]) -> Result<Value, Failure> {
    match serde_json::from_slice(bytes) {
        Ok(value) if is_within(&value, DEEPEST_BODY) => Ok(value),
        _ => Err(Failure::new(
            StatusCode::BAD_REQUEST,
            "Invalid request payload JSON format",
            "invalid_body",
        )),
    }
}

/// Whether nothing in a value is deeper than so many levels.
fn is_within(value: &Value, levels: usize) -> bool {
    let Some(below) = levels.checked_sub(1) else {
        return false;
    };

    match value {
        Value::Array(items) => items
            .iter()
            .all(|item| is_within(item, below)),
        Value::Object(object) => object
            .values()
            .all(|value| is_within(value, below)),
        _ => true,
    }
}

fn refuse_unreadable(rejection: &BytesRejection) -> Failure {
    let message = match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            format!(
                "Payload content length greater than maximum allowed: \
                 {LARGEST_BODY}"
            )
        }
        _ => rejection.body_text(),
    };

    Failure::new(rejection.status(), message, None)
}
