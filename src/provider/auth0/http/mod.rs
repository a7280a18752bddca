//! The connection to a tenant. A `Getter` can only read; writing takes a `Sender`.
//!
//! ```text
//!                      gate (429: all wait)     limiter (slows down before that)
//! get, send ─► insist ─────────┴────────────────────────┴───► ask ─► answer ─► refusal
//!                ├── retry: again after what passes, where that is safe
//!                └── held (401: once more with another token)
//! ```

mod answer;
mod bucket;
mod clock;
mod discovery;
mod gate;
mod headers;
mod held;
mod limiter;
mod pace;
mod refusal;
mod retry;
mod sender;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::header::AUTHORIZATION;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Method, RequestBuilder, StatusCode};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout_at};
use url::Url;

pub(super) use self::answer::{Answer, Asked};
use self::answer::{Fault, reason, receive};
use self::clock::TenantClock;
pub(super) use self::discovery::{Discovery, Times};
use self::gate::Gate;
pub(super) use self::headers::Reading;
use self::held::Held;
pub(super) use self::limiter::Group;
use self::limiter::{Limiter, Ticket};
use self::pace::Served;
use self::refusal::success;
pub(super) use self::refusal::{misread, nonsense};
use self::retry::{Patience, Repeat, is_passing};
pub(super) use self::sender::Sender;
use super::invalid::{InvalidSetting, invalid};
use super::settings::{Entrance, Settings};
use super::token::{Issued, Session};
use crate::provider::{ProviderError, Retry};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);

/// What can read, and nothing else.
#[derive(Debug, Clone)]
pub(super) struct Getter {
    connection: Arc<Connection>,
}

#[derive(Debug)]
struct Connection {
    client: Client,
    settings: Settings,
    held: Held,
    slots: Semaphore,
    gate: Gate,
    limiter: Limiter,
    clock: TenantClock,
}

/// How asking ended.
struct Outcome {
    answer: Result<Answer, Fault>,
    /// Whether one of the attempts may have been carried out though it does not look so.
    is_doubtful: bool,
}

impl Outcome {
    /// Whether the tenant did not take the token: then nothing was done.
    fn is_unauthorized(&self) -> bool {
        self.answer
            .as_ref()
            .is_ok_and(|answer| answer.status == StatusCode::UNAUTHORIZED)
    }
}

impl Getter {
    /// Prepares the connection; nothing is sent yet.
    pub(super) fn new(settings: Settings) -> Result<Self, ProviderError> {
        settings.credentials.reveal_to(&settings.secrets);
        let client = client(&settings).map_err(|error| {
            let reason = reason(&error);
            invalid(InvalidSetting::NoConnection { why: reason })
        })?;
        let slots = Semaphore::new(settings.parallelism.get().min(Semaphore::MAX_PERMITS));
        let limiter = Limiter::new(settings.rate_limit, settings.reserve);
        let (held, gate) = (Held::default(), Gate::open());
        let clock = TenantClock::default();
        let connection = Connection {
            client,
            settings,
            held,
            slots,
            gate,
            limiter,
            clock,
        };
        Ok(Self {
            connection: Arc::new(connection),
        })
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.connection.settings
    }

    /// Whom we are in the tenant, and our token.
    pub(super) async fn session(&self) -> Result<Arc<Session>, ProviderError> {
        self.connection.session().await
    }

    /// What time it is in the tenant, by its answers; none before there was one that said so.
    pub(super) fn tenant_time(&self) -> Option<SystemTime> {
        self.connection.clock.now()
    }

    /// How long so many requests take from now on, as far as the tenant's limits are known.
    pub(super) fn time_of(&self, requests: usize) -> Option<Duration> {
        self.connection.limiter.time_of(requests)
    }

    /// What the last answer to such a request said of the tenant's limits.
    pub(super) fn reading(&self, group: Group) -> Option<Reading> {
        self.connection.limiter.reading(group)
    }

    /// Asks for a part of the Management API.
    pub(super) async fn get<'a, T: DeserializeOwned>(
        &self,
        path: impl IntoIterator<Item = &'a str>,
        query: &[(&str, &str)],
    ) -> Result<(Asked, T), ProviderError> {
        let connection = &*self.connection;
        let mut url = connection.api(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let build = |session: &Session| {
            connection
                .client
                .get(url.clone())
                .header(AUTHORIZATION, &session.bearer)
        };
        let asked = Asked {
            method: Method::GET,
            url: url.clone(),
        };
        let mut patience = connection.patience();
        loop {
            let outcome = connection
                .insist_as_ourselves(&asked, Repeat::Freely, &mut patience, build)
                .await?;
            if let Some(answer) = connection.read(&asked, outcome, &mut patience).await? {
                return Ok((asked, answer));
            }
        }
    }
}

fn client(settings: &Settings) -> Result<Client, reqwest::Error> {
    let builder = Client::builder()
        .user_agent(concat!("grantry/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(REQUEST_TIMEOUT)
        // No redirect is part of this API, and none may carry a token elsewhere.
        .redirect(Policy::none())
        .https_only(settings.site.scheme() == "https");
    // What is meant for this machine must not go out through a proxy.
    let builder = if settings.is_local() {
        builder.no_proxy()
    } else {
        builder
    };
    let authority = settings
        .authority
        .as_ref()
        .map(|pem| Certificate::from_pem(pem.as_bytes()));
    match authority.transpose()? {
        Some(authority) => builder.tls_certs_merge([authority]),
        None => builder,
    }
    .build()
}

impl Connection {
    async fn enter(&self) -> Result<Session, ProviderError> {
        let client_id = match &self.settings.credentials.0 {
            Entrance::Token(session) => return Ok(session.clone()),
            Entrance::Closed => return Err(invalid(InvalidSetting::NoCredentials)),
            Entrance::Secret { client_id, .. } | Entrance::Key { client_id, .. } => client_id,
        };
        tracing::info!("asking for a token");
        let mut url = self.settings.site.clone();
        url.set_path("/oauth/token");
        let build = || {
            let proof = self.settings.credentials.proof(self.settings.site.as_str());
            for (_, secret) in &proof {
                self.settings.secrets.keep(secret);
            }
            let mut form = vec![
                ("grant_type", "client_credentials"),
                ("client_id", client_id.as_str()),
                ("audience", self.settings.management_api.as_str()),
            ];
            form.extend(
                proof
                    .iter()
                    .map(|(name, value)| (*name, value.expose_secret())),
            );
            self.client.post(url.clone()).form(&form)
        };
        let asked = Asked {
            method: Method::POST,
            url: url.clone(),
        };
        let mut patience = self.patience();
        let issued: Issued = loop {
            let outcome = self
                .insist(&asked, Repeat::Freely, &mut patience, build)
                .await;
            if let Some(issued) = self.read(&asked, outcome, &mut patience).await? {
                break issued;
            }
        };
        issued.reveal_to(&self.settings.secrets);
        issued
            .session(client_id.clone())
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

    /// Reads the answer to what may be asked for twice; none where it was cut short, and it is time to
    /// ask again.
    async fn read<T: DeserializeOwned>(
        &self,
        asked: &Asked,
        outcome: Outcome,
        patience: &mut Patience,
    ) -> Result<Option<T>, ProviderError> {
        let body = success(asked, outcome.answer, &self.settings.secrets)?;
        let error = match serde_json::from_slice(&body) {
            Ok(answer) => return Ok(Some(answer)),
            Err(error) => misread(asked, &error),
        };
        let wait = patience
            .after_fault()
            .filter(|wait| patience.has_time_for(*wait));
        let Some(wait) = wait else { return Err(error) };
        tracing::debug!(%error, "asked again");
        sleep(wait).await;
        Ok(None)
    }

    /// Asks until there is an answer worth having, or patience or time ends.
    async fn insist(
        &self,
        asked: &Asked,
        repeat: Repeat,
        patience: &mut Patience,
        build: impl Fn() -> RequestBuilder,
    ) -> Outcome {
        let mut is_doubtful = false;
        loop {
            let answer = self.ask(asked, build(), patience.ends()).await;
            let wait = match &answer {
                Ok(answer) if answer.status == StatusCode::TOO_MANY_REQUESTS => {
                    // It may be said after the deed: then the next attempt tells, if there is one.
                    is_doubtful = true;
                    let wait = patience.after_too_many(&answer.headers);
                    wait.inspect(|wait| {
                        tracing::info!(?wait, "too many requests: all wait");
                        self.gate.close_for(*wait);
                    })
                }
                Ok(answer) if !is_passing(answer.status) => None,
                Err(Fault::OutOfTime) => None,
                Err(Fault::NotSent(cause)) if cause.silence.retry() == Retry::Pointless => None,
                Err(Fault::NotSent(_)) => patience.after_fault(),
                Ok(_) | Err(Fault::Lost(_)) => {
                    is_doubtful = true;
                    (repeat == Repeat::Freely)
                        .then(|| patience.after_fault())
                        .flatten()
                }
            };
            let answer = match wait {
                Some(wait) if patience.has_time_for(wait) => {
                    sleep(wait).await;
                    continue;
                }
                Some(_) => Err(Fault::OutOfTime),
                None => answer,
            };

            return Outcome {
                answer,
                is_doubtful,
            };
        }
    }

    /// What is left of a request's patience before it is made: that of the run.
    fn patience(&self) -> Patience {
        Patience::until(self.settings.deadline)
    }

    /// Asks once, and not after the given time.
    async fn ask(
        &self,
        asked: &Asked,
        request: RequestBuilder,
        ends: Option<Instant>,
    ) -> Result<Answer, Fault> {
        // The semaphore is never closed, so there always is a slot in the end.
        let leave = async { (self.slots.acquire().await.ok(), self.leave(asked).await) };
        let (_slot, ticket) = match ends {
            None => leave.await,
            Some(ends) => timeout_at(ends, leave)
                .await
                .map_err(|_| Fault::OutOfTime)?,
        };
        let begun = Instant::now();
        let outcome = receive(bounded(asked, request, ends)).await;
        let milliseconds = begun.elapsed().as_millis();
        match &outcome {
            Ok(answer) => {
                self.clock.learn(&answer.headers);
                tracing::debug!(status = answer.status.as_u16(), milliseconds, "{asked}");
                if let Some(ticket) = ticket {
                    let served = match answer.status {
                        StatusCode::TOO_MANY_REQUESTS => Served::No,
                        _ => Served::Yes,
                    };
                    ticket.answered(Reading::of(&answer.headers), served);
                }
            }
            Err(Fault::NotSent(cause) | Fault::Lost(cause)) => {
                tracing::debug!(reason = cause.reason, milliseconds, "{asked}: no answer");
            }
            Err(Fault::OutOfTime) => {}
        }
        outcome
    }

    /// Waits until the request may be sent.
    async fn leave(&self, asked: &Asked) -> Option<Ticket<'_>> {
        self.gate.pass().await;
        let ticket = self.limiter.admit(asked.group()?).await;
        // It may have been closed meanwhile.
        self.gate.pass().await;
        Some(ticket)
    }
}

/// A read is cut off when its time is over, and so is asking for a token; a change is always waited
/// for.
fn bounded(asked: &Asked, request: RequestBuilder, ends: Option<Instant>) -> RequestBuilder {
    match ends {
        Some(ends) if asked.method == Method::GET || asked.group().is_none() => {
            let left = ends.saturating_duration_since(Instant::now());
            request.timeout(left.min(REQUEST_TIMEOUT))
        }
        _ => request,
    }
}
