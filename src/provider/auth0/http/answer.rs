//! What was asked, and what came back.

use std::error::Error;
use std::fmt;

use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder, StatusCode};
use url::Url;

use super::limiter::Group;
use crate::provider::ProviderError;
use crate::provider::auth0::refusal::{printable, refusal};

/// In bytes: a page of 100 APIs, each with 1,000 scopes of the greatest length, is smaller.
const LARGEST_ANSWER: usize = 128 << 20;

/// What was asked, for messages: the query is not shown.
#[derive(Debug)]
pub(in crate::provider::auth0) struct Asked {
    pub(super) method: Method,
    pub(super) url: Url,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(in crate::provider::auth0) struct Answer {
    pub(in crate::provider::auth0) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(in crate::provider::auth0) body: Vec<u8>,
}

/// Why there is no answer.
pub(super) enum Fault {
    /// Nothing was sent.
    NotSent(String),
    /// It may have been carried out.
    Lost(String),
    /// The time of the run was over before it was sent.
    OutOfTime,
}

/// Sends a request, and reads its answer to the end.
pub(super) async fn receive(request: RequestBuilder) -> Result<Answer, Fault> {
    let mut response = request.send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(Fault::Lost("the answer is too large to be true".to_owned()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, headers, body })
}

/// The body of a successful answer.
pub(super) fn success(
    asked: &Asked,
    answer: Result<Answer, Fault>,
) -> Result<Vec<u8>, ProviderError> {
    match answer {
        Ok(answer) if answer.status.is_success() => Ok(answer.body),
        Ok(answer) => Err(refusal(asked, &answer)),
        Err(Fault::NotSent(reason) | Fault::Lost(reason)) => {
            Err(ProviderError::Unreachable { url: asked.url(), reason })
        }
        Err(Fault::OutOfTime) => Err(ProviderError::OutOfTime { request: asked.to_string() }),
    }
}

/// The innermost cause says what happened; the outer ones only that something did.
pub(super) fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    if error.is_timeout() {
        return "it took too long".to_owned();
    }
    printable(&cause.to_string())
}

impl From<reqwest::Error> for Fault {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if error.is_connect() || error.is_builder() {
            Self::NotSent(reason(&error))
        } else {
            Self::Lost(reason(&error))
        }
    }
}

impl Asked {
    /// The address without its query.
    pub(in crate::provider::auth0) fn url(&self) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        url.into()
    }

    pub(in crate::provider::auth0) fn method(&self) -> &Method {
        &self.method
    }

    /// Which of the Management API's limits it falls under; none for the token endpoint.
    pub(super) fn group(&self) -> Option<Group> {
        let path = self.url.path().strip_prefix("/api/v2/")?;
        Some(if self.method == Method::GET && path == "clients" {
            Group::ClientListing
        } else {
            Group::Others
        })
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.url.path())
    }
}

#[cfg(test)]
impl Asked {
    pub(in crate::provider::auth0) fn get(url: &str) -> Self {
        Self { method: Method::GET, url: Url::parse(url).unwrap() }
    }

    pub(in crate::provider::auth0) fn patch(url: &str) -> Self {
        Self { method: Method::PATCH, url: Url::parse(url).unwrap() }
    }
}

#[cfg(test)]
impl Answer {
    pub(in crate::provider::auth0) fn new(status: u16, body: &str) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: body.into(),
        }
    }
}
