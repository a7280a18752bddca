//! Access tokens for a service: got by client credentials, and kept until they
//! expire.

use std::time::{Duration, Instant};

use reqwest::redirect::Policy;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

/// A token is not used for so long before it expires: it has to live until the
/// API has checked it.
const MARGIN: Duration = Duration::from_mins(1);
const TIMEOUT: Duration = Duration::from_secs(10);

/// What a token is asked for with. It has the secret, so there is no `Debug`.
#[derive(Serialize)]
pub struct Request {
    pub grant_type: &'static str,
    pub client_id: String,
    pub client_secret: String,
    pub audience: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    #[serde(default)]
    expires_in: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error("no token could be had")]
    NoAnswer(#[from] reqwest::Error),
    #[error("the token endpoint answered {status}: {body}")]
    Refused {
        status: reqwest::StatusCode,
        body: String,
    },
}

pub struct Tokens {
    endpoint: String,
    request: Request,
    http: reqwest::Client,
    kept: Mutex<Option<Kept>>,
}

struct Kept {
    token: String,
    until: Instant,
}

impl Tokens {
    pub fn new(endpoint: String, request: Request) -> Result<Self, TokenError> {
        // The secret goes to the endpoint alone, and not where it might send
        // us.
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(Policy::none());
        Ok(Self {
            endpoint,
            request,
            http: http.build()?,
            kept: Mutex::default(),
        })
    }

    /// The token that is kept, or a new one. Whoever else needs one meanwhile
    /// waits for it.
    pub async fn get(&self) -> Result<String, TokenError> {
        let mut kept = self.kept.lock().await;
        if let Some(kept) = kept
            .as_ref()
            .filter(|kept| Instant::now() < kept.until)
        {
            return Ok(kept.token.clone());
        }
        let asked = Instant::now();
        let answer = self.fetch().await?;
        let life =
            Duration::from_secs(answer.expires_in).saturating_sub(MARGIN);
        *kept = Some(Kept {
            token: answer.access_token.clone(),
            until: asked + life,
        });
        Ok(answer.access_token)
    }

    /// An API refused this token: it is not used again.
    pub async fn forget(&self, token: &str) {
        // Another task may have got a new one already.
        self.kept
            .lock()
            .await
            .take_if(|kept| kept.token == token);
    }

    async fn fetch(&self) -> Result<Answer, TokenError> {
        let answer = self
            .http
            .post(&self.endpoint)
            .json(&self.request)
            .send()
            .await?;
        let status = answer.status();
        if status.is_success() {
            Ok(answer.json().await?)
        } else {
            let body = answer.text().await?;
            Err(TokenError::Refused { status, body })
        }
    }
}
