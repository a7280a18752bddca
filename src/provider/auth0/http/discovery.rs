//! What a tenant shows to everybody: its own description.

use std::time::{Duration, SystemTime};

use reqwest::Method;
use serde::Deserialize;
use tokio::time::Instant;

use super::headers::time_told;
use super::refusal::misread;
use super::retry::{Patience, Repeat};
use super::{Asked, Getter, success};
use crate::provider::ProviderError;
use crate::provider::auth0::clock;

const PATH: &str = "/.well-known/openid-configuration";

/// How the tenant's own description came.
pub(in crate::provider::auth0) struct Discovery {
    /// What the tenant calls itself, or why it does not say.
    pub(in crate::provider::auth0) issuer: Result<String, ProviderError>,
    /// How long it took, repetitions included.
    pub(in crate::provider::auth0) took: Duration,
    /// What time it is; none where no answer said so.
    pub(in crate::provider::auth0) times: Option<Times>,
}

/// What the clocks said around one answer.
#[derive(Debug, Clone, Copy)]
pub(in crate::provider::auth0) struct Times {
    /// Ours, before it was asked for.
    pub(in crate::provider::auth0) before: SystemTime,
    /// The tenant's, when it answered, without fractions of a second.
    pub(in crate::provider::auth0) told: SystemTime,
    /// Ours, once the answer was there.
    pub(in crate::provider::auth0) after: SystemTime,
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
}

impl Getter {
    /// Asks for the tenant's own description. No token is sent.
    pub(in crate::provider::auth0) async fn discover(&self) -> Discovery {
        let connection = &*self.connection;
        let mut url = connection.settings.site.clone();
        url.set_path(PATH);
        let asked = Asked {
            method: Method::GET,
            url: url.clone(),
        };
        let build = || connection.client.get(url.clone());
        let mut patience = Patience::default();
        let (before, begun) = (clock::now(), Instant::now());
        let outcome = connection
            .insist(&asked, Repeat::Freely, &mut patience, build)
            .await;
        let (after, took) = (clock::now(), begun.elapsed());
        let told = outcome
            .answer
            .as_ref()
            .ok()
            .and_then(|answer| time_told(&answer.headers));
        let issuer =
            success(&asked, outcome.answer, &connection.settings.secrets).and_then(|body| {
                let metadata: Result<Metadata, _> = serde_json::from_slice(&body);
                metadata
                    .map(|metadata| metadata.issuer)
                    .map_err(|error| misread(&asked, &error))
            });
        Discovery {
            issuer,
            took,
            times: told.map(|told| Times {
                before,
                told,
                after,
            }),
        }
    }
}
