//! The connection to a tenant. A `Getter` can only read; writing takes a `Sender`.

mod gate;
mod sender;

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Method, RequestBuilder, StatusCode};
use secrecy::ExposeSecret;
use tokio::sync::{OnceCell, Semaphore};
use url::Url;

use self::gate::{Gate, Patience};
pub(super) use self::sender::Sender;
use super::refusal::{misread, nonsense, printable, refusal};
use super::settings::{Entrance, Settings};
use super::token::{Issued, Session};
use crate::provider::ProviderError;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);

/// In bytes: a page of 100 APIs, each with 1,000 scopes of the greatest length, is smaller.
const LARGEST_ANSWER: usize = 128 << 20;

/// What can read, and nothing else.
#[derive(Debug, Clone)]
pub(super) struct Getter {
    connection: Arc<Connection>,
}

#[derive(Debug)]
struct Connection {
    client: Client,
    settings: Settings,
    session: OnceCell<Session>,
    slots: Semaphore,
    gate: Gate,
}

/// What was asked, for messages: the query is not shown.
#[derive(Debug)]
pub(super) struct Asked {
    method: Method,
    url: Url,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// Why there is no answer.
enum Fault {
    /// Nothing was sent.
    NotSent(String),
    /// It may have been carried out.
    Lost(String),
}

/// Whether a request may be carried out twice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Repeat {
    /// It changes nothing, so it is tried again after faults too.
    Freely,
    /// Only when it is sure that nothing was done.
    WhenRefused,
}

impl Getter {
    /// Prepares the connection; nothing is sent yet.
    pub(super) fn new(settings: Settings) -> Result<Self, ProviderError> {
        let builder = Client::builder()
            .user_agent(concat!("grantry/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            // No redirect is part of this API, and none may carry a token elsewhere.
            .redirect(Policy::none())
            .https_only(settings.site.scheme() == "https");
        // What is meant for this machine must not go out through a proxy.
        let builder = if settings.is_local() { builder.no_proxy() } else { builder };
        let unusable = |error: reqwest::Error| {
            let reason = reason(&error);
            ProviderError::Settings(format!("no connection can be made on this machine: {reason}"))
        };
        let authority =
            settings.authority.as_ref().map(|pem| Certificate::from_pem(pem.as_bytes()));
        let builder = match authority.transpose().map_err(unusable)? {
            Some(authority) => builder.tls_certs_merge([authority]),
            None => builder,
        };
        let client = builder.build().map_err(unusable)?;
        let slots = Semaphore::new(settings.parallelism.get().min(Semaphore::MAX_PERMITS));
        let connection =
            Connection { client, settings, session: OnceCell::new(), slots, gate: Gate::open() };
        Ok(Self { connection: Arc::new(connection) })
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.connection.settings
    }

    /// Whom we are in the tenant, and our token: asked for once.
    pub(super) async fn session(&self) -> Result<&Session, ProviderError> {
        self.connection.session().await
    }

    /// Asks for a part of the Management API, and gives the body of a successful answer.
    pub(super) async fn get<'a>(
        &self,
        path: impl IntoIterator<Item = &'a str>,
        query: &[(&str, &str)],
    ) -> Result<(Asked, Vec<u8>), ProviderError> {
        let connection = &*self.connection;
        let bearer = &connection.session().await?.bearer;
        let mut url = connection.api(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let build = || connection.client.get(url.clone()).header(AUTHORIZATION, bearer);
        let asked = Asked { method: Method::GET, url: url.clone() };
        let answer = connection.insist(&asked, Repeat::Freely, build).await;
        let body = success(&asked, answer)?;
        Ok((asked, body))
    }
}

impl Connection {
    async fn session(&self) -> Result<&Session, ProviderError> {
        self.session.get_or_try_init(|| self.enter()).await
    }

    async fn enter(&self) -> Result<Session, ProviderError> {
        let (client_id, secret) = match &self.settings.credentials.0 {
            Entrance::Token(session) => return Ok(session.clone()),
            Entrance::Secret { client_id, secret } => (client_id, secret),
        };
        let mut url = self.settings.site.clone();
        url.set_path("/oauth/token");
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", client_id.as_str()),
            ("client_secret", secret.expose_secret()),
            ("audience", self.settings.management_api.as_str()),
        ];
        let build = || self.client.post(url.clone()).form(&form);
        let asked = Asked { method: Method::POST, url: url.clone() };
        let answer = self.insist(&asked, Repeat::Freely, build).await;
        let body = success(&asked, answer)?;
        let issued: Issued =
            serde_json::from_slice(&body).map_err(|error| misread(&asked, &error))?;
        Session::new(&issued.token(), client_id.clone())
            .map_err(|problem| nonsense(&asked, format!("its token {problem}")))
    }

    /// The address of a part of the Management API; each segment is percent-encoded.
    fn api<'a>(&self, segments: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.settings.site.clone();
        // An http address always has a path, so this is always taken.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["api", "v2"]).extend(segments);
        }
        url
    }

    /// Asks until there is an answer worth having, or patience ends.
    async fn insist(
        &self,
        asked: &Asked,
        repeat: Repeat,
        build: impl Fn() -> RequestBuilder,
    ) -> Result<Answer, Fault> {
        let mut patience = Patience::default();
        loop {
            let outcome = self.ask(asked, build()).await;
            let wait = match &outcome {
                Ok(answer) if answer.status == StatusCode::TOO_MANY_REQUESTS => {
                    let wait = patience.after_too_many(&answer.headers);
                    wait.inspect(|wait| self.gate.close_for(*wait))
                }
                Ok(answer) if !is_passing(answer.status) => None,
                _ if repeat == Repeat::Freely => patience.after_fault(),
                _ => None,
            };
            let Some(wait) = wait else { return outcome };
            tokio::time::sleep(wait).await;
        }
    }

    /// Asks once.
    async fn ask(&self, asked: &Asked, request: RequestBuilder) -> Result<Answer, Fault> {
        // The semaphore is never closed, so there always is a slot in the end.
        let _slot = self.slots.acquire().await.ok();
        self.gate.pass().await;
        let outcome = receive(request).await;
        let (method, path) = (&asked.method, asked.url.path());
        match &outcome {
            Ok(answer) => tracing::debug!(%method, path, status = answer.status.as_u16()),
            Err(Fault::NotSent(reason) | Fault::Lost(reason)) => {
                tracing::debug!(%method, path, reason, "no answer");
            }
        }
        outcome
    }
}

async fn receive(request: RequestBuilder) -> Result<Answer, Fault> {
    let mut response = request.send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(Fault::Lost("the answer is too large to be true".to_owned()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, headers, body })
}

/// Failures that pass by themselves: the server, or what stands before it, is busy or starting.
fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 502..=504)
}

fn success(asked: &Asked, answer: Result<Answer, Fault>) -> Result<Vec<u8>, ProviderError> {
    match answer {
        Ok(answer) if answer.status.is_success() => Ok(answer.body),
        Ok(answer) => Err(refusal(asked, &answer)),
        Err(Fault::NotSent(reason) | Fault::Lost(reason)) => Err(unreachable(asked, reason)),
    }
}

fn unreachable(asked: &Asked, reason: String) -> ProviderError {
    ProviderError::Unreachable { url: asked.url(), reason }
}

/// The innermost cause says what happened; the outer ones only that something did.
fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    if error.is_timeout() {
        return "it took too long".to_owned();
    }
    printable(&cause.to_string())
}

impl From<reqwest::Error> for Fault {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if error.is_connect() || error.is_builder() {
            Self::NotSent(reason(&error))
        } else {
            Self::Lost(reason(&error))
        }
    }
}

impl Asked {
    /// The address without its query.
    pub(super) fn url(&self) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        url.into()
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.url.path())
    }
}

#[cfg(test)]
impl Asked {
    pub(super) fn get(url: &str) -> Self {
        Self { method: Method::GET, url: Url::parse(url).unwrap() }
    }
}

#[cfg(test)]
impl Answer {
    pub(super) fn new(status: u16, body: &str) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: body.into(),
        }
    }
}
