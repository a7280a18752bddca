//! `grantry emulator --check-health`: whether an emulator serves, for an image
//! that has nothing else to ask with.

use std::time::Duration;

use reqwest::StatusCode;
use url::Url;

use super::exit::{Exit, Failure};
use crate::http_client::client_for;
use crate::model::is_loopback;
use crate::words::innermost_cause;

/// Longer than an emulator that serves ever takes, and
/// shorter than a container waits.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Asks the emulator at the URL, and says nothing where it serves.
pub(super) async fn check(url: &Url) -> Result<Exit, Failure> {
    let unhealthy = |reason| Failure::Unhealthy {
        url: url.clone(),
        reason,
    };
    let status = ask(url)
        .await
        .map_err(|error| unhealthy(innermost_cause(&error)))?;

    match status {
        StatusCode::OK => Ok(Exit::Done),
        other => Err(unhealthy(format!("it answers {other}"))),
    }
}

async fn ask(url: &Url) -> Result<StatusCode, reqwest::Error> {
    let mut health = url.clone();
    health.set_path("/health");

    let client = client_for(url, TIMEOUT)
        // Whatever answers at an address of this machine is told nothing and
        // believed nothing but that it serves, and an image has no file with
        // the authority of an emulator that makes its own.
        .tls_danger_accept_invalid_certs(is_loopback(url))
        // It is asked after what is there, and not after
        // what a proxy says of it.
        .no_proxy()
        .build()?;
    Ok(client
        .get(health)
        .send()
        .await?
        .status())
}
