//! What was asked, as messages and logs name it.

use std::fmt;

use reqwest::Method;
use url::Url;

/// The method and the address of a request. Messages show it without its query.
#[derive(Debug)]
pub(in crate::provider::keycloak) struct RequestLine {
    pub(super) method: Method,
    url: Url,
}

impl RequestLine {
    pub(super) fn new(method: Method, url: &Url) -> Self {
        Self {
            method,
            url: url.clone(),
        }
    }

    /// The address without its query.
    pub(super) fn url(&self) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        url.into()
    }
}

impl fmt::Display for RequestLine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.url.path())
    }
}
