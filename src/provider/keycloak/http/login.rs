//! Getting into a realm.

use reqwest::{Method, RequestBuilder};
use secrecy::ExposeSecret;
use tokio::time::Instant;
use url::Url;
use zeroize::Zeroizing;

use super::connection::Connection;
use super::refusal::{Endpoint, expect_success};
use super::session::{Issued, Session};
use crate::provider::ProviderError;
use crate::provider::web::{
    CachedSession, Exchange, LogIn, Patience, Repeat, RequestLine, SessionCache, parse,
    unexpected_answer,
};

impl LogIn for Connection {
    type Session = Session;

    fn sessions(&self) -> &SessionCache<Session> {
        &self.sessions
    }

    async fn log_in(&self) -> Result<CachedSession<Session>, ProviderError> {
        tracing::info!("asking for a token");
        let settings = &self.settings;
        let realm = settings.auth_realm.as_str();
        // An assertion says whom it is for, which only the realm itself knows for sure.
        let issuer = if settings.credentials.has_key() {
            self.issuer_of(realm).await?
        } else {
            String::new()
        };

        let path = ["realms", realm, "protocol", "openid-connect", "token"];
        let url = settings.realm.server.url(path);
        let line = RequestLine::new(Method::POST, &url);
        let client_id = settings.credentials.client_id()?.clone();
        let build = || self.token_request(&url, client_id.as_str(), &issuer);
        let mut patience = self.patience();
        let asked = Instant::now();
        // Freely, though it is a POST: whoever asks twice has one token more, and nothing else.
        let exchange = self
            .send_with_retries(&line, Repeat::Freely, &mut patience, build)
            .await;

        let answer = expect_success(Endpoint::Token, &line, exchange.result, &settings.secrets)?;
        let token: Issued = parse(&line, &Zeroizing::new(answer.body))?;
        settings.secrets.keep(&token.access_token.as_str().into());
        token
            .session(asked, &settings.role_holder())
            .map(CachedSession::renewable)
            .ok_or_else(|| unexpected_answer(&line, "its token is none"))
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
    /// Made anew for each attempt: an assertion is taken once.
    fn token_request(&self, url: &Url, client_id: &str, issuer: &str) -> RequestBuilder {
        let proof = self.settings.credentials.proof(issuer);
        for (_, secret) in &proof {
            self.settings.secrets.keep(secret);
        }

        let mut form = vec![
            ("grant_type", "client_credentials"),
            ("client_id", client_id),
        ];
        let proof = proof
            .iter()
            .map(|(name, value)| (*name, value.expose_secret()));
        form.extend(proof);
        self.client.post(url.clone()).form(&form)
    }
}
