//! What was asked, as messages and logs name it.

use std::fmt;

use reqwest::Method;
use url::Url;

use super::limiter::Group;

/// The method and the address of a request. Messages show it without its query.
#[derive(Debug)]
pub(crate) struct RequestLine {
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

    /// Which of the Management API's limits it falls under; none for the token endpoint.
    pub(super) fn group(&self) -> Option<Group> {
        let path = self.url.path().strip_prefix("/api/v2/")?;
        // One client by its id is not meant: that falls under the limit of all other requests.
        let is_client_listing = self.method == Method::GET && path == "clients";

        Some(if is_client_listing {
            Group::ClientListing
        } else {
            Group::Others
        })
    }
}

impl fmt::Display for RequestLine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.url.path())
    }
}

#[cfg(test)]
impl RequestLine {
    pub(crate) fn get(url: &str) -> Self {
        Self::new(Method::GET, &Url::parse(url).unwrap())
    }

    pub(crate) fn patch(url: &str) -> Self {
        Self::new(Method::PATCH, &Url::parse(url).unwrap())
    }
}
