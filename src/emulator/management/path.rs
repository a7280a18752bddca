//! Addresses below a collection, and the ids in them.

use axum::extract::rejection::PathRejection;
use axum::extract::{self, FromRequestParts};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::answer::Failure;
use crate::emulator::tenant::Collection;

/// An address below that of a collection, such as `/{id}`.
pub(crate) fn below<C: Collection>(rest: &str) -> String {
    format!("{}{rest}", C::PATH)
}

/// The ids in an address, decoded.
pub(crate) struct Path<Ids>(pub(crate) Ids);

impl<Ids: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<Ids> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let decoded = extract::Path::from_request_parts(parts, state).await;
        let extract::Path(ids) = decoded.map_err(|rejection| refuse_path(&rejection))?;

        Ok(Self(ids))
    }
}

fn refuse_path(rejection: &PathRejection) -> Failure {
    let message = format!("Path validation error: {}", rejection.body_text());

    Failure::new(StatusCode::BAD_REQUEST, message, "invalid_uri")
}
