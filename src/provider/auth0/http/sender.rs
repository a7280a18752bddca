//! Sending a change.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderName};
use tokio::time::Instant;

use super::retry::{Patience, Repeat};
use super::{Asked, Getter, success};
use crate::provider::WriteError;
use crate::provider::auth0::correlation::CorrelationId;
use crate::provider::auth0::encode::Request;
use crate::provider::auth0::token::Session;

const CORRELATION: HeaderName = HeaderName::from_static("x-correlation-id");

/// How long the last change of a run has at least, also where the run's time is over.
const GRACE: Duration = Duration::from_secs(10);

/// What can write.
#[derive(Debug)]
pub(in crate::provider::auth0) struct Sender {
    getter: Getter,
}

impl Sender {
    /// A sender over the same connection: one token, one limit for both.
    pub(in crate::provider::auth0) fn over(getter: Getter) -> Self {
        Self { getter }
    }

    /// Sends a request that changes something. What creates is sent again only when it is sure that nothing was done; all
    /// else also after a fault, for twice is the same as once.
    pub(in crate::provider::auth0) async fn send(
        &self,
        request: &Request,
    ) -> Result<(Asked, Vec<u8>), WriteError> {
        self.send_with(request, self.getter.connection.patience())
            .await
    }

    /// Sends what a run must not leave behind undone, also a little after its time is over.
    pub(in crate::provider::auth0) async fn send_at_the_end(
        &self,
        request: &Request,
    ) -> Result<(Asked, Vec<u8>), WriteError> {
        let deadline = self.getter.connection.settings.deadline;
        let ends = deadline.map(|ends| ends.max(Instant::now() + GRACE));

        self.send_with(request, Patience::until(ends)).await
    }

    async fn send_with(
        &self,
        request: &Request,
        mut patience: Patience,
    ) -> Result<(Asked, Vec<u8>), WriteError> {
        let connection = &*self.getter.connection;
        let url = connection.api(request.path());
        let method: Method = request.method();
        let build = |session: &Session| {
            let built = connection
                .client
                .request(method.clone(), url.clone())
                .header(AUTHORIZATION, &session.bearer);
            let correlation = connection.settings.correlation.as_ref();
            let built = match correlation.and_then(CorrelationId::header) {
                Some(correlation) => built.header(CORRELATION, correlation),
                None => built,
            };
            match request.body() {
                Some(body) => built.json(body),
                None => built,
            }
        };
        let asked = Asked {
            method: method.clone(),
            url: url.clone(),
        };
        let outcome = connection
            .insist_as_ourselves(&asked, Repeat::of(&method), &mut patience, build)
            .await
            .map_err(WriteError::Refused)?;
        match success(&asked, outcome.answer, &connection.settings.secrets) {
            Ok(body) => Ok((asked, body)),
            // A server that failed may have failed after the deed, also at an earlier attempt.
            Err(error) if outcome.is_doubtful => Err(WriteError::Unknown(error)),
            Err(error) => Err(WriteError::Refused(error)),
        }
    }
}
