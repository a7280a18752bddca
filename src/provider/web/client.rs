//! What sends requests.

use std::time::Duration;

use reqwest::{Certificate, Client, RequestBuilder};
use tokio::time::Instant;
use url::Url;

use super::cause::Cause;
use crate::http_client::client_for;

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
    let mut builder = client_for(site, REQUEST_TIMEOUT);
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
