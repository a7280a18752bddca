//! The client of HTTP that all others are made from: what holds for whomever it
//! speaks to.
//!
//! Floor 1.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};
use url::Url;

use crate::model::is_loopback;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Begins a client for one site, which waits so long for an answer; nothing is
/// sent yet.
pub(crate) fn client_for(site: &Url, timeout: Duration) -> ClientBuilder {
    let builder = Client::builder()
        .user_agent(concat!("grantry/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(timeout)
        // None is part of what we speak to, and none may carry a token
        // elsewhere: neither to another site, nor to another node of a Vault.
        .redirect(Policy::none())
        // Plain http is for this machine alone: elsewhere not even a mistake in
        // here may send a secret in it.
        .https_only(site.scheme() == "https");

    // What is meant for this machine must not go out through a proxy.
    let builder = if is_loopback(site) {
        builder.no_proxy()
    } else {
        builder
    };

    // Nothing in plain http shows a certificate, so none is read that could
    // vouch for one: a system has hundreds, and some images have none at all.
    if site.scheme() == "http" {
        builder.tls_certs_only([])
    } else {
        builder
    }
}
