//! Getting into a realm.

use reqwest::Method;
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::connection::Connection;
use super::refusal::{Endpoint, expect_success};
use super::session::{Issued, Session};
use crate::provider::ProviderError;
use crate::provider::web::{
    CachedSession, LogIn, Repeat, RequestLine, SessionCache, Transport as _,
    parse, unexpected_answer,
};

impl LogIn for Connection {
    type Session = Session;

    fn sessions(&self) -> &SessionCache<Session> {
        &self.sessions
    }

    async fn log_in(&self) -> Result<CachedSession<Session>, ProviderError> {
        let settings = &self.settings;
        let client = settings.credentials.client()?;

        tracing::info!("asking for a token");
        let realm = settings.auth_realm.as_str();
        // An assertion says whom it is for, which only the
        // realm itself knows for sure.
        let issuer = if client.has_key() {
            self.discover(realm).await?.issuer
        } else {
            String::new()
        };

        let path = [
            "realms",
            realm,
            "protocol",
            "openid-connect",
            "token",
        ];
        let url = settings.realm.server.url(path);
        let line = RequestLine::new(Method::POST, &url);
        let build = || {
            let request = self.client.post(url.clone());
            client.ask_for_token(request, &issuer, &[], &settings.secrets)
        };
        let mut patience = self.patience();
        let asked = Instant::now();
        // Freely, though it is a POST: whoever asks twice has one token more,
        // and nothing else.
        let exchange = self
            .send_with_retries(&line, Repeat::Freely, &mut patience, build)
            .await;

        let answer = expect_success(
            Endpoint::Token,
            &line,
            exchange.result,
            settings,
        )?;
        let token: Issued = parse(&line, &Zeroizing::new(answer.body))?;
        settings
            .secrets
            .keep(&token.access_token.as_str().into());
        token
            .session(asked, &settings.role_holder())
            .map(CachedSession::renewable)
            .ok_or_else(|| unexpected_answer(&line, "its token is none"))
    }
}
