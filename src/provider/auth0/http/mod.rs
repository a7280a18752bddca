//! The connection to a tenant. A `Getter` can only read;
//! writing takes a `Sender`.
//!
//! ```text
//!                           gate (429: all wait)   limiter (slows down before that)
//! get, send ─► send_with_retries ───┴──────────────────────┴──► send_once ─► web::response ─► refusal
//!                ├── web::Transport: again after what passes, where that is safe
//!                └── web::LogIn (401: once more with another token)
//! ```
//!
//! The limiter knows its `limits` by the `group` of a request: each has a
//! `bucket`, which fills at a `pace` that the `headers` of answers tell.

mod bucket;
mod connection;
mod discovery;
mod gate;
mod group;
mod headers;
mod limiter;
mod limits;
mod login;
mod pace;
mod refusal;
mod sender;
mod tenant_clock;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::Method;
use serde::de::DeserializeOwned;

use self::connection::Connection;
pub(super) use self::discovery::{Discovery, Times};
pub(super) use self::group::Group;
pub(super) use self::headers::Reading;
pub(super) use self::sender::Sender;
use super::settings::Settings;
use super::token::Session;
use crate::provider::ProviderError;
use crate::provider::web::{LogIn as _, Repeat, RequestLine};

/// What can read, and nothing else.
#[derive(Debug, Clone)]
pub(super) struct Getter {
    connection: Arc<Connection>,
}

impl Getter {
    /// Prepares the connection; nothing is sent yet.
    pub(super) fn new(settings: Settings) -> Result<Self, ProviderError> {
        let connection = Arc::new(Connection::new(settings)?);
        Ok(Self { connection })
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.connection.settings
    }

    /// Whom we are in the tenant, and our token.
    pub(super) async fn session(&self) -> Result<Arc<Session>, ProviderError> {
        self.connection.session().await
    }

    /// What time it is in the tenant, by its answers; none before there was one
    /// that said so.
    pub(super) fn tenant_time(&self) -> Option<SystemTime> {
        self.connection.clock.now()
    }

    /// How long so many requests of each group take from now on, as far as the
    /// tenant's limits are known.
    pub(super) fn time_of(
        &self,
        requests: &[(Group, usize)],
    ) -> Option<Duration> {
        self.connection
            .limiter
            .estimate_time(requests)
    }

    /// What the last answer to such a request said of the tenant's limits.
    pub(super) fn reading(&self, group: Group) -> Option<Reading> {
        self.connection.limiter.reading(group)
    }

    /// Asks for a part of the Management API.
    pub(super) async fn get<'a, T: DeserializeOwned>(
        &self,
        path: impl IntoIterator<Item = &'a str>,
        query: &[(&str, &str)],
    ) -> Result<(RequestLine, T), ProviderError> {
        let connection = &*self.connection;
        let mut url = connection.api_url(path);
        // Even an empty list of pairs would leave a `?` at the end.
        if !query.is_empty() {
            url.query_pairs_mut()
                .extend_pairs(query);
        }
        let line = RequestLine::new(Method::GET, &url);
        let build = || connection.client.get(url.clone());

        // One patience for refusals, faults and answers that are cut short: a
        // tenant that has all of them in turn would be asked for ever.
        let mut patience = connection.patience();
        loop {
            let exchange = connection
                .send_authorized(&line, Repeat::Freely, &mut patience, build)
                .await?;
            let parsed =
                connection.parse_or_wait(&line, exchange, &mut patience);
            if let Some(answer) = parsed.await? {
                return Ok((line, answer));
            }
        }
    }
}
