//! Asking for a token as one of the services of a tenant.

use std::fmt;
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde::Deserialize;
use serde_json::Value as Json;
use tokio::time::Instant;
use url::Url;
use zeroize::Zeroizing;

use super::caller::{Caller, Token};
use super::client::{build_client, cut_off_at};
use super::key_set::KeySet;
use super::patience::{Patience, Repeat, is_passing};
use super::refusal::{parse, unanswered, unexpected_answer};
use super::request_line::RequestLine;
use super::response::{Response, TransportError, receive};
use super::transport::{Ending, Transport};
use crate::model::{Asking, Endpoints, Identifier, Secrets, is_private};
use crate::provider::{ProviderError, RejectedReason};
use crate::words::sanitize;

/// Where a tenant gives tokens, for whoever asks as one of its services. Our
/// own credentials never come here.
#[derive(Debug)]
pub struct TokenDesk {
    client: Client,
    token_endpoint: Url,
    key_set: Url,
    issuer: String,
    asking: Asking,
    secrets: Secrets,
    deadline: Option<Instant>,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The tenant refused it.
    #[error("no token from {endpoint}: {refusal}")]
    Refused {
        /// Who was asked.
        endpoint: String,
        /// What it said.
        refusal: TokenRefusal,
    },
    /// It never came to that.
    #[error(transparent)]
    Provider(#[from] ProviderError),
}

/// What a tenant says that gives no token (RFC 6749, 5.2), fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRefusal {
    /// The HTTP status.
    pub status: u16,
    /// The code of OAuth, such as `invalid_scope`.
    pub code: String,
    /// What it says beside that.
    pub description: Option<String>,
}

impl TokenRefusal {
    /// Whether it is a scope that is refused, or an API: not who asks.
    #[must_use]
    pub fn is_of_scope(&self) -> bool {
        // Auth0 says `access_denied`, also of a wrong secret: that one is a
        // 401.
        self.code == "invalid_scope"
            || (self.code == "access_denied" && self.status == 403)
    }
}

impl fmt::Display for TokenRefusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.status, self.code)?;
        match &self.description {
            Some(description) => write!(formatter, ": {description}"),
            None => Ok(()),
        }
    }
}

#[derive(Deserialize)]
struct Issued {
    access_token: Zeroizing<String>,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
    error_description: Option<String>,
}

impl TokenDesk {
    /// For a tenant that gives tokens there; nothing is sent yet. What is given
    /// and shown is kept out of every text that these secrets know of.
    pub fn new(
        endpoints: &Endpoints,
        asking: Asking,
        secrets: Secrets,
        deadline: Option<Instant>,
    ) -> Result<Self, ProviderError> {
        let token_endpoint = parse_address(&endpoints.token_endpoint)?;
        let client = build_client(&token_endpoint, None)
            .map_err(|why| unusable(&endpoints.token_endpoint, why))?;

        Ok(Self {
            client,
            key_set: parse_address(&endpoints.key_set)?,
            token_endpoint,
            issuer: endpoints.issuer.clone(),
            asking,
            secrets,
            deadline,
        })
    }

    /// Asks for a token for an API, with these scopes, each as it is called in
    /// the tenant. Without any it is asked for all that are granted, where a
    /// tenant knows that.
    pub async fn ask(
        &self,
        caller: &Caller,
        api: &Identifier,
        scopes: &[String],
    ) -> Result<Token, TokenError> {
        self.secrets.keep(&caller.secret);
        let mut told = Vec::new();
        if self.asking == Asking::ByAudience {
            told.push(("audience", api.as_str()));
        }
        let scopes = scopes.join(" ");
        if !scopes.is_empty() {
            told.push(("scope", &scopes));
        }

        let line = RequestLine::new(Method::POST, &self.token_endpoint);
        let build = || {
            let request = self
                .client
                .post(self.token_endpoint.clone());
            caller.ask(request, &told, &self.secrets)
        };
        let response = self.send(&line, build).await?;
        self.read_token(&line, response)
    }

    fn read_token(
        &self,
        line: &RequestLine,
        response: Response,
    ) -> Result<Token, TokenError> {
        let body = Zeroizing::new(response.body);
        if !response.status.is_success() {
            return Err(self.read_refusal(line, response.status, &body));
        }

        let issued: Issued = parse(line, &body)?;
        let token = Token::of(&issued.access_token);
        self.secrets.keep(token.secret());
        // It is printed as it is, and sent in a header (RFC 6750, 2.1).
        if !issued
            .access_token
            .bytes()
            .all(|byte| byte.is_ascii_graphic())
        {
            let reason = "the token has what no token can have".to_owned();
            return Err(unexpected_answer(line, reason).into());
        }
        Ok(token)
    }

    fn read_refusal(
        &self,
        line: &RequestLine,
        status: StatusCode,
        body: &[u8],
    ) -> TokenError {
        if status == StatusCode::TOO_MANY_REQUESTS {
            let request = line.to_string();
            return ProviderError::RateLimited { request }.into();
        }

        // What is not an error of OAuth's is not quoted: it may echo what was
        // sent, secrets and all.
        let Ok(refusal) = serde_json::from_slice::<Refusal>(body) else {
            return ProviderError::Rejected {
                request: line.to_string(),
                status: status.as_u16(),
                objection: RejectedReason::Other,
                reason: "it is no error of OAuth's, so something else may \
                         answer there"
                    .to_owned(),
                next_step: None,
            }
            .into();
        };
        let shown = |text: &str| sanitize(&self.secrets.hide(text));
        TokenError::Refused {
            endpoint: line.url(),
            refusal: TokenRefusal {
                status: status.as_u16(),
                code: shown(&refusal.error),
                description: refusal
                    .error_description
                    .as_deref()
                    .map(shown),
            },
        }
    }

    /// The keys that the tenant publishes, by which its tokens are verified.
    pub async fn key_set(&self) -> Result<KeySet, ProviderError> {
        let line = RequestLine::new(Method::GET, &self.key_set);
        let response = self
            .send(&line, || self.client.get(self.key_set.clone()))
            .await?;
        if !response.status.is_success() {
            return Err(ProviderError::Rejected {
                request: line.to_string(),
                status: response.status.as_u16(),
                objection: RejectedReason::Other,
                reason: "no keys are published there".to_owned(),
                next_step: None,
            });
        }

        let keys: Json = parse(&line, &response.body)?;
        KeySet::read(&keys, &self.issuer)
            .ok_or_else(|| unexpected_answer(&line, "it is no set of keys"))
    }

    async fn send(
        &self,
        line: &RequestLine,
        build: impl Fn() -> RequestBuilder,
    ) -> Result<Response, ProviderError> {
        let mut patience = Patience::until(self.deadline);
        // Freely, though it may be a POST: whoever asks twice has one token
        // more, and nothing else.
        let exchange = self
            .send_with_retries(line, Repeat::Freely, &mut patience, build)
            .await;

        exchange.result.map_err(|error| {
            unanswered(line, error, |_, _| {
                "see whether the tenant can be reached from here".into()
            })
        })
    }
}

impl Transport for TokenDesk {
    async fn send_once(
        &self,
        line: &RequestLine,
        request: RequestBuilder,
        ends: Option<Instant>,
    ) -> Result<Response, TransportError> {
        receive(line, cut_off_at(request, ends)).await
    }

    fn judge(&self, _: &RequestLine, response: &Response) -> Ending {
        match response.status {
            StatusCode::TOO_MANY_REQUESTS => {
                Ending::TooMany(response.retry_after())
            }
            status if is_passing(status) => Ending::Fault,
            _ => Ending::Kept,
        }
    }

    /// A quota is a client's own: nobody else need wait.
    fn hold_back(&self, _: Duration) {}
}

/// An address of the tenant's: by https, or of this machine. No secret goes
/// anywhere in the clear.
fn parse_address(text: &str) -> Result<Url, ProviderError> {
    match text.parse::<Url>() {
        Ok(url) if is_private(&url) => Ok(url),
        Ok(_) => Err(unusable(
            text,
            "it is not an https address, so secrets would go there in the \
             clear"
                .to_owned(),
        )),
        Err(problem) => Err(unusable(text, problem.to_string())),
    }
}

fn unusable(address: &str, reason: String) -> ProviderError {
    let request = format!(
        "where the tenant gives tokens, {},",
        sanitize(address)
    );

    ProviderError::Unexpected {
        request,
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_goes_out_in_the_clear_but_on_this_machine() {
        for (address, is_taken) in [
            ("https://tenant.example/token", true),
            ("http://127.0.0.1:4600/oauth/token", true),
            ("http://tenant.example/token", false),
            ("tenant.example", false),
        ] {
            assert_eq!(
                parse_address(address).is_ok(),
                is_taken,
                "{address}"
            );
        }
    }

    #[test]
    fn only_a_scope_that_is_refused_is_a_refusal_of_a_scope() {
        for (status, code, is_of_scope) in [
            (403, "access_denied", true),
            (400, "invalid_scope", true),
            (401, "access_denied", false),
            (401, "invalid_client", false),
            (403, "unauthorized_client", false),
        ] {
            let refusal = TokenRefusal {
                status,
                code: code.to_owned(),
                description: None,
            };
            assert_eq!(refusal.is_of_scope(), is_of_scope, "{refusal}");
        }
    }
}
