//! One request to a tenant, in its turn, and whether its answer is worth asking
//! again for. How often that is done: `web::transport`.

use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout_at};
use url::Url;

use super::gate::Gate;
use super::group::Group;
use super::headers::{Reading, read_wait};
use super::limiter::{Limiter, Ticket};
use super::pace::Served;
use super::refusal::expect_success;
use super::tenant_clock::TenantClock;
use crate::provider::ProviderError;
use crate::provider::auth0::invalid::{InvalidSetting, invalid};
use crate::provider::auth0::settings::Settings;
use crate::provider::auth0::token::Session;
use crate::provider::web::{
    Ending, Exchange, Patience, RequestLine, Response, SessionCache, Transport,
    TransportError, build_client, cut_off_at, is_passing, parse, receive,
};

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
        settings
            .credentials
            .keep_secret_in(&settings.secrets);

        let client =
            build_client(&settings.site, settings.authority.as_deref())
                .map_err(|why| invalid(InvalidSetting::NoConnection { why }))?;
        // To ask for more is no error of anybody, and a semaphore would panic.
        let slots = settings
            .parallelism
            .get()
            .min(Semaphore::MAX_PERMITS);
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

    /// The address of a part of the Management API; each segment is
    /// percent-encoded.
    pub(super) fn api_url<'a>(
        &self,
        segments: impl IntoIterator<Item = &'a str>,
    ) -> Url {
        let mut url = self.settings.site.clone();
        // An http address always has a path, so this is always taken.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty()
                .extend(["api", "v2"])
                .extend(segments);
        }
        url
    }

    /// What is left of a request's patience before it is made: that of the run.
    pub(super) fn patience(&self) -> Patience {
        Patience::until(self.settings.deadline)
    }

    /// Reads the response to what may be asked for twice; none where it was cut
    /// short, and it is time to ask again.
    pub(super) async fn parse_or_wait<T: DeserializeOwned>(
        &self,
        line: &RequestLine,
        exchange: Exchange,
        patience: &mut Patience,
    ) -> Result<Option<T>, ProviderError> {
        let body =
            expect_success(line, exchange.result, &self.settings.secrets)?;
        // An answer that was cut short is not told from one of another shape:
        // to ask again harms neither.
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

    /// Waits until the request may be sent.
    async fn wait_for_ticket(&self, line: &RequestLine) -> Option<Ticket<'_>> {
        self.gate.pass().await;
        let ticket = self
            .limiter
            .admit(Group::of(line)?)
            .await;
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

impl Transport for Connection {
    async fn send_once(
        &self,
        line: &RequestLine,
        request: RequestBuilder,
        ends: Option<Instant>,
    ) -> Result<Response, TransportError> {
        // The semaphore is never closed, so there always is a slot in the end.
        let turn = async {
            // A slot comes first, so that a token is not drawn
            // long before it is used.
            let slot = self.slots.acquire().await.ok();
            (slot, self.wait_for_ticket(line).await)
        };
        // The turn has an end too: where many wait, it may come later than the
        // end of the run.
        let (_slot, ticket) = match ends {
            None => turn.await,
            Some(ends) => timeout_at(ends, turn)
                .await
                .map_err(|_| TransportError::OutOfTime(self.gate.wait()))?,
        };

        let response = receive(line, limit_time(line, request, ends)).await?;
        self.learn_from(&response, ticket);
        Ok(response)
    }

    fn judge(&self, _: &RequestLine, response: &Response) -> Ending {
        match response.status {
            StatusCode::TOO_MANY_REQUESTS => {
                Ending::TooMany(read_wait(&response.headers))
            }
            status if is_passing(status) => Ending::Fault,
            _ => Ending::Kept,
        }
    }

    /// The limit is the tenant's, and not of one request: whatever is sent
    /// before would be refused too.
    fn hold_back(&self, wait: Duration) {
        tracing::info!(?wait, "too many requests: all wait");
        self.gate.close_for(wait);
    }
}

/// A read is cut off when its time is over, and so is asking for a token; a
/// change is always waited for.
fn limit_time(
    line: &RequestLine,
    request: RequestBuilder,
    ends: Option<Instant>,
) -> RequestBuilder {
    let may_be_cut_off =
        line.method == Method::GET || Group::of(line).is_none();

    // A change that is cut off may have been made all the same, and would have
    // to be looked up.
    if may_be_cut_off {
        cut_off_at(request, ends)
    } else {
        request
    }
}
