//! Getting into a tenant: one token for all requests of a run, and another where the tenant stops
//! taking it.

use std::sync::Arc;

use reqwest::{Method, RequestBuilder};
use secrecy::ExposeSecret;
use tokio::sync::MutexGuard;
use url::Url;

use super::connection::Connection;
use super::refusal::unexpected_answer;
use super::request_line::RequestLine;
use super::session_cache::CachedSession;
use crate::model::ClientId;
use crate::provider::ProviderError;
use crate::provider::auth0::credentials::Access;
use crate::provider::auth0::invalid::{InvalidSetting, invalid};
use crate::provider::auth0::token::{Issued, Session};
use crate::provider::web::Exchange;
use crate::provider::web::{Patience, Repeat};

const TOKEN_PATH: &str = "/oauth/token";

impl Connection {
    /// Whom we are in the tenant, and our token: asked for by the first who needs it.
    pub(super) async fn session(&self) -> Result<Arc<Session>, ProviderError> {
        let cached = self.sessions.lock().await;
        match cached.session() {
            Some(session) => Ok(session.clone()),
            None => self.log_in_and_keep(cached).await,
        }
    }

    /// Sends with our token until there is a response worth having. What was refused for its token
    /// was not carried out, whatever it is: it is sent once more with another one, if there is one.
    pub(super) async fn send_authorized(
        &self,
        line: &RequestLine,
        repeat: Repeat,
        patience: &mut Patience,
        build: impl Fn(&Session) -> RequestBuilder,
    ) -> Result<Exchange, ProviderError> {
        let session = self.session().await?;
        let first = self
            .send_with_retries(line, repeat, patience, || build(&session))
            .await;
        if !first.is_unauthorized() {
            return Ok(first);
        }

        let other = match self.session_instead_of(&session).await {
            Ok(Some(other)) => other,
            Ok(None) => return Ok(first),
            // An earlier attempt may have been carried out, which this error would deny.
            Err(_) if first.is_doubtful => return Ok(first),
            Err(error) => return Err(error),
        };

        let second = self
            .send_with_retries(line, repeat, patience, || build(&other))
            .await;
        // Else each request that follows would get one more token, and be refused with that as
        // well.
        if second.is_unauthorized() {
            self.give_up_on(&other).await;
        }
        Ok(Exchange {
            is_doubtful: first.is_doubtful || second.is_doubtful,
            ..second
        })
    }

    /// A session other than this one, which the tenant did not take; none, if none can be had.
    async fn session_instead_of(
        &self,
        refused: &Arc<Session>,
    ) -> Result<Option<Arc<Session>>, ProviderError> {
        let mut cached = self.sessions.lock().await;
        match &*cached {
            // Somebody else got it meanwhile.
            other if !other.holds(refused) => return Ok(other.session().cloned()),
            CachedSession::Nothing | CachedSession::Final(_) => return Ok(None),
            CachedSession::Renewable(_) => {}
        }

        tracing::info!("the tenant no longer takes the token: asking for another");
        // Should that fail, to fail again for each of the requests that follow would change
        // nothing.
        *cached = CachedSession::Final(refused.clone());
        self.log_in_and_keep(cached).await.map(Some)
    }

    /// Takes note that a session which was to be better was refused as well.
    async fn give_up_on(&self, refused: &Arc<Session>) {
        let mut cached = self.sessions.lock().await;
        if cached.holds(refused) {
            *cached = CachedSession::Final(refused.clone());
        }
    }

    /// The lock is held until the token is there, so that nobody asks for a second one.
    async fn log_in_and_keep(
        &self,
        mut cached: MutexGuard<'_, CachedSession>,
    ) -> Result<Arc<Session>, ProviderError> {
        let session = Arc::new(self.log_in().await?);
        *cached = if self.settings.credentials.is_ready_token() {
            CachedSession::Final(session.clone())
        } else {
            CachedSession::Renewable(session.clone())
        };
        Ok(session)
    }

    async fn log_in(&self) -> Result<Session, ProviderError> {
        let client_id = match &self.settings.credentials.0 {
            Access::Token(session) => return Ok(session.clone()),
            Access::None => return Err(invalid(InvalidSetting::NoCredentials)),
            Access::ClientSecret { client_id, .. } | Access::ClientKey { client_id, .. } => {
                client_id
            }
        };

        tracing::info!("asking for a token");
        let mut url = self.settings.site.clone();
        url.set_path(TOKEN_PATH);
        let line = RequestLine::new(Method::POST, &url);
        let build = || self.token_request(&url, client_id);

        let mut patience = self.patience();
        let issued: Issued = loop {
            // Freely, though it is a POST: whoever asks twice has one token more, and nothing else.
            let exchange = self
                .send_with_retries(&line, Repeat::Freely, &mut patience, build)
                .await;
            if let Some(issued) = self.parse_or_wait(&line, exchange, &mut patience).await? {
                break issued;
            }
        };

        issued.keep_secret_in(&self.settings.secrets);
        issued
            .session(client_id.clone())
            .map_err(|problem| unexpected_answer(&line, format!("its token {problem}")))
    }

    /// Made anew for each attempt: Auth0 takes each assertion of a key once.
    fn token_request(&self, url: &Url, client_id: &ClientId) -> RequestBuilder {
        let settings = &self.settings;
        let proof = settings.credentials.proof(settings.site.as_str());
        for (_, secret) in &proof {
            settings.secrets.keep(secret);
        }

        // No scope is asked for: a token comes with all that are granted then, and to ask for one
        // that is not has the whole request refused.
        let mut form = vec![
            ("grant_type", "client_credentials"),
            ("client_id", client_id.as_str()),
            ("audience", settings.management_api.as_str()),
        ];
        let proof = proof
            .iter()
            .map(|(name, value)| (*name, value.expose_secret()));
        form.extend(proof);
        // As a form and not as JSON: that is the body which Auth0 documents for its token endpoint.
        self.client.post(url.clone()).form(&form)
    }
}
