//! Requests to a Vault, and what comes back.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Method, StatusCode};
use secrecy::SecretString;
use serde_json::Value as Json;
use time::OffsetDateTime;
use tokio::time::{Instant, sleep};
use url::Url;

use super::VaultSession;
use super::settings::{VaultSettings, secret_header};
use crate::model::{Secrets, is_loopback, step};
use crate::secrets::SinkError;
use crate::words::{innermost_cause, sanitize};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// How often a request is sent, and the first wait in between; each further one
/// is twice as long.
const ATTEMPTS: u32 = 4;
const WAIT: Duration = Duration::from_millis(250);

/// In bytes: a folder of a million names is smaller.
const LARGEST_BODY: usize = 64 << 20;

/// What sends requests to one Vault.
pub(super) struct Client {
    http: reqwest::Client,
    pub(super) settings: VaultSettings,
    pub(super) session: VaultSession,
    /// What no message may show.
    pub(super) secrets: Secrets,
}

/// What is asked for.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    /// Behind `/v1/`, its parts not escaped.
    pub(super) path: Vec<String>,
    pub(super) is_list: bool,
    pub(super) body: Option<Json>,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// What the time is there.
    pub(super) now: Option<OffsetDateTime>,
    pub(super) body: Json,
}

/// Why a request is not known to be carried out.
pub(super) enum Unsent {
    /// It was not.
    Failed(SinkError),
    /// It may have been.
    InDoubt(SinkError),
}

/// Whether a request may be carried out twice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Repeat {
    Freely,
    WhenNothingWasDone,
}

/// Why one attempt has no answer.
enum Silence {
    NotSent(String),
    Lost(String),
}

impl Request {
    pub(super) fn new(method: Method, path: &[&str]) -> Self {
        let parts = path.iter().flat_map(|path| path.split('/'));

        Self {
            method,
            path: parts.map(str::to_owned).collect(),
            is_list: false,
            body: None,
        }
    }

    pub(super) fn post(path: &[&str], body: Json) -> Self {
        Self {
            body: Some(body),
            ..Self::new(Method::POST, path)
        }
    }
}

impl Client {
    pub(super) fn new(
        settings: VaultSettings,
        session: VaultSession,
    ) -> Result<Self, SinkError> {
        settings.refuse_unusable()?;
        let http = configure(&settings).map_err(|error| {
            let advice =
                step!["see that its authorities are certificates in PEM"];
            settings.not_set_up(&innermost_cause(&error), advice)
        })?;

        Ok(Self {
            http,
            settings,
            session,
            secrets: Secrets::default(),
        })
    }

    /// Sends what may be carried out twice.
    pub(super) async fn send(
        &self,
        request: &Request,
    ) -> Result<Answer, SinkError> {
        let token = self.token().await?;
        match self
            .deliver(request, Some(token), Repeat::Freely)
            .await
        {
            Ok(answer) => Ok(answer),
            Err(Unsent::Failed(error) | Unsent::InDoubt(error)) => Err(error),
        }
    }

    /// Sends what must not be carried out twice.
    pub(super) async fn send_once(
        &self,
        request: &Request,
    ) -> Result<Answer, Unsent> {
        let token = self.token().await.map_err(Unsent::Failed)?;
        self.deliver(request, Some(token), Repeat::WhenNothingWasDone)
            .await
    }

    /// Sends what says who we are.
    pub(super) async fn send_stranger(
        &self,
        request: &Request,
    ) -> Result<Answer, SinkError> {
        // A secret id may be good for one login only.
        match self
            .deliver(request, None, Repeat::WhenNothingWasDone)
            .await
        {
            Ok(answer) => Ok(answer),
            Err(Unsent::Failed(error) | Unsent::InDoubt(error)) => Err(error),
        }
    }

    async fn deliver(
        &self,
        request: &Request,
        token: Option<&SecretString>,
        repeat: Repeat,
    ) -> Result<Answer, Unsent> {
        let mut wait = WAIT;
        for attempt in 1.. {
            let is_last = attempt == ATTEMPTS;
            match self.attempt(request, token).await? {
                // It was not let in, or is not where it was written yet:
                // nothing was done.
                Ok(answer)
                    if !is_last
                        && matches!(answer.status.as_u16(), 412 | 429) => {}
                Ok(answer) if !answer.status.is_server_error() => {
                    self.refuse_elsewhere(&answer)
                        .map_err(Unsent::Failed)?;
                    return Ok(answer);
                }
                Ok(answer)
                    if is_last || repeat == Repeat::WhenNothingWasDone =>
                {
                    return Err(Unsent::InDoubt(
                        self.unreachable(&self.tell(&answer)),
                    ));
                }
                Err(Silence::NotSent(reason)) if is_last => {
                    return Err(Unsent::Failed(self.unreachable(&reason)));
                }
                Err(Silence::Lost(reason))
                    if is_last || repeat == Repeat::WhenNothingWasDone =>
                {
                    return Err(Unsent::InDoubt(self.unreachable(&reason)));
                }
                Ok(_) | Err(_) => {}
            }
            sleep(wait).await;
            wait *= 2;
        }
        Err(Unsent::Failed(
            self.unreachable("it was not asked"),
        ))
    }

    async fn attempt(
        &self,
        request: &Request,
        token: Option<&SecretString>,
    ) -> Result<Result<Answer, Silence>, Unsent> {
        let mut sent = self
            .http
            .request(request.method.clone(), self.url(request));
        sent = sent.header("X-Vault-Request", "true");
        if let Some(namespace) = &self.settings.namespace {
            sent = sent.header("X-Vault-Namespace", namespace);
        }
        if let Some(token) = token {
            let token = secret_header(token).ok_or_else(|| {
                let advice = step!["set the token as it was given out"];
                Unsent::Failed(
                    self.settings
                        .not_set_up("its token is none", advice),
                )
            })?;
            sent = sent.header("X-Vault-Token", token);
        }
        if let Some(body) = &request.body {
            sent = sent.json(body);
        }

        let begun = Instant::now();
        let answer = receive(sent).await;
        let milliseconds = begun.elapsed().as_millis();
        let status = answer
            .as_ref()
            .map_or(0, |answer| answer.status.as_u16());
        let (method, path) = (&request.method, request.path.join("/"));
        tracing::debug!(status, milliseconds, "{method} /v1/{path}");
        Ok(answer)
    }

    fn url(&self, request: &Request) -> Url {
        let mut url = self.settings.address.clone();
        // What has a host has segments.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments
                .pop_if_empty()
                .push("v1")
                .extend(&request.path);
        }
        if request.is_list {
            url.set_query(Some("list=true"));
        }
        url
    }

    /// A token goes nowhere else than where the environment says.
    fn refuse_elsewhere(&self, answer: &Answer) -> Result<(), SinkError> {
        let is_elsewhere = answer.status.is_redirection();
        if !is_elsewhere && !matches!(answer.status.as_u16(), 472 | 473) {
            return Ok(());
        }

        let reason = format!(
            "it answers {} and sends us elsewhere",
            answer.status.as_u16()
        );
        let advice = "name the address of the active node, or of what stands \
                      before all of them: no token is sent on";
        Err(self.settings.not_set_up(&reason, step![advice]))
    }

    /// What it says against something.
    pub(super) fn tell(&self, answer: &Answer) -> String {
        let errors = answer.errors();
        let status = answer.status.as_u16();
        if errors.is_empty() {
            return format!("status {status}");
        }

        // Hidden first: what is cut short is not found any more.
        let said = errors.join("; ");
        format!(
            "{} (status {status})",
            sanitize(&self.secrets.hide(&said))
        )
    }

    /// It does not do what it was asked for.
    pub(super) fn refused(&self, what: &str, answer: &Answer) -> SinkError {
        let sink = self.settings.name();
        let reason = self.tell(answer);

        match answer.status {
            _ if answer.is_to_stranger() => {
                SinkError::Unauthorized { sink, reason }
            }
            _ => SinkError::Refused {
                sink,
                what: what.to_owned(),
                reason,
            },
        }
    }

    /// Nothing of what it was asked for is there; an error where there is no
    /// such store at all.
    pub(super) fn not_found(&self, answer: &Answer) -> Result<(), SinkError> {
        if answer.errors().is_empty() {
            return Ok(());
        }

        let reason = self.tell(answer);
        let advice = step![
            "name where a KV store of version 2 is mounted there, and its \
             namespace"
        ];
        Err(self.settings.not_set_up(&reason, advice))
    }

    pub(super) fn unexpected(&self, reason: &str) -> SinkError {
        SinkError::Unexpected {
            sink: self.settings.name(),
            reason: reason.to_owned(),
        }
    }

    fn unreachable(&self, reason: &str) -> SinkError {
        SinkError::Unreachable {
            sink: self.settings.name(),
            reason: reason.to_owned(),
        }
    }
}

impl Answer {
    /// What it says went wrong.
    pub(super) fn errors(&self) -> Vec<&str> {
        let errors = self.body.get("errors").and_then(Json::as_array);
        errors
            .into_iter()
            .flatten()
            .filter_map(Json::as_str)
            .collect()
    }

    /// Whether it does not know our token, or not any more.
    pub(super) fn is_to_stranger(&self) -> bool {
        let says = |error: &&str| error.contains("invalid token");
        self.status == StatusCode::FORBIDDEN && self.errors().iter().any(says)
    }

    pub(super) fn data(&self) -> &Json {
        self.body.get("data").unwrap_or(&Json::Null)
    }
}

fn configure(
    settings: &VaultSettings,
) -> Result<reqwest::Client, reqwest::Error> {
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("grantry/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(REQUEST_TIMEOUT)
        // A node that waits sends to another one: no token goes there unasked.
        .redirect(Policy::none())
        .https_only(settings.address.scheme() == "https");

    // What is meant for this machine must not go out through a proxy.
    if is_loopback(&settings.address) {
        builder = builder.no_proxy();
    }
    if let Some(authority) = &settings.authority {
        let certificates = Certificate::from_pem_bundle(authority.as_bytes())?;
        builder = builder.tls_certs_merge(certificates);
    }
    builder.build()
}

async fn receive(request: reqwest::RequestBuilder) -> Result<Answer, Silence> {
    let mut response = request.send().await?;
    let status = response.status();
    let date = response
        .headers()
        .get("date")
        .and_then(|date| date.to_str().ok());
    let now = date.and_then(|date| httpdate::parse_http_date(date).ok());

    // Read in pieces, so that an endless answer ends all the same.
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LARGEST_BODY {
            return Err(Silence::Lost(
                "the answer is too large to be true".to_owned(),
            ));
        }
        body.extend_from_slice(&chunk);
    }

    Ok(Answer {
        status,
        now: now.map(OffsetDateTime::from),
        // A proxy answers otherwise, and a change with nothing.
        body: serde_json::from_slice(&body).unwrap_or_default(),
    })
}

impl From<reqwest::Error> for Silence {
    fn from(error: reqwest::Error) -> Self {
        // What failed while it connected has sent nothing. How far anything
        // else came nobody knows.
        let was_sent = !(error.is_connect() || error.is_builder());
        let reason = if error.is_timeout() {
            "it took too long".to_owned()
        } else {
            innermost_cause(&error.without_url())
        };

        if was_sent {
            Self::Lost(reason)
        } else {
            Self::NotSent(reason)
        }
    }
}
