//! One request to a Keycloak, and whether its answer is worth asking again for.
//! How often that is done: `web::transport`.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use tokio::sync::{Mutex, Semaphore};
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::refusal::{Endpoint, expect_success, is_unknown_error};
use super::session::Session;
use crate::provider::keycloak::invalid::{InvalidSetting, invalid};
use crate::provider::keycloak::settings::Settings;
use crate::provider::web::{
    Ending, Patience, Repeat, RequestLine, Response, SessionCache, Transport,
    TransportError, build_client, cut_off_at, is_passing, parse, receive,
};
use crate::provider::{OutOfTimeReason, ProviderError};

/// What a realm shows to everybody of itself.
#[derive(Debug, Clone, serde::Deserialize)]
pub(in crate::provider::keycloak) struct Discovery {
    /// What it calls itself.
    pub(in crate::provider::keycloak) issuer: String,
    pub(in crate::provider::keycloak) token_endpoint: String,
    pub(in crate::provider::keycloak) jwks_uri: String,
}

/// What all requests of a run share.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) settings: Settings,
    pub(super) sessions: SessionCache<Session>,
    /// What realms show to everybody, by their names.
    discovered: Mutex<BTreeMap<String, Discovery>>,
    slots: Semaphore,
}

impl Connection {
    /// Prepares the connection; nothing is sent yet.
    pub(super) fn new(settings: Settings) -> Result<Self, ProviderError> {
        // Before anything is sent: a server may repeat what it was sent.
        settings
            .credentials
            .keep_secret_in(&settings.secrets);

        let site = settings.realm.server.as_url();
        let client = build_client(site, settings.authority.as_deref())
            .map_err(|why| invalid(InvalidSetting::NoConnection { why }))?;
        // To ask for more is no error of anybody, and a semaphore would panic.
        let slots = settings
            .parallelism
            .get()
            .min(Semaphore::MAX_PERMITS);
        Ok(Self {
            client,
            settings,
            sessions: SessionCache::empty(),
            discovered: Mutex::default(),
            slots: Semaphore::new(slots),
        })
    }

    /// The address of a part of the managed realm; each segment is
    /// percent-encoded. An id that would be for what stands above it is
    /// refused: Keycloak takes any text for one.
    pub(super) fn admin_url<'a>(
        &self,
        path: impl IntoIterator<Item = &'a str>,
    ) -> Result<Url, ProviderError> {
        let path: Vec<&str> = path.into_iter().collect();
        if let Some(segment) = path
            .iter()
            .find(|segment| ["", ".", ".."].contains(segment))
        {
            return Err(ProviderError::Unexpected {
                request: path.join("/"),
                reason: format!("`{segment}` is no part of an address"),
            });
        }

        let realm = &self.settings.realm;
        let mut url =
            realm
                .server
                .url(["admin", "realms", realm.name.as_str()]);
        // A web address always has a path, so this is always taken.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(path);
        }
        Ok(url)
    }

    /// What is left of a request's patience before it is made: that of the run.
    pub(super) fn patience(&self) -> Patience {
        Patience::until(self.settings.deadline)
    }

    /// What a realm shows to everybody. Asked for once.
    pub(super) async fn discover(
        &self,
        realm: &str,
    ) -> Result<Discovery, ProviderError> {
        // The lock is held until it is there, so that nobody asks for it a
        // second time.
        let mut discovered = self.discovered.lock().await;
        if let Some(known) = discovered.get(realm) {
            return Ok(known.clone());
        }

        let path = [
            "realms",
            realm,
            ".well-known",
            "openid-configuration",
        ];
        let url = self.settings.realm.server.url(path);
        let line = RequestLine::new(Method::GET, &url);
        let build = || self.client.get(url.clone());
        let mut patience = self.patience();
        let exchange = self
            .send_with_retries(&line, Repeat::Freely, &mut patience, build)
            .await;

        let settings = &self.settings;
        let answer = expect_success(
            Endpoint::Public,
            &line,
            exchange.result,
            settings,
        )?;
        let discovery: Discovery = parse(&line, &answer.body)?;
        discovered.insert(realm.to_owned(), discovery.clone());
        Ok(discovery)
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
        let slot = self.slots.acquire();
        let _slot = match ends {
            None => slot.await.ok(),
            Some(ends) => timeout_at(ends, slot)
                .await
                .map_err(|_| {
                    TransportError::OutOfTime(OutOfTimeReason::Answer)
                })?
                .ok(),
        };

        receive(line, limit_time(line, request, ends)).await
    }

    fn judge(&self, line: &RequestLine, response: &Response) -> Ending {
        match response.status {
            // Keycloak has no such answer; what stands before it may.
            StatusCode::TOO_MANY_REQUESTS => {
                Ending::TooMany(response.retry_after())
            }
            // Of a change it is Keycloak's own for a value that its database
            // does not take, and for what somebody else deletes at the same
            // moment: it stays as it is.
            _ if line.method != Method::GET && is_unknown_error(response) => {
                Ending::Kept
            }
            status if is_passing(status) => Ending::Fault,
            _ => Ending::Kept,
        }
    }

    /// What stands before a server counts as it likes: nobody else need wait.
    fn hold_back(&self, _: Duration) {}
}

/// A read is cut off when its time is over, and a request for a token; a change
/// is always waited for.
fn limit_time(
    line: &RequestLine,
    request: RequestBuilder,
    ends: Option<Instant>,
) -> RequestBuilder {
    // A change that is cut off may have been made all the same, and would have
    // to be looked up.
    if line.method == Method::GET || is_for_token(line) {
        cut_off_at(request, ends)
    } else {
        request
    }
}

fn is_for_token(line: &RequestLine) -> bool {
    line.url()
        .ends_with("/protocol/openid-connect/token")
}
