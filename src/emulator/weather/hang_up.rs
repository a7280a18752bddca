//! Closing a connection without an answer.
//!
//! A layer can only answer. So it answers with a mark, and the outermost service turns the mark into
//! an error of the service: hyper then writes nothing and closes the connection (in HTTP/2: resets
//! the stream, and leaves the connection to its other requests).

use std::convert::Infallible;

use axum::response::{IntoResponse, Response};

/// The mark, and the error it becomes.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the connection was closed without an answer, as a fault asked for")]
pub(crate) struct HungUp;

impl From<Infallible> for HungUp {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// Stands for no answer until [`close`].
pub(super) fn hang_up() -> Response {
    axum::Extension(HungUp).into_response()
}

pub(crate) fn is_hung_up(response: &Response) -> bool {
    response.extensions().get::<HungUp>().is_some()
}

/// Takes the mark for what it stands for.
pub(crate) fn close(answered: Result<Response, Infallible>) -> Result<Response, HungUp> {
    let Ok(response) = answered;
    if is_hung_up(&response) {
        Err(HungUp)
    } else {
        Ok(response)
    }
}
