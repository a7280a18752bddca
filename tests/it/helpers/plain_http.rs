//! A client for servers of ours that speak plain http.

use reqwest::Client;

/// It reads no certificates, of which a system has hundreds,
/// and goes through no proxy.
pub(crate) fn plain_http() -> Client {
    Client::builder()
        .tls_certs_only([])
        .no_proxy()
        .build()
        .unwrap()
}
