//! Taking in the whole of a request before anything answers it.
//!
//! A server that answers while the body is still on its way must close the
//! connection, and a caller that is still writing sees that instead of the
//! answer: a refusal for want of a token would reach it as a broken connection,
//! now and then. Auth0 stands behind servers that take in all of it.

use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};
use tokio::time::timeout;

use super::management::Failure;

/// How many bytes of a body are taken in before the request is handed on. More
/// than any route takes, and a limit at all so that an endless body does not
/// fill the memory: the rest is left to whatever limits it.
pub(crate) const LARGEST_BUFFER: usize = 4 * 1024 * 1024;

/// The whole body of a request, for whoever is not the one to read it. An
/// extension of the request; none where the body is too long, or broke off.
#[derive(Clone)]
pub(crate) struct Buffered(pub(crate) Bytes);

/// Middleware: hands a request on once its body is here, and refuses it where
/// that takes longer than the limit.
pub(crate) async fn buffer_body(
    State(limit): State<Duration>,
    request: Request,
    next: Next,
) -> Response {
    let (mut head, body) = request.into_parts();
    let mut rest = body.into_data_stream();
    let Ok(chunks) = timeout(limit, take_chunks(&mut rest)).await else {
        let message = "The body did not come to its end in time.";
        return Failure::new(StatusCode::REQUEST_TIMEOUT, message, None)
            .into_response();
    };

    let buffered = match concatenate(&chunks) {
        Some(whole) if whole.len() <= LARGEST_BUFFER => {
            head.extensions
                .insert(Buffered(whole.clone()));
            Body::from(whole)
        }
        _ => Body::from_stream(stream::iter(chunks).chain(rest)),
    };
    next.run(Request::from_parts(head, buffered))
        .await
}

type Chunk = Result<Bytes, axum::Error>;

/// The body up to its end, or to as much as is taken in.
async fn take_chunks(body: &mut BodyDataStream) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut length = 0;

    while length <= LARGEST_BUFFER
        && let Some(chunk) = body.next().await
    {
        length += chunk.as_ref().map_or(0, Bytes::len);
        let is_broken = chunk.is_err();
        // An error is a chunk as well: whoever reads the
        // body is the one to meet it.
        chunks.push(chunk);

        // The body of a stream that was reset gives the same error for as long
        // as it is asked.
        if is_broken {
            break;
        }
    }
    chunks
}

/// None where one of the chunks is an error.
fn concatenate(chunks: &[Chunk]) -> Option<Bytes> {
    match chunks {
        // As most bodies come, and no copy.
        [Ok(whole)] => Some(whole.clone()),
        _ => chunks
            .iter()
            .map(|chunk| chunk.as_ref().ok().map(Bytes::as_ref))
            .collect::<Option<Vec<&[u8]>>>()
            .map(|chunks| chunks.concat().into()),
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[tokio::test]
    async fn a_body_that_broke_off_is_asked_no_more() {
        let broken =
            stream::repeat_with(|| Err::<Bytes, _>(io::Error::other("reset")));
        let body = stream::iter([Ok(Bytes::from("ab"))]).chain(broken.take(10));
        let mut body = Body::from_stream(body).into_data_stream();

        let chunks = take_chunks(&mut body).await;
        assert_eq!(chunks.len(), 2);
        assert_eq!(concatenate(&chunks), None);
    }
}
