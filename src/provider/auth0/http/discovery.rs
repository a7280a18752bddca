//! What a tenant shows to everybody: its own description.

use std::time::{Duration, SystemTime};

use reqwest::Method;
use serde::Deserialize;
use tokio::time::Instant;

use super::Getter;
use super::headers::read_server_time;
use super::refusal::expect_success;
use crate::provider::ProviderError;
use crate::provider::web::{
    self, Exchange, Repeat, RequestLine, Transport as _,
};

const PATH: &str = "/.well-known/openid-configuration";

/// How the tenant's own description came.
pub(crate) struct Discovery {
    /// What the tenant calls itself, or why it does not say.
    pub(crate) issuer: Result<String, ProviderError>,
    /// How long it took, repetitions included.
    pub(crate) took: Duration,
    /// What time it is; none where no answer said so.
    pub(crate) times: Option<Times>,
}

/// What the clocks said around one answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    /// Ours, before it was asked for.
    pub(crate) before: SystemTime,
    /// The tenant's, when it answered, without fractions of a second.
    pub(crate) told: SystemTime,
    /// Ours, once the answer was there.
    pub(crate) after: SystemTime,
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
}

impl Getter {
    /// Asks for the tenant's own description. No token is sent.
    pub(crate) async fn discover(&self) -> Discovery {
        let connection = &*self.connection;
        let mut url = connection.settings.site.clone();
        url.set_path(PATH);
        let line = RequestLine::new(Method::GET, &url);
        let build = || connection.client.get(url.clone());
        let mut patience = connection.patience();

        // Around all attempts, and not the last alone: that makes
        // the span wider in which the tenant told its time, and no
        // skew is found that is none.
        let before = web::now();
        let begun = Instant::now();
        let exchange = connection
            .send_with_retries(&line, Repeat::Freely, &mut patience, build)
            .await;
        let after = web::now();
        let took = begun.elapsed();

        let times = told_by(&exchange).map(|told| Times {
            before,
            told,
            after,
        });
        Discovery {
            issuer: self.read_issuer(&line, exchange),
            took,
            times,
        }
    }

    fn read_issuer(
        &self,
        line: &RequestLine,
        exchange: Exchange,
    ) -> Result<String, ProviderError> {
        let secrets = &self.connection.settings.secrets;
        let body = expect_success(line, exchange.result, secrets)?;
        let metadata: Metadata = web::parse(line, &body)?;

        Ok(metadata.issuer)
    }
}

/// The time that the answer tells, also one that refuses.
fn told_by(exchange: &Exchange) -> Option<SystemTime> {
    let response = exchange.result.as_ref().ok()?;

    read_server_time(&response.headers)
}
