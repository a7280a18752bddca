//! The JSON object in a request's body.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde_json::Value;

use super::answer::Failure;
use crate::emulator::tenant::{Object, Refusal, Violation};

/// A body that is a JSON object, whatever its content type says.
pub(crate) struct Body(pub(crate) Object);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| unreadable(&rejection))?;
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(object)) => Ok(Self(object)),
            Ok(_) => {
                let violation = Violation::new("Expected type object", "");
                Err(Refusal::from(violation).into())
            }
            Err(_) => {
                let message = "Invalid request payload JSON format";
                Err(Failure::new(StatusCode::BAD_REQUEST, message, "invalid_body"))
            }
        }
    }
}

fn unreadable(rejection: &BytesRejection) -> Failure {
    Failure::new(rejection.status(), rejection.body_text(), None)
}
