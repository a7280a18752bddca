//! The connection to a Keycloak. A `Getter` can only read;
//! writing takes a `Sender`.
//!
//! ```text
//! get, send ─► web::LogIn (a token, renewed in good time; 401: once more with another)
//!                 └─► web::Transport (again after what passes, where that is safe) ─► refusal
//! ```

mod connection;
mod login;
mod refusal;
mod sender;
mod session;

use std::sync::Arc;

use reqwest::Method;
use serde::de::DeserializeOwned;
use url::Url;
use zeroize::Zeroizing;

use self::connection::{Connection, Discovery};
use self::refusal::{Endpoint, expect_success};
pub(super) use self::sender::{Sender, Sent, is_not_found};
use self::session::Session;
use super::settings::Settings;
use crate::provider::ProviderError;
use crate::provider::web::{LogIn as _, Repeat, RequestLine, parse};

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

    /// Our token, and what came with it.
    pub(super) async fn session(&self) -> Result<Arc<Session>, ProviderError> {
        self.connection.session().await
    }

    /// What the managed realm shows to everybody.
    pub(super) async fn discover(&self) -> Result<Discovery, ProviderError> {
        let realm = &self.settings().realm.name;

        self.connection
            .discover(realm.as_str())
            .await
    }

    /// What the managed realm calls itself: its marks are written for that.
    pub(super) async fn issuer(&self) -> Result<String, ProviderError> {
        self.discover()
            .await
            .map(|discovery| discovery.issuer)
    }

    /// Asks for a part of the managed realm.
    pub(super) async fn get<'a, T: DeserializeOwned>(
        &self,
        path: impl IntoIterator<Item = &'a str>,
        query: &[(&str, &str)],
    ) -> Result<T, ProviderError> {
        let (line, body) = self.get_body(path, query).await?;

        parse(&line, &body)
    }

    /// The answer as it came; it may hold secrets, and is
    /// wiped with what it is in.
    async fn get_body<'a>(
        &self,
        path: impl IntoIterator<Item = &'a str>,
        query: &[(&str, &str)],
    ) -> Result<(RequestLine, Zeroizing<Vec<u8>>), ProviderError> {
        let connection = &*self.connection;
        let url = with_query(connection.admin_url(path)?, query);
        let line = RequestLine::new(Method::GET, &url);
        let build = || connection.client.get(url.clone());

        let mut patience = connection.patience();
        // Apart, as many wait for one at the same time.
        let sending = connection.send_authorized(
            &line,
            Repeat::Freely,
            &mut patience,
            build,
        );
        let exchange = Box::pin(sending).await?;
        let settings = &connection.settings;
        let body = expect_success(
            Endpoint::Admin,
            &line,
            exchange.result,
            settings,
        )?;
        Ok((line, Zeroizing::new(body.body)))
    }
}

fn with_query(mut url: Url, query: &[(&str, &str)]) -> Url {
    // Even an empty list of pairs would leave a `?` at the end.
    if !query.is_empty() {
        url.query_pairs_mut()
            .extend_pairs(query);
    }
    url
}
