//! Answers that the tenant has no part in, each in the shape of the API that was asked.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::asked::{Asked, Place};
use crate::emulator::management::Failure;
use crate::emulator::remark::because;

/// The words of a refusal by the rate limit, in both APIs.
const TOO_MANY: &str = "Global limit has been reached";

/// The answer of this status.
pub(super) fn refusal(asked: &Asked, status: StatusCode) -> Response {
    let reason = status.canonical_reason().unwrap_or("Unknown");
    let (message, code) = match status {
        StatusCode::TOO_MANY_REQUESTS => (TOO_MANY, Some("too_many_requests")),
        _ => (reason, None),
    };
    match asked.place {
        Place::Token => {
            let error = code.unwrap_or("server_error");
            let body = json!({"error": error, "error_description": message});
            because((status, Json(body)).into_response(), message)
        }
        Place::Management(_) | Place::Elsewhere => {
            Failure::new(status, message, code).into_response()
        }
    }
}
