//! The ids in an address.

use axum::extract::{self, FromRequestParts};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::answer::Failure;

/// The ids in an address, decoded.
pub(crate) struct Path<Ids>(pub(crate) Ids);

impl<Ids: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<Ids> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match extract::Path::from_request_parts(parts, state).await {
            Ok(extract::Path(ids)) => Ok(Self(ids)),
            Err(rejection) => {
                let message = format!("Path validation error: {}", rejection.body_text());
                Err(Failure::new(
                    StatusCode::BAD_REQUEST,
                    message,
                    "invalid_uri",
                ))
            }
        }
    }
}
