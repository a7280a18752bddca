//! What sends requests, as the settings have it.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client};

use super::cause::Cause;
use crate::provider::ProviderError;
use crate::provider::auth0::invalid::{InvalidSetting, invalid};
use crate::provider::auth0::settings::Settings;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
pub(super) const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);

/// Makes a client; nothing is sent yet.
pub(super) fn build_client(settings: &Settings) -> Result<Client, ProviderError> {
    configure(settings).map_err(|error| {
        let why = Cause::of(&error).reason;
        invalid(InvalidSetting::NoConnection { why })
    })
}

fn configure(settings: &Settings) -> Result<Client, reqwest::Error> {
    let mut builder = Client::builder()
        .user_agent(concat!("grantry/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(REQUEST_TIMEOUT)
        // No redirect is part of this API, and none may carry a token elsewhere.
        .redirect(Policy::none())
        // Plain http is for this machine alone: elsewhere not even a mistake in here may send a
        // secret in it.
        .https_only(settings.site.scheme() == "https");

    // What is meant for this machine must not go out through a proxy.
    if settings.is_local() {
        builder = builder.no_proxy();
    }
    if let Some(authority) = &settings.authority {
        let certificate = Certificate::from_pem(authority.as_bytes())?;
        builder = builder.tls_certs_merge([certificate]);
    }

    builder.build()
}
