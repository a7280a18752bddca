//! The token of a run, kept in memory only.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::HeaderValue;
use serde::Deserialize;
use serde_json::Value as Json;
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::provider::web;

/// A token that was obtained, kept in memory only.
#[derive(Debug)]
pub(in crate::provider::keycloak) struct Session {
    /// The value of the `Authorization` header; marked sensitive, so that
    /// nothing prints it.
    bearer: HeaderValue,
    /// How long it lives in all.
    pub(in crate::provider::keycloak) life: Duration,
    /// The roles of clients that it names, as far as it does: what counts is
    /// looked up by the server.
    pub(in crate::provider::keycloak) roles: Vec<String>,
    /// From when on another one is to be used.
    renew_at: Instant,
}

impl web::Session for Session {
    fn bearer(&self) -> &HeaderValue {
        &self.bearer
    }

    fn is_over(&self) -> bool {
        Instant::now() >= self.renew_at
    }
}

/// The answer of the token endpoint, as far as it matters here.
#[derive(Deserialize)]
pub(super) struct Issued {
    pub(super) access_token: Zeroizing<String>,
    expires_in: u64,
}

impl Issued {
    pub(super) fn session(
        &self,
        asked: Instant,
        role_holder: &str,
    ) -> Option<Session> {
        let bearer = Zeroizing::new(format!("Bearer {}", &*self.access_token));
        let mut bearer = HeaderValue::try_from(bearer.as_str()).ok()?;
        bearer.set_sensitive(true);

        let life = Duration::from_secs(self.expires_in);
        Some(Session {
            roles: read_roles(&self.access_token, role_holder)
                .unwrap_or_default(),
            bearer,
            life,
            // In good time, counted from before it was asked for: a request
            // takes a while, and the clocks of two machines never agree.
            renew_at: asked + life.mul_f32(0.8),
        })
    }
}

/// What a token says of the roles of a client. Its signature is not looked at:
/// the token is ours, and what it says is only told.
fn read_roles(token: &str, client: &str) -> Option<Vec<String>> {
    let payload = token.split('.').nth(1)?;
    let claims = URL_SAFE_NO_PAD.decode(payload).ok()?;
    let claims: Json = serde_json::from_slice(&claims).ok()?;
    let roles = claims
        .get("resource_access")?
        .get(client)?
        .get("roles")?;

    serde_json::from_value(roles.clone()).ok()
}
