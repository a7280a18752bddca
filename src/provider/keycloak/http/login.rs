//! Getting into a realm: one token for all requests, and another before it ends, or where it is not
//! taken any more.

use std::sync::Arc;

use reqwest::{Method, RequestBuilder};
use secrecy::ExposeSecret;
use tokio::time::Instant;
use url::Url;
use zeroize::Zeroizing;

use super::connection::Connection;
use super::refusal;
use super::request_line::RequestLine;
use super::session::{Issued, Session};
use crate::provider::ProviderError;
use crate::provider::web::{Exchange, Patience, Repeat};

impl Connection {
    /// Our token: asked for by the first who needs it, and again in good time.
    pub(super) async fn session(&self) -> Result<Arc<Session>, ProviderError> {
        let mut cached = self.sessions.lock().await;
        match &*cached {
            Some(session) if !session.is_over() => Ok(session.clone()),
            _ => {
                let session = Arc::new(self.log_in().await?);
                *cached = Some(session.clone());
                Ok(session)
            }
        }
    }

    /// Sends with our token until there is a response worth having. What was refused for its token
    /// was not carried out, whatever it is: it is sent once more with another one.
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
            Ok(other) => other,
            // An earlier attempt may have been carried out, which this error would deny.
            Err(_) if first.is_doubtful => return Ok(first),
            Err(error) => return Err(error),
        };
        let second = self
            .send_with_retries(line, repeat, patience, || build(&other))
            .await;
        Ok(Exchange {
            is_doubtful: first.is_doubtful || second.is_doubtful,
            ..second
        })
    }

    /// A session other than this one, which was not taken.
    async fn session_instead_of(
        &self,
        refused: &Arc<Session>,
    ) -> Result<Arc<Session>, ProviderError> {
        let mut cached = self.sessions.lock().await;
        // Somebody else may have got it meanwhile.
        if let Some(other) = &*cached
            && !Arc::ptr_eq(other, refused)
        {
            return Ok(other.clone());
        }

        tracing::info!("the realm no longer takes the token: asking for another");
        let session = Arc::new(self.log_in().await?);
        *cached = Some(session.clone());
        Ok(session)
    }

    async fn log_in(&self) -> Result<Session, ProviderError> {
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

        let answer = refusal::expect_token(&line, exchange.result, &settings.secrets)?;
        let token: Issued = refusal::parse(&line, &Zeroizing::new(answer.body))?;
        settings.secrets.keep(&token.access_token.as_str().into());
        token
            .session(asked, &settings.role_holder())
            .ok_or_else(|| refusal::unexpected_answer(&line, "its token is none"))
    }

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
