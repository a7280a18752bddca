//! Taking in a request before anything answers it.
//!
//! A server that answers while the body is still on its way must close the connection, and a caller
//! that is still writing sees that instead of the answer: a refusal for want of a token would reach
//! it as a broken connection, now and then. Auth0 stands behind servers that take in all of it.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::{StreamExt as _, stream};

/// A body is taken in up to this many bytes, so that an endless one does not fill the memory; the
/// rest is left to whatever limits it. More than any route takes.
const MOST: usize = 4 * 1024 * 1024;

/// Middleware: hands a request on once its body is here.
pub(crate) async fn take_in(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let mut rest = body.into_data_stream();
    let (mut chunks, mut length) = (Vec::new(), 0);
    while length <= MOST
        && let Some(chunk) = rest.next().await
    {
        length += chunk.as_ref().map_or(0, Bytes::len);
        chunks.push(chunk);
    }
    let body = Body::from_stream(stream::iter(chunks).chain(rest));
    next.run(Request::from_parts(head, body)).await
}
