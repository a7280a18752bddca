//! What was asked, as messages and logs name it.

use std::fmt;

use reqwest::Method;
use url::Url;

/// The method and the address of a request. Messages show it without its query.
#[derive(Debug)]
pub(in crate::provider) struct RequestLine {
    pub(in crate::provider) method: Method,
    url: Url,
}

impl RequestLine {
    pub(in crate::provider) fn new(method: Method, url: &Url) -> Self {
        Self {
            method,
            url: url.clone(),
        }
    }

    /// The address without its query.
    pub(in crate::provider) fn url(&self) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        url.into()
    }

    pub(in crate::provider) fn path(&self) -> &str {
        self.url.path()
    }
}

impl fmt::Display for RequestLine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.path())
    }
}

#[cfg(test)]
impl RequestLine {
    pub(in crate::provider) fn get(url: &str) -> Self {
        Self::new(Method::GET, &Url::parse(url).unwrap())
    }

    #[cfg(feature = "auth0")]
    pub(in crate::provider) fn patch(url: &str) -> Self {
        Self::new(Method::PATCH, &Url::parse(url).unwrap())
    }
}
