//! Who may come in: an access token is checked here, and who is refused is told
//! why, as RFC 6750 says.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jsonwebtoken::jwk::{JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use tokio::sync::{Mutex, RwLock};

use crate::settings::explain;

/// What a token may be signed with: neither nothing, nor a secret that both
/// sides would know.
const ALGORITHMS: [Algorithm; 3] = [
    Algorithm::RS256,
    Algorithm::RS512,
    Algorithm::PS256,
];
/// By how many seconds clocks may differ.
const CLOCK_TOLERANCE: u64 = 5;
/// A key that the issuer has withdrawn is trusted no longer than this.
const KEYS_ARE_KEPT: Duration = Duration::from_mins(10);
/// Anybody can name an unknown key. The issuer is not asked for every one of
/// them.
const PAUSE: Duration = Duration::from_mins(1);
const PAUSE_AFTER_A_FAILURE: Duration = Duration::from_secs(1);
const TIMEOUT: Duration = Duration::from_secs(5);

/// A middleware: lets in who holds a token with the scope, and nobody else.
pub async fn require_scope(
    State((access, scope)): State<(Arc<Access>, &'static str)>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    access
        .check(request.headers(), scope)
        .await?;
    Ok(next.run(request).await)
}

/// Checks tokens of one issuer, for one API.
pub struct Access {
    validation: Validation,
    keys: KeySet,
}

impl Access {
    pub fn new(
        issuer: &str,
        audience: &str,
        key_set: String,
    ) -> Result<Self, reqwest::Error> {
        let mut validation = Validation::new(Algorithm::RS256);
        validation.algorithms = ALGORITHMS.to_vec();
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation.validate_nbf = true;
        validation.leeway = CLOCK_TOLERANCE;
        Ok(Self {
            validation,
            keys: KeySet::new(key_set)?,
        })
    }

    pub async fn check(
        &self,
        headers: &HeaderMap,
        scope: &'static str,
    ) -> Result<(), Refusal> {
        let token = bearer(headers).ok_or(Refusal::NoToken)?;
        let header = decode_header(token).map_err(|_| Refusal::InvalidToken)?;
        let key_id = header
            .kid
            .ok_or(Refusal::InvalidToken)?;
        let key = self.keys.get(&key_id).await?;
        let key = key.ok_or(Refusal::InvalidToken)?;
        // Its algorithm, its signature, and its claims.
        let token = decode::<Claims>(token, &key, &self.validation)
            .map_err(|_| Refusal::InvalidToken)?;
        if token.claims.has(scope) {
            Ok(())
        } else {
            Err(Refusal::InsufficientScope(scope))
        }
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers
        .get(AUTHORIZATION)?
        .to_str()
        .ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim())
}

#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    scope: String,
    /// Auth0 says here what a token may do, where an API has its roles
    /// enforced.
    #[serde(default)]
    permissions: Vec<String>,
}

impl Claims {
    fn has(&self, scope: &str) -> bool {
        self.scope
            .split(' ')
            .any(|held| held == scope)
            || self
                .permissions
                .iter()
                .any(|held| held == scope)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("no token was sent")]
    NoToken,
    #[error(
        "the token is none of this issuer for this API, or its time went by"
    )]
    InvalidToken,
    #[error("the token has not the scope {0}")]
    InsufficientScope(&'static str),
    #[error("the issuer's keys cannot be had")]
    NoKeys,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let challenge = |value: String| [(WWW_AUTHENTICATE, value)];
        match self {
            // RFC 6750, 3.1: who sent no token is told nothing more.
            Self::NoToken => (
                StatusCode::UNAUTHORIZED,
                challenge("Bearer".into()),
            )
                .into_response(),
            Self::InvalidToken => {
                let value = r#"Bearer error="invalid_token""#.into();
                (StatusCode::UNAUTHORIZED, challenge(value)).into_response()
            }
            Self::InsufficientScope(scope) => {
                let value = format!(
                    r#"Bearer error="insufficient_scope", scope="{scope}""#
                );
                (StatusCode::FORBIDDEN, challenge(value)).into_response()
            }
            // Not the fault of whoever called.
            Self::NoKeys => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        }
    }
}

/// The keys that the issuer publishes, kept for a while.
struct KeySet {
    url: String,
    http: reqwest::Client,
    known: RwLock<Option<Known>>,
    /// When keys were asked for last, and whether they came. Locked while they
    /// are fetched, so that one request does so for all that wait.
    last_fetch: Mutex<Option<(Instant, bool)>>,
}

struct Known {
    keys: HashMap<String, DecodingKey>,
    since: Instant,
}

impl KeySet {
    fn new(url: String) -> Result<Self, reqwest::Error> {
        Ok(Self {
            url,
            http: reqwest::Client::builder()
                .timeout(TIMEOUT)
                .build()?,
            known: RwLock::default(),
            last_fetch: Mutex::default(),
        })
    }

    async fn get(&self, id: &str) -> Result<Option<DecodingKey>, Refusal> {
        if let Some(key) = self.known(id).await {
            return Ok(Some(key));
        }
        let mut last_fetch = self.last_fetch.lock().await;
        // While this one waited, another may have fetched it.
        if let Some(key) = self.known(id).await {
            return Ok(Some(key));
        }
        if let Some((at, they_came)) = *last_fetch {
            let pause = if they_came {
                PAUSE
            } else {
                PAUSE_AFTER_A_FAILURE
            };
            if at.elapsed() < pause {
                return if they_came {
                    Ok(None)
                } else {
                    Err(Refusal::NoKeys)
                };
            }
        }

        let fetched = self.fetch().await;
        *last_fetch = Some((Instant::now(), fetched.is_ok()));
        match fetched {
            Ok(keys) => {
                let since = Instant::now();
                *self.known.write().await = Some(Known { keys, since });
                Ok(self.known(id).await)
            }
            Err(error) => {
                eprintln!("{}: {}", Refusal::NoKeys, explain(&error));
                Err(Refusal::NoKeys)
            }
        }
    }

    async fn known(&self, id: &str) -> Option<DecodingKey> {
        let known = self.known.read().await;
        let known = known
            .as_ref()
            .filter(|known| known.since.elapsed() < KEYS_ARE_KEPT)?;
        known.keys.get(id).cloned()
    }

    async fn fetch(
        &self,
    ) -> Result<HashMap<String, DecodingKey>, reqwest::Error> {
        let answer = self
            .http
            .get(&self.url)
            .send()
            .await?
            .error_for_status()?;
        let set: JwkSet = answer.json().await?;
        let keys = set.keys.into_iter().filter_map(|key| {
            // Some issuers publish keys here that are for something else, or of
            // a kind unknown to us.
            if key.common.public_key_use == Some(PublicKeyUse::Encryption) {
                return None;
            }
            let decoding = DecodingKey::from_jwk(&key).ok()?;
            Some((key.common.key_id?, decoding))
        });
        Ok(keys.collect())
    }
}
