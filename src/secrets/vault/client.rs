//! What asks a Vault, again where that is safe, and says what went wrong.

use std::time::Duration;

use secrecy::SecretString;
use tokio::time::{Instant, sleep};
use url::Url;

use super::VaultSession;
use super::connection::{Silence, configure, receive};
use super::message::{Answer, Request};
use super::settings::{VaultSettings, secret_header};
use crate::model::{Secrets, step};
use crate::secrets::SinkError;
use crate::words::{innermost_cause, sanitize};

/// How often a request is sent, and the first wait in between; each further one
/// is twice as long.
const ATTEMPTS: u32 = 4;
const WAIT: Duration = Duration::from_millis(250);

/// What sends requests to one Vault.
pub(super) struct Client {
    http: reqwest::Client,
    pub(super) settings: VaultSettings,
    pub(super) session: VaultSession,
    /// What no message may show.
    pub(super) secrets: Secrets,
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

impl Unsent {
    fn into_error(self) -> SinkError {
        match self {
            Self::Failed(error) | Self::InDoubt(error) => error,
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
        self.deliver(request, Some(token), Repeat::Freely)
            .await
            .map_err(Unsent::into_error)
    }

    /// Sends what must not be carried out twice.
    pub(super) async fn send_once(
        &self,
        request: &Request,
    ) -> Result<Answer, Unsent> {
        let token = self
            .token()
            .await
            .map_err(Unsent::Failed)?;
        self.deliver(request, Some(token), Repeat::WhenNothingWasDone)
            .await
    }

    /// Sends what says who we are.
    pub(super) async fn send_stranger(
        &self,
        request: &Request,
    ) -> Result<Answer, SinkError> {
        // A secret id may be good for one login only.
        self.deliver(request, None, Repeat::WhenNothingWasDone)
            .await
            .map_err(Unsent::into_error)
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
            let ends_in_doubt = is_last || repeat == Repeat::WhenNothingWasDone;
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
                Ok(answer) if ends_in_doubt => {
                    let error = self.unreachable(&self.tell(&answer));
                    return Err(Unsent::InDoubt(error));
                }
                Err(Silence::NotSent(reason)) if is_last => {
                    return Err(Unsent::Failed(self.unreachable(&reason)));
                }
                Err(Silence::Lost(reason)) if ends_in_doubt => {
                    return Err(Unsent::InDoubt(self.unreachable(&reason)));
                }
                Ok(_) | Err(_) => {}
            }
            sleep(wait).await;
            wait *= 2;
        }

        let error = self.unreachable("it was not asked");
        Err(Unsent::Failed(error))
    }

    async fn attempt(
        &self,
        request: &Request,
        token: Option<&SecretString>,
    ) -> Result<Result<Answer, Silence>, Unsent> {
        let url = self.url(request);
        let mut sent = self
            .http
            .request(request.method.clone(), url);
        sent = sent.header("X-Vault-Request", "true");
        if let Some(namespace) = &self.settings.namespace {
            sent = sent.header("X-Vault-Namespace", namespace);
        }
        if let Some(token) = token {
            let token = secret_header(token)
                .ok_or_else(|| Unsent::Failed(self.refuse_token()))?;
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

    /// The token is nothing that could be sent.
    fn refuse_token(&self) -> SinkError {
        let advice = step!["set the token as it was given out"];
        self.settings
            .not_set_up("its token is none", advice)
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
        let status = answer.status.as_u16();
        let is_elsewhere = answer.status.is_redirection();
        if !is_elsewhere && !matches!(status, 472 | 473) {
            return Ok(());
        }

        let reason = format!("it answers {status} and sends us elsewhere");
        let advice = "name the address of the active node, or of what stands \
                      before all of them: no token is sent on";
        Err(self
            .settings
            .not_set_up(&reason, step![advice]))
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
        let said = sanitize(&self.secrets.hide(&said));
        format!("{said} (status {status})")
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
        Err(self
            .settings
            .not_set_up(&reason, advice))
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
