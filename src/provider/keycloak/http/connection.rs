//! The connection to a Keycloak: how often, and when, a request goes out.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use tokio::sync::{Mutex, Semaphore};
use tokio::time::{Instant, sleep, timeout_at};
use url::Url;

use super::refusal::{Endpoint, expect_success, is_unknown_error};
use super::session::Session;
use crate::provider::keycloak::invalid::{InvalidSetting, invalid};
use crate::provider::keycloak::settings::Settings;
use crate::provider::web::{
    Exchange, Patience, REQUEST_TIMEOUT, Repeat, RequestLine, Response, SessionCache,
    TransportError, build_client, is_passing, parse, receive,
};
use crate::provider::{OutOfTimeReason, ProviderError, Retry};

/// What is public of a realm.
#[derive(Debug, serde::Deserialize)]
struct Discovery {
    issuer: String,
}

/// What all requests of a run share.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) settings: Settings,
    pub(super) sessions: SessionCache<Session>,
    /// What realms call themselves, by their names.
    issuers: Mutex<BTreeMap<String, String>>,
    slots: Semaphore,
}

impl Connection {
    /// Prepares the connection; nothing is sent yet.
    pub(super) fn new(settings: Settings) -> Result<Self, ProviderError> {
        // Before anything is sent: a server may repeat what it was sent.
        settings.credentials.keep_secret_in(&settings.secrets);

        let site = settings.realm.server.as_url();
        let client = build_client(site, settings.authority.as_deref())
            .map_err(|why| invalid(InvalidSetting::NoConnection { why }))?;
        // To ask for more is no error of anybody, and a semaphore would panic.
        let slots = settings.parallelism.get().min(Semaphore::MAX_PERMITS);
        Ok(Self {
            client,
            settings,
            sessions: SessionCache::empty(),
            issuers: Mutex::default(),
            slots: Semaphore::new(slots),
        })
    }

    /// The address of a part of the managed realm; each segment is percent-encoded.
    pub(super) fn admin_url<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> Url {
        let realm = &self.settings.realm;
        let mut url = realm.server.url(["admin", "realms", realm.name.as_str()]);
        // A web address always has a path, so this is always taken.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(path);
        }
        url
    }

    /// What is left of a request's patience before it is made: that of the run.
    pub(super) fn patience(&self) -> Patience {
        Patience::until(self.settings.deadline)
    }

    /// What a realm calls itself. Asked for once.
    pub(super) async fn issuer_of(&self, realm: &str) -> Result<String, ProviderError> {
        // The lock is held until it is there, so that nobody asks for it a second time.
        let mut issuers = self.issuers.lock().await;
        if let Some(issuer) = issuers.get(realm) {
            return Ok(issuer.clone());
        }

        let path = ["realms", realm, ".well-known", "openid-configuration"];
        let url = self.settings.realm.server.url(path);
        let line = RequestLine::new(Method::GET, &url);
        let build = || self.client.get(url.clone());
        let mut patience = self.patience();
        let exchange = self
            .send_with_retries(&line, Repeat::Freely, &mut patience, build)
            .await;

        let secrets = &self.settings.secrets;
        let answer = expect_success(Endpoint::Public, &line, exchange.result, secrets)?;
        let discovery: Discovery = parse(&line, &answer.body)?;
        issuers.insert(realm.to_owned(), discovery.issuer.clone());
        Ok(discovery.issuer)
    }

    /// Sends a request until there is a response worth having, or patience or time ends.
    pub(super) async fn send_with_retries(
        &self,
        line: &RequestLine,
        repeat: Repeat,
        patience: &mut Patience,
        build: impl Fn() -> RequestBuilder,
    ) -> Exchange {
        let mut is_doubtful = false;
        loop {
            let result = self.send_once(line, build(), patience.ends()).await;
            // Once in doubt, in doubt: a later refusal undoes nothing that was done before.
            is_doubtful |= may_have_been_carried_out(&result);

            let result = match wait_before_retry(&result, repeat, patience) {
                Some(wait) if patience.has_time_for(wait) => {
                    sleep(wait).await;
                    continue;
                }
                Some(_) => Err(TransportError::OutOfTime(OutOfTimeReason::Answer)),
                None => result,
            };
            return Exchange {
                result,
                is_doubtful,
            };
        }
    }

    /// Sends a request once, and not after the given time.
    async fn send_once(
        &self,
        line: &RequestLine,
        request: RequestBuilder,
        ends: Option<Instant>,
    ) -> Result<Response, TransportError> {
        // The semaphore is never closed, so there always is a slot in the end.
        let slot = self.slots.acquire();
        let _slot = match ends {
            None => slot.await.ok(),
            Some(ends) => timeout_at(ends, slot)
                .await
                .map_err(|_| TransportError::OutOfTime(OutOfTimeReason::Answer))?
                .ok(),
        };

        let begun = Instant::now();
        let result = receive(limit_time(line, request, ends)).await;
        let milliseconds = begun.elapsed().as_millis();
        match &result {
            Ok(response) => {
                let status = response.status.as_u16();
                tracing::debug!(status, milliseconds, "{line}");
            }
            Err(TransportError::NotSent(cause) | TransportError::Lost(cause)) => {
                tracing::debug!(reason = cause.reason, milliseconds, "{line}: no answer");
            }
            Err(TransportError::OutOfTime(_)) => {}
        }
        result
    }
}

/// How long to wait before the same is sent again; none where the result is to be kept, good or bad.
fn wait_before_retry(
    result: &Result<Response, TransportError>,
    repeat: Repeat,
    patience: &mut Patience,
) -> Option<Duration> {
    match result {
        // Keycloak has no such answer; what stands before it may.
        Ok(response) if response.status == StatusCode::TOO_MANY_REQUESTS => {
            let said = response.headers.get(RETRY_AFTER);
            let said = said.and_then(|said| said.to_str().ok()?.parse().ok());
            patience.wait_after_too_many(said.map(Duration::from_secs))
        }
        Ok(response) if !passes_by_itself(response) => None,
        Err(TransportError::OutOfTime(_)) => None,
        // A certificate that is not trusted, or another protocol, does not pass by itself.
        Err(TransportError::NotSent(cause)) if cause.silence.retry() == Retry::Pointless => None,
        // Nothing was sent, so what creates may be sent again too.
        Err(TransportError::NotSent(_)) => patience.wait_after_fault(),
        Ok(_) | Err(TransportError::Lost(_)) => match repeat {
            Repeat::Freely => patience.wait_after_fault(),
            Repeat::WhenNothingWasDone => None,
        },
    }
}

/// Whether the same may end well a little later.
fn passes_by_itself(response: &Response) -> bool {
    // It is Keycloak's own for a value that its database does not take, and for what somebody else
    // deletes at the same moment: it stays as it is.
    let is_its_own = is_unknown_error(response);

    is_passing(response.status) && !is_its_own
}

/// Whether Keycloak may have done what it was asked for, though the result does not say so.
fn may_have_been_carried_out(result: &Result<Response, TransportError>) -> bool {
    match result {
        Ok(response) => {
            response.status == StatusCode::TOO_MANY_REQUESTS || passes_by_itself(response)
        }
        Err(TransportError::Lost(_)) => true,
        Err(TransportError::NotSent(_) | TransportError::OutOfTime(_)) => false,
    }
}

/// A read is cut off when its time is over; a change is always waited for.
fn limit_time(
    line: &RequestLine,
    request: RequestBuilder,
    ends: Option<Instant>,
) -> RequestBuilder {
    // A change that is cut off may have been made all the same, and would have to be looked up.
    match ends {
        Some(ends) if line.method == Method::GET => {
            let left = ends.saturating_duration_since(Instant::now());
            request.timeout(left.min(REQUEST_TIMEOUT))
        }
        _ => request,
    }
}
