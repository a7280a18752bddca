//! What came back, or why nothing did.

use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{RequestBuilder, StatusCode};
use tokio::time::Instant;

use super::cause::Cause;
use super::request_line::RequestLine;
use crate::provider::{OutOfTimeReason, UnreachableReason};

/// In bytes: a page of 100 APIs, each with 1,000 scopes of the
/// greatest length, is smaller.
const LARGEST_BODY: usize = 128 << 20;

/// An answer, read to its end.
#[derive(Debug)]
pub(in crate::provider) struct Response {
    pub(in crate::provider) status: StatusCode,
    pub(in crate::provider) headers: HeaderMap,
    pub(in crate::provider) body: Vec<u8>,
}

/// Why there is no response.
pub(in crate::provider) enum TransportError {
    /// Nothing was sent.
    NotSent(Cause),
    /// It may have been carried out.
    Lost(Cause),
    /// The time of the run was over before it was sent, or sent again.
    OutOfTime(OutOfTimeReason),
}

/// Sends a request, reads its response to the end, and
/// notes how long that took.
pub(in crate::provider) async fn receive(
    line: &RequestLine,
    request: RequestBuilder,
) -> Result<Response, TransportError> {
    let begun = Instant::now();
    let result = send(request).await;
    let milliseconds = begun.elapsed().as_millis();

    match &result {
        Ok(response) => {
            let status = response.status.as_u16();
            tracing::debug!(status, milliseconds, "{line}");
        }
        Err(TransportError::NotSent(cause) | TransportError::Lost(cause)) => {
            tracing::debug!(
                reason = cause.reason,
                milliseconds,
                "{line}: no answer"
            );
        }
        Err(TransportError::OutOfTime(_)) => {}
    }
    result
}

async fn send(request: RequestBuilder) -> Result<Response, TransportError> {
    let mut response = request.send().await?;
    let status = response.status();
    let headers = response.headers().clone();

    // Read in pieces, so that an endless answer ends all the same.
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LARGEST_BODY {
            return Err(TransportError::Lost(Cause {
                silence: UnreachableReason::Connection,
                reason: "the answer is too large to be true".to_owned(),
            }));
        }
        body.extend_from_slice(&chunk);
    }

    Ok(Response {
        status,
        headers,
        body,
    })
}

impl From<reqwest::Error> for TransportError {
    fn from(error: reqwest::Error) -> Self {
        // The message that tells of it names the
        // address, and without its query.
        let error = error.without_url();
        let cause = Cause::of(&error);

        // What failed while it connected has sent nothing. How far anything
        // else came nobody knows.
        if error.is_connect() || error.is_builder() {
            Self::NotSent(cause)
        } else {
            Self::Lost(cause)
        }
    }
}

impl Response {
    /// How long it is said to wait, in seconds.
    pub(in crate::provider) fn retry_after(&self) -> Option<Duration> {
        let said = self
            .headers
            .get(RETRY_AFTER)?
            .to_str()
            .ok()?;

        said.parse()
            .ok()
            .map(Duration::from_secs)
    }
}

#[cfg(test)]
impl Response {
    pub(in crate::provider) fn new(status: u16, body: &str) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: body.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use reqwest::Client;
    use reqwest::dns::{Name, Resolve, Resolving};

    use super::*;

    /// Knows no host at all.
    struct Nobody;

    impl Resolve for Nobody {
        fn resolve(&self, _: Name) -> Resolving {
            Box::pin(async { Err("no such host".into()) })
        }
    }

    #[tokio::test]
    async fn a_name_that_nobody_knows_is_told_from_a_connection_that_is_refused()
     {
        let client = Client::builder()
            .no_proxy()
            .dns_resolver(Arc::new(Nobody))
            .build()
            .unwrap();
        let closed = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();

        for (url, silence) in [
            (
                "https://nowhere.invalid/".to_owned(),
                UnreachableReason::Name,
            ),
            (
                format!("http://{closed}/"),
                UnreachableReason::Connection,
            ),
        ] {
            match receive(&RequestLine::get(&url), client.get(&url)).await {
                Err(TransportError::NotSent(cause)) => {
                    assert_eq!(cause.silence, silence, "{url}");
                }
                _ => panic!("{url} is not there"),
            }
        }
    }
}
