//! The access token, and whose it is.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value as Json;

use super::scopes::Scopes;
use super::support::parse_client_id;
use crate::model::{ClientId, Secrets};
use crate::provider::web;

/// A token that was obtained, kept in memory only.
#[derive(Debug, Clone)]
pub(super) struct Session {
    /// The value of the `Authorization` header; marked sensitive, so that
    /// nothing prints it.
    bearer: HeaderValue,
    /// The client we authenticate as.
    pub(super) client_id: ClientId,
    /// What the token is for, as far as it says so.
    pub(super) audiences: Vec<String>,
    scopes: Option<Scopes>,
    source: Source,
    /// When it ends, since 1970; none where it does not say.
    pub(super) expires_at: Option<Duration>,
}

/// Where a token came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// A client of the tenant got it with its own credentials.
    Client,
    /// A person or some other tool, whose client need
    /// not be one of the tenant's.
    Other,
}

impl Session {
    /// A session with a ready token, which itself says whose it is.
    pub(super) fn of(token: &SecretString) -> Result<Self, &'static str> {
        // Without it nobody could tell which client, and which grant, a run
        // must never touch.
        let client_id = parse_claims(token.expose_secret())
            .and_then(|claims| claims.client())
            .ok_or(
                "is not a JWT that names its client (`azp`, `client_id` or \
                 `sub`)",
            )?;

        Self::new(token, client_id)
    }

    /// A session of a known client; a token that names its
    /// client itself is believed.
    pub(super) fn new(
        token: &SecretString,
        client_id: ClientId,
    ) -> Result<Self, &'static str> {
        let token = token.expose_secret();
        let mut bearer = HeaderValue::try_from(format!("Bearer {token}"))
            .map_err(|_| "holds characters no token has")?;
        bearer.set_sensitive(true);

        // A token need not be a JWT: one that cannot be read says nothing.
        let claims = parse_claims(token).unwrap_or_default();
        Ok(Self {
            bearer,
            client_id: claims.client().unwrap_or(client_id),
            audiences: claims.audiences(),
            scopes: claims
                .scope
                .as_deref()
                .map(Scopes::parse),
            source: claims.source(),
            expires_at: claims.expires_at(),
        })
    }

    /// Whether the client that the token was issued to is one of the tenant's,
    /// and so is listed.
    pub(super) fn is_of_a_client_here(&self) -> bool {
        self.source == Source::Client
    }

    /// Has the token kept out of every text.
    pub(super) fn keep_secret_in(&self, secrets: &Secrets) {
        let header = self.bearer.to_str().unwrap_or_default();

        if let Some(token) = header.strip_prefix("Bearer ") {
            secrets.keep(&token.into());
        }
    }

    /// What the token allows; none where it does not say.
    pub(super) fn scopes(&self) -> Option<&Scopes> {
        self.scopes.as_ref()
    }

    /// What was said beside the token counts where the
    /// token itself says nothing.
    pub(super) fn with_scopes(mut self, said: Option<&str>) -> Self {
        self.scopes = self
            .scopes
            .or_else(|| said.map(Scopes::parse));
        self
    }
}

impl web::Session for Session {
    fn bearer(&self) -> &HeaderValue {
        &self.bearer
    }

    fn is_over(&self) -> bool {
        // Few runs outlive a token of Auth0's, and those learn by its refusal.
        false
    }
}

/// What a token says of itself. The signature is not looked at: the
/// token is ours, and its claims only keep us from changing
/// ourselves, or the wrong tenant.
#[derive(Deserialize, Default)]
struct Claims {
    azp: Option<String>,
    client_id: Option<String>,
    sub: Option<String>,
    aud: Option<Json>,
    scope: Option<String>,
    gty: Option<String>,
    exp: Option<Json>,
}

fn parse_claims(token: &str) -> Option<Claims> {
    let payload = token.split('.').nth(1)?;
    let json = URL_SAFE_NO_PAD.decode(payload).ok()?;

    serde_json::from_slice(&json).ok()
}

impl Claims {
    /// The client the token was issued to.
    fn client(&self) -> Option<ClientId> {
        // These first: a subject may be a person.
        let named = self
            .azp
            .as_deref()
            .or(self.client_id.as_deref());

        parse_client_id(named.or(self.client_in_subject())?)
    }

    fn client_in_subject(&self) -> Option<&str> {
        self.sub
            .as_deref()?
            .strip_suffix("@clients")
    }

    /// Auth0 says it in one of two ways, by the profile of the token.
    fn source(&self) -> Source {
        let is_said = self.gty.as_deref() == Some("client-credentials");
        let is_subject = self.client_in_subject().is_some();

        if is_said || is_subject {
            Source::Client
        } else {
            Source::Other
        }
    }

    /// The end, since 1970, in whole seconds: it may be
    /// written with a fraction.
    fn expires_at(&self) -> Option<Duration> {
        let seconds = self.exp.as_ref()?.as_f64()?;

        Duration::try_from_secs_f64(seconds.trunc()).ok()
    }

    /// One audience is written as a text, several as a list.
    fn audiences(&self) -> Vec<String> {
        match &self.aud {
            Some(Json::String(one)) => vec![one.clone()],
            Some(Json::Array(several)) => several
                .iter()
                .filter_map(Json::as_str)
                .map(str::to_owned)
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// The answer of the token endpoint, as far as it matters here.
#[derive(Deserialize)]
pub(super) struct Issued {
    access_token: String,
    scope: Option<String>,
}

impl Issued {
    /// Has the token kept out of every text.
    pub(super) fn keep_secret_in(&self, secrets: &Secrets) {
        secrets.keep(&self.access_token.as_str().into());
    }

    /// The session of the client that asked for the token.
    pub(super) fn session(
        self,
        client_id: ClientId,
    ) -> Result<Session, &'static str> {
        let mut session = Session::new(&self.access_token.into(), client_id)?;
        // Whatever the token says: it was this client that got it, with its own
        // credentials.
        session.source = Source::Client;

        Ok(session.with_scopes(self.scope.as_deref()))
    }
}

#[cfg(test)]
mod tests;
