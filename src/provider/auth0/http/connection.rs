//! The connection to a tenant: how often, and when, a request goes out.

use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout_at};
use url::Url;

use super::gate::Gate;
use super::headers::{Reading, read_wait};
use super::limiter::{Group, Limiter, Ticket};
use super::pace::Served;
use super::refusal::expect_success;
use super::tenant_clock::TenantClock;
use crate::provider::auth0::invalid::{InvalidSetting, invalid};
use crate::provider::auth0::settings::Settings;
use crate::provider::auth0::token::Session;
use crate::provider::web::{
    Exchange, Patience, REQUEST_TIMEOUT, Repeat, RequestLine, Response, SessionCache,
    TransportError, build_client, is_passing, parse, receive,
};
use crate::provider::{OutOfTimeReason, ProviderError, Retry};

/// What all requests of a run share.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) settings: Settings,
    pub(super) sessions: SessionCache<Session>,
    slots: Semaphore,
    gate: Gate,
    pub(super) limiter: Limiter,
    pub(super) clock: TenantClock,
}

impl Connection {
    /// Prepares the connection; nothing is sent yet.
    pub(super) fn new(settings: Settings) -> Result<Self, ProviderError> {
        // Before anything is sent: a tenant may repeat what it was sent.
        settings.credentials.keep_secret_in(&settings.secrets);

        let client = build_client(&settings.site, settings.authority.as_deref())
            .map_err(|why| invalid(InvalidSetting::NoConnection { why }))?;
        // To ask for more is no error of anybody, and a semaphore would panic.
        let slots = settings.parallelism.get().min(Semaphore::MAX_PERMITS);
        let limiter = Limiter::new(settings.rate_limit, settings.reserve);
        Ok(Self {
            client,
            settings,
            sessions: SessionCache::empty(),
            slots: Semaphore::new(slots),
            gate: Gate::open(),
            limiter,
            clock: TenantClock::default(),
        })
    }

    /// The address of a part of the Management API; each segment is percent-encoded.
    pub(super) fn api_url<'a>(&self, segments: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.settings.site.clone();
        // An http address always has a path, so this is always taken.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["api", "v2"]).extend(segments);
        }
        url
    }

    /// What is left of a request's patience before it is made: that of the run.
    pub(super) fn patience(&self) -> Patience {
        Patience::until(self.settings.deadline)
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

            let result = match self.wait_before_retry(&result, repeat, patience) {
                Some(wait) if patience.has_time_for(wait) => {
                    sleep(wait).await;
                    continue;
                }
                // In the place of what the tenant said: that would have passed, and more time is
                // what was lacking.
                Some(_) => Err(TransportError::OutOfTime(wait_of(&result))),
                None => result,
            };
            return Exchange {
                result,
                is_doubtful,
            };
        }
    }

    /// How long to wait before the same is sent again; none where the result is to be kept, good or
    /// bad.
    fn wait_before_retry(
        &self,
        result: &Result<Response, TransportError>,
        repeat: Repeat,
        patience: &mut Patience,
    ) -> Option<Duration> {
        match result {
            // Auth0 counts before it does anything, so that nothing was done, and what creates may be
            // sent again too. To look first would take more requests just where there are too many.
            Ok(response) if response.status == StatusCode::TOO_MANY_REQUESTS => {
                // What creates is asked again as well. Should the first attempt have been carried
                // out, an API or a grant is refused as a double, and a client is found when all are
                // listed after the last creation.
                let wait = patience.wait_after_too_many(read_wait(&response.headers))?;
                tracing::info!(?wait, "too many requests: all wait");
                // The limit is the tenant's, and not of this request: whatever is sent before would
                // be refused too.
                self.gate.close_for(wait);
                Some(wait)
            }
            Ok(response) if !is_passing(response.status) => None,
            Err(TransportError::OutOfTime(_)) => None,
            // A certificate that is not trusted, or another protocol, does not pass by itself.
            Err(TransportError::NotSent(cause)) if cause.silence.retry() == Retry::Pointless => {
                None
            }
            // Nothing was sent, so what creates may be sent again too.
            Err(TransportError::NotSent(_)) => patience.wait_after_fault(),
            Ok(_) | Err(TransportError::Lost(_)) => match repeat {
                Repeat::Freely => patience.wait_after_fault(),
                Repeat::WhenNothingWasDone => None,
            },
        }
    }

    /// Reads the response to what may be asked for twice; none where it was cut short, and it is
    /// time to ask again.
    pub(super) async fn parse_or_wait<T: DeserializeOwned>(
        &self,
        line: &RequestLine,
        exchange: Exchange,
        patience: &mut Patience,
    ) -> Result<Option<T>, ProviderError> {
        let body = expect_success(line, exchange.result, &self.settings.secrets)?;
        // An answer that was cut short is not told from one of another shape: to ask again harms
        // neither.
        let error = match parse(line, &body) {
            Ok(parsed) => return Ok(Some(parsed)),
            Err(error) => error,
        };

        match patience.wait_after_fault() {
            Some(wait) if patience.has_time_for(wait) => {
                tracing::debug!(%error, "asked again");
                sleep(wait).await;
                Ok(None)
            }
            _ => Err(error),
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
        let turn = async {
            // A slot comes first, so that a token is not drawn long before it is used.
            let slot = self.slots.acquire().await.ok();
            (slot, self.wait_for_ticket(line).await)
        };
        // The turn has an end too: where many wait, it may come later than the end of the run.
        let (_slot, ticket) = match ends {
            None => turn.await,
            Some(ends) => timeout_at(ends, turn)
                .await
                .map_err(|_| TransportError::OutOfTime(self.gate.wait()))?,
        };

        let begun = Instant::now();
        let result = receive(limit_time(line, request, ends)).await;
        let milliseconds = begun.elapsed().as_millis();

        match &result {
            Ok(response) => {
                let status = response.status.as_u16();
                tracing::debug!(status, milliseconds, "{line}");
                self.learn_from(response, ticket);
            }
            Err(TransportError::NotSent(cause) | TransportError::Lost(cause)) => {
                tracing::debug!(reason = cause.reason, milliseconds, "{line}: no answer");
            }
            Err(TransportError::OutOfTime(_)) => {}
        }
        result
    }

    /// Waits until the request may be sent.
    async fn wait_for_ticket(&self, line: &RequestLine) -> Option<Ticket<'_>> {
        self.gate.pass().await;
        let ticket = self.limiter.admit(Group::of(line)?).await;
        // It may have been closed meanwhile.
        self.gate.pass().await;
        Some(ticket)
    }

    /// Takes in what a response says of the tenant's clock and limits.
    fn learn_from(&self, response: &Response, ticket: Option<Ticket<'_>>) {
        self.clock.learn(&response.headers);

        if let Some(ticket) = ticket {
            let served = match response.status {
                StatusCode::TOO_MANY_REQUESTS => Served::No,
                _ => Served::Yes,
            };
            ticket.hand_in(Reading::of(&response.headers), served);
        }
    }
}

/// What a request waits for that ended so, and is to be sent again.
fn wait_of(result: &Result<Response, TransportError>) -> OutOfTimeReason {
    match result {
        Ok(response) if response.status == StatusCode::TOO_MANY_REQUESTS => {
            OutOfTimeReason::TooManyRequests
        }
        _ => OutOfTimeReason::Answer,
    }
}

/// Whether the tenant may have done what it was asked for, though the result does not say so.
fn may_have_been_carried_out(result: &Result<Response, TransportError>) -> bool {
    match result {
        // Auth0 refuses too many requests before the deed. A proxy before it need not: whoever gives up
        // on a creation looks once more, and a client that was made twice is found by the listing after
        // the last one.
        Ok(response) => {
            response.status == StatusCode::TOO_MANY_REQUESTS || is_passing(response.status)
        }
        Err(TransportError::Lost(_)) => true,
        Err(TransportError::NotSent(_) | TransportError::OutOfTime(_)) => false,
    }
}

/// A read is cut off when its time is over, and so is asking for a token; a change is always waited
/// for.
fn limit_time(
    line: &RequestLine,
    request: RequestBuilder,
    ends: Option<Instant>,
) -> RequestBuilder {
    // A change that is cut off may have been made all the same, and would have to be looked up.
    let may_be_cut_off = line.method == Method::GET || Group::of(line).is_none();
    match ends {
        Some(ends) if may_be_cut_off => {
            let left = ends.saturating_duration_since(Instant::now());
            request.timeout(left.min(REQUEST_TIMEOUT))
        }
        _ => request,
    }
}
