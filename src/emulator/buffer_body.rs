//! Taking in the whole of a request before anything answers it.
//!
//! A server that answers while the body is still on its way must close the connection, and a caller
//! that is still writing sees that instead of the answer: a refusal for want of a token would reach
//! it as a broken connection, now and then. Auth0 stands behind servers that take in all of it.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::{StreamExt as _, stream};

/// How many bytes of a body are taken in before the request is handed on. More than any route takes,
/// and a limit at all so that an endless body does not fill the memory: the rest is left to whatever
/// limits it.
const LARGEST_BUFFER: usize = 4 * 1024 * 1024;

/// Middleware: hands a request on once its body is here.
pub(crate) async fn buffer_body(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let mut rest = body.into_data_stream();
    let mut chunks = Vec::new();
    let mut length = 0;

    // An error is a chunk as well: whoever reads the body is the one to meet it.
    while length <= LARGEST_BUFFER
        && let Some(chunk) = rest.next().await
    {
        length += chunk.as_ref().map_or(0, Bytes::len);
        chunks.push(chunk);
    }

    let buffered = Body::from_stream(stream::iter(chunks).chain(rest));
    next.run(Request::from_parts(head, buffered)).await
}
