//! What sends requests.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, RequestBuilder};
use tokio::time::Instant;
use url::Url;

use super::cause::Cause;
use crate::model::is_loopback;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);

/// Makes a client for the site of one tenant; nothing is sent yet. An
/// authority, in PEM, is trusted beside those of the system. The error says why
/// there is none.
pub(in crate::provider) fn build_client(
    site: &Url,
    authority: Option<&str>,
) -> Result<Client, String> {
    configure(site, authority).map_err(|error| Cause::of(&error).reason)
}

fn configure(
    site: &Url,
    authority: Option<&str>,
) -> Result<Client, reqwest::Error> {
    let mut builder = Client::builder()
        .user_agent(concat!("grantry/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(REQUEST_TIMEOUT)
        // No redirect is part of these APIs, and none may
        // carry a token elsewhere.
        .redirect(Policy::none())
        // Plain http is for this machine alone: elsewhere not even a mistake in
        // here may send a secret in it.
        .https_only(site.scheme() == "https");

    // What is meant for this machine must not go out through a proxy.
    if is_loopback(site) {
        builder = builder.no_proxy();
    }
    // Nothing in plain http shows a certificate, so none is read that could
    // vouch for one: a system has hundreds.
    if site.scheme() == "http" {
        builder = builder.tls_certs_only([]);
    }
    if let Some(authority) = authority {
        let certificate = Certificate::from_pem(authority.as_bytes())?;
        builder = builder.tls_certs_merge([certificate]);
    }

    builder.build()
}

/// Has a request end at some time, if there is one, though it may not be
/// answered by then.
pub(in crate::provider) fn cut_off_at(
    request: RequestBuilder,
    ends: Option<Instant>,
) -> RequestBuilder {
    match ends {
        Some(ends) => {
            let left = ends.saturating_duration_since(Instant::now());
            request.timeout(left.min(REQUEST_TIMEOUT))
        }
        None => request,
    }
}
