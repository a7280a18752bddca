//! Getting into a tenant.

use std::sync::Arc;

use reqwest::{Method, RequestBuilder};
use url::Url;

use super::connection::Connection;
use crate::provider::ProviderError;
use crate::provider::auth0::credentials::Access;
use crate::provider::auth0::invalid::{InvalidSetting, invalid};
use crate::provider::auth0::token::{Issued, Session};
use crate::provider::web::{
    CachedSession, ClientCredentials, LogIn, Repeat, RequestLine, SessionCache,
    Transport as _, unexpected_answer,
};

const TOKEN_PATH: &str = "/oauth/token";

impl LogIn for Connection {
    type Session = Session;

    fn sessions(&self) -> &SessionCache<Session> {
        &self.sessions
    }

    async fn log_in(&self) -> Result<CachedSession<Session>, ProviderError> {
        let client = match &self.settings.credentials.0 {
            Access::Client(client) => client,
            Access::Token(session) => {
                return Ok(CachedSession::Final(Arc::new(session.clone())));
            }
            Access::None => return Err(invalid(InvalidSetting::NoCredentials)),
        };

        tracing::info!("asking for a token");
        let mut url = self.settings.site.clone();
        url.set_path(TOKEN_PATH);
        let line = RequestLine::new(Method::POST, &url);
        let build = || self.token_request(&url, client);

        let mut patience = self.patience();
        let issued: Issued = loop {
            // Freely, though it is a POST: whoever asks twice has one token
            // more, and nothing else.
            let exchange = self
                .send_with_retries(&line, Repeat::Freely, &mut patience, build)
                .await;
            let parsed = self.parse_or_wait(&line, exchange, &mut patience);
            if let Some(issued) = parsed.await? {
                break issued;
            }
        };

        issued.keep_secret_in(&self.settings.secrets);
        issued
            .session(client.id().clone())
            .map(CachedSession::renewable)
            .map_err(|problem| {
                unexpected_answer(&line, format!("its token {problem}"))
            })
    }
}

impl Connection {
    fn token_request(
        &self,
        url: &Url,
        client: &ClientCredentials,
    ) -> RequestBuilder {
        let settings = &self.settings;
        let request = self.client.post(url.clone());

        // With the slash at its end, as Auth0 wants it: an address without a
        // path is written so.
        let issuer = settings.site.as_str();
        // No scope is asked for: a token comes with all that are granted then,
        // and to ask for one that is not has the whole request refused.
        let told = [("audience", settings.management_api.as_str())];
        client.ask_for_token(request, issuer, &told, &settings.secrets)
    }
}
