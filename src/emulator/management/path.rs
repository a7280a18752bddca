//! Addresses below a collection, and the ids in them.

use axum::extract::rejection::PathRejection;
use axum::extract::{self, FromRequestParts};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use super::answer::Failure;
use crate::emulator::tenant::Collection;

/// An address below that of a collection, such as `/{id}`.
pub(crate) fn below<C: Collection>(rest: &str) -> String {
    format!("{}{rest}", C::PATH)
}

/// The ids in an address, decoded.
pub(crate) struct Path<Ids>(pub(crate) Ids);

impl<Ids: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S>
    for Path<Ids>
{
    type Rejection = Failure;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> Result<Self, Failure> {
        let decoded = extract::Path::from_request_parts(parts, state).await;
        let extract::Path(ids) =
            decoded.map_err(|rejection| refuse_path(&rejection))?;

        Ok(Self(ids))
    }
}

/// An id as it was before it was escaped once more.
pub(crate) fn unescape(id: &str) -> String {
    // What is decoded is a form of one name: all that a form means something by
    // is escaped first.
    let form = id
        .replace('+', "%2B")
        .replace('=', "%3D")
        .replace('&', "%26");

    form_urlencoded::parse(form.as_bytes())
        .map(|(name, _)| name.into_owned())
        .collect()
}

fn refuse_path(rejection: &PathRejection) -> Failure {
    let message = format!(
        "Path validation error: {}",
        rejection.body_text()
    );

    Failure::new(StatusCode::BAD_REQUEST, message, "invalid_uri")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_escapes_are_decoded() {
        assert_eq!(
            unescape("https:%2F%2Fa.example%2F"),
            "https://a.example/"
        );
        for plain in ["urn:a", "a+b=c&d", "100%", ""] {
            assert_eq!(unescape(plain), plain);
        }
    }
}
