//! Getting into a tenant.

use std::sync::Arc;

use reqwest::{Method, RequestBuilder};
use secrecy::ExposeSecret;
use url::Url;

use super::connection::Connection;
use crate::model::ClientId;
use crate::provider::ProviderError;
use crate::provider::auth0::credentials::Access;
use crate::provider::auth0::invalid::{InvalidSetting, invalid};
use crate::provider::auth0::token::{Issued, Session};
use crate::provider::web::{
    CachedSession, Exchange, LogIn, Patience, Repeat, RequestLine, SessionCache, unexpected_answer,
};

const TOKEN_PATH: &str = "/oauth/token";

impl LogIn for Connection {
    type Session = Session;

    fn sessions(&self) -> &SessionCache<Session> {
        &self.sessions
    }

    async fn log_in(&self) -> Result<CachedSession<Session>, ProviderError> {
        let client_id = match &self.settings.credentials.0 {
            Access::Token(session) => {
                return Ok(CachedSession::Final(Arc::new(session.clone())));
            }
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
            .map(CachedSession::renewable)
            .map_err(|problem| unexpected_answer(&line, format!("its token {problem}")))
    }

    async fn send_with_retries(
        &self,
        line: &RequestLine,
        repeat: Repeat,
        patience: &mut Patience,
        build: impl Fn() -> RequestBuilder,
    ) -> Exchange {
        self.send_with_retries(line, repeat, patience, build).await
    }
}

impl Connection {
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
