//! Sending a change.

use std::time::Duration;

use reqwest::RequestBuilder;
use reqwest::header::HeaderName;
use tokio::time::Instant;

use super::Getter;
use super::refusal::expect_success;
use crate::provider::WriteError;
use crate::provider::auth0::correlation::CorrelationId;
use crate::provider::auth0::encode::Request;
use crate::provider::web::{LogIn as _, Patience, Repeat, RequestLine};

const CORRELATION: HeaderName = HeaderName::from_static("x-correlation-id");

/// How long the last change of a run has at least, also where the
/// run's time is over. A lock that is not given back keeps the next
/// run out for as long as it lives.
const GRACE: Duration = Duration::from_secs(10);

/// What can write.
#[derive(Debug)]
pub(crate) struct Sender {
    getter: Getter,
}

impl Sender {
    /// A sender over the same connection: one token, one limit for both.
    pub(crate) fn over(getter: Getter) -> Self {
        Self { getter }
    }

    /// Sends a request that changes something. What creates is sent again only
    /// when Auth0 has done nothing: it was not reached, or there were too many
    /// requests. All else is sent again also after a fault, for twice is the
    /// same as once.
    pub(crate) async fn send(
        &self,
        request: &Request,
    ) -> Result<(RequestLine, Vec<u8>), WriteError> {
        let patience = self.getter.connection.patience();

        self.send_with(request, patience).await
    }

    /// Sends what a run must not leave behind undone, also a little after its
    /// time is over.
    pub(crate) async fn send_at_the_end(
        &self,
        request: &Request,
    ) -> Result<(RequestLine, Vec<u8>), WriteError> {
        let deadline = self.getter.connection.settings.deadline;
        let ends = deadline.map(|ends| ends.max(Instant::now() + GRACE));

        self.send_with(request, Patience::until(ends))
            .await
    }

    async fn send_with(
        &self,
        request: &Request,
        mut patience: Patience,
    ) -> Result<(RequestLine, Vec<u8>), WriteError> {
        let connection = &*self.getter.connection;
        let method = request.method();
        let url = connection.api_url(request.path());
        let line = RequestLine::new(method.clone(), &url);
        let build = || self.build_request(request);

        let exchange = connection
            .send_authorized(&line, Repeat::of(&method), &mut patience, build)
            .await
            // Without an exchange nothing was carried out: an error after a
            // doubtful attempt comes within one.
            .map_err(WriteError::Refused)?;

        let secrets = &connection.settings.secrets;
        match expect_success(&line, exchange.result, secrets) {
            Ok(body) => Ok((line, body)),
            // A server that failed may have failed after the deed, also at an
            // earlier attempt.
            Err(error) if exchange.is_doubtful => {
                Err(WriteError::Unknown(error))
            }
            Err(error) => Err(WriteError::Refused(error)),
        }
    }

    fn build_request(&self, request: &Request) -> RequestBuilder {
        let connection = &*self.getter.connection;
        let url = connection.api_url(request.path());
        let mut builder = connection
            .client
            .request(request.method(), url);

        // A `Getter` sends none: Auth0 notes it of changes only.
        let correlation = connection.settings.correlation.as_ref();
        if let Some(correlation) = correlation.and_then(CorrelationId::header) {
            builder = builder.header(CORRELATION, correlation);
        }
        if let Some(body) = request.body() {
            builder = builder.json(body);
        }
        builder
    }
}
