//! What the log says of a request beside its address and status: noted on the
//! way, read at the end.

use std::sync::{Arc, OnceLock};

use axum::response::Response;

/// Who asks. An extension of each request, set by whatever learns it: from a
/// token that this tenant signed, or from an id that is one of its clients.
#[derive(Clone, Default)]
pub(crate) struct AskedBy(Arc<OnceLock<String>>);

impl AskedBy {
    pub(crate) fn set(&self, client_id: &str) {
        self.0
            .get_or_init(|| client_id.to_owned());
    }

    pub(crate) fn client_id(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }
}

/// Why an answer is not the one asked for. An extension of the response.
#[derive(Clone)]
struct Reason(String);

/// Notes why the answer is not the one asked for.
pub(crate) fn because(
    mut response: Response,
    reason: impl Into<String>,
) -> Response {
    response
        .extensions_mut()
        .insert(Reason(reason.into()));
    response
}

/// Why the answer is not the one asked for, if it was noted.
pub(crate) fn reason(response: &Response) -> Option<&str> {
    response
        .extensions()
        .get::<Reason>()
        .map(|reason| reason.0.as_str())
}
