//! Error answers of the Management API, and the status of each refusal.

use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::json::{Json, Page, respond_error};
use crate::emulator::log_notes::because;
use crate::emulator::tenant::{ErrorCode, Object, Refusal, Violation};

/// An answer that is not the one asked for.
#[derive(Debug)]
pub(crate) struct Failure {
    status: StatusCode,
    message: String,
    code: ErrorCode,
}

impl Failure {
    pub(crate) fn new(
        status: StatusCode,
        message: impl Into<String>,
        code: impl Into<ErrorCode>,
    ) -> Self {
        Self {
            status,
            message: message.into(),
            code: code.into(),
        }
    }

    pub(crate) fn unauthorized(message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message, None)
    }

    /// `parameter` is empty where the query is wrong as a whole.
    pub(crate) fn invalid_query(reason: &str, parameter: &str) -> Self {
        Self::in_query(&Violation::new(reason, parameter))
    }

    /// What is wrong with a parameter of the query.
    pub(crate) fn in_query(violation: &Violation) -> Self {
        let message = format!("Query validation error: {violation}");

        Self::new(
            StatusCode::BAD_REQUEST,
            message,
            "invalid_query_string",
        )
    }

    pub(crate) fn not_found(message: &str, code: &'static str) -> Self {
        Self::new(StatusCode::NOT_FOUND, message, code)
    }

    pub(crate) fn insufficient_scope(expected: &[&str]) -> Self {
        let message = format!(
            "Insufficient scope, expected any of: {}",
            expected.join(", ")
        );

        Self::new(
            StatusCode::FORBIDDEN,
            message,
            "insufficient_scope",
        )
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let (status, code) = match &refusal {
            Refusal::Payload(_) => {
                (StatusCode::BAD_REQUEST, Some("invalid_body"))
            }
            Refusal::Rule(_) => (
                StatusCode::BAD_REQUEST,
                Some("validation_error"),
            ),
            Refusal::TooMany => {
                (StatusCode::FORBIDDEN, Some("too_many_entities"))
            }
            Refusal::NotFound { code, .. } => (StatusCode::NOT_FOUND, *code),
            Refusal::Conflict { code, .. } => (StatusCode::CONFLICT, *code),
        };

        Self::new(status, refusal.to_string(), code)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut body = json!({
            "statusCode": self.status.as_u16(),
            "error": self.status.canonical_reason(),
            "message": self.message
        });
        if let Some(code) = self.code {
            body["errorCode"] = code.into();
        }
        if self.status == StatusCode::UNAUTHORIZED {
            // Recorded: Auth0 says the message of a 401 twice,
            // and of no other refusal.
            body["attributes"] = json!({"error": self.message});
        }

        let response = (self.status, respond_error(&body)).into_response();
        because(response, self.message)
    }
}

/// The answer to a path or method that does not exist here. At Auth0 it may:
/// whoever asked is told whose lack it is.
pub(crate) async fn not_found(method: Method, uri: Uri) -> Failure {
    let path = uri.path();
    let message =
        format!("Not Found: the emulator does not serve {method} {path}");

    Failure::new(StatusCode::NOT_FOUND, message, None)
}

/// What a GET or PATCH of one object answers, and a GET of a bare list.
pub(crate) type Answer<S> = Result<Json<S>, Failure>;

/// What a GET of a list answers.
pub(crate) type Paged<C> = Result<Page<C>, Failure>;

/// What a POST answers: the new object, or a failure.
pub(crate) type Created<S> = Result<(StatusCode, Json<S>), Failure>;

/// What a DELETE answers.
pub(crate) type Deleted = Result<StatusCode, Failure>;

pub(crate) fn created<S>(object: Object) -> (StatusCode, Json<S>) {
    (StatusCode::CREATED, Json::new(object))
}

/// The answer to every DELETE that is not refused, also of what never was.
pub(crate) fn deleted(outcome: Result<(), Refusal>) -> Deleted {
    outcome?;

    Ok(StatusCode::NO_CONTENT)
}
