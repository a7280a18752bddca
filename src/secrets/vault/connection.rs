//! How one request goes out, and its answer comes back.

use std::time::Duration;

use reqwest::{Certificate, RequestBuilder};
use time::OffsetDateTime;

use super::message::Answer;
use super::settings::VaultSettings;
use crate::http_client::client_for;
use crate::words::innermost_cause;

const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// In bytes: a folder of a million names is smaller.
const LARGEST_BODY: usize = 64 << 20;

/// Why one attempt has no answer.
pub(super) enum Silence {
    NotSent(String),
    Lost(String),
}

impl From<reqwest::Error> for Silence {
    fn from(error: reqwest::Error) -> Self {
        // What failed while it connected has sent nothing. How far anything
        // else came nobody knows.
        let was_sent = !(error.is_connect() || error.is_builder());
        let reason = if error.is_timeout() {
            "it took too long".to_owned()
        } else {
            innermost_cause(&error.without_url())
        };

        if was_sent {
            Self::Lost(reason)
        } else {
            Self::NotSent(reason)
        }
    }
}

/// Prepares the connection; nothing is sent yet.
pub(super) fn configure(
    settings: &VaultSettings,
) -> Result<reqwest::Client, reqwest::Error> {
    let mut builder = client_for(&settings.address, REQUEST_TIMEOUT);
    if let Some(authority) = &settings.authority {
        let certificates = Certificate::from_pem_bundle(authority.as_bytes())?;
        builder = builder.tls_certs_merge(certificates);
    }
    builder.build()
}

/// Sends a request, and reads its answer to the end.
pub(super) async fn receive(
    request: RequestBuilder,
) -> Result<Answer, Silence> {
    let mut response = request.send().await?;
    let status = response.status();
    let date = response
        .headers()
        .get("date")
        .and_then(|date| date.to_str().ok());
    let now = date.and_then(|date| httpdate::parse_http_date(date).ok());

    // Read in pieces, so that an endless answer ends all the same.
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LARGEST_BODY {
            return Err(Silence::Lost(
                "the answer is too large to be true".to_owned(),
            ));
        }
        body.extend_from_slice(&chunk);
    }

    Ok(Answer {
        status,
        now: now.map(OffsetDateTime::from),
        // A proxy answers otherwise, and a change with nothing.
        body: serde_json::from_slice(&body).unwrap_or_default(),
    })
}
