//! What was asked, and what came back.

use std::error::Error;
use std::{fmt, io, iter};

use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder, StatusCode};
use rustls::InvalidMessage;
use url::Url;

use super::limiter::Group;
use crate::provider::Silence;
use crate::provider::auth0::text::printable;

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
    NotSent(Cause),
    /// It may have been carried out.
    Lost(Cause),
    /// The time of the run was over before it was sent.
    OutOfTime,
}

/// What broke a connection, or kept it from being made.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cause {
    pub(super) silence: Silence,
    /// In the words of whoever noticed.
    pub(super) reason: String,
}

/// Sends a request, and reads its answer to the end.
pub(super) async fn receive(request: RequestBuilder) -> Result<Answer, Fault> {
    let mut response = request.send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            let reason = "the answer is too large to be true".to_owned();
            return Err(Fault::Lost(Cause {
                silence: Silence::Connection,
                reason,
            }));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status,
        headers,
        body,
    })
}

/// The innermost cause says what happened; the outer ones only that something did.
pub(super) fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    match silence(error) {
        Silence::Time => "it took too long".to_owned(),
        Silence::PlainHttp => "it speaks plain http there, not https".to_owned(),
        Silence::Https => "it speaks https there, not plain http".to_owned(),
        Silence::Name | Silence::Certificate | Silence::Connection => printable(&cause.to_string()),
    }
}

/// What the causes of an error come to.
fn silence(error: &reqwest::Error) -> Silence {
    if error.is_timeout() {
        return Silence::Time;
    }
    for cause in iter::successors(error.source(), |cause| (*cause).source()) {
        match error_of_tls(cause) {
            // An answer in plain http is no TLS from its first byte on.
            Some(rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)) => {
                return Silence::PlainHttp;
            }
            Some(_) => return Silence::Certificate,
            None => {}
        }
        // The types are private; their texts are all there is.
        match cause.to_string().as_str() {
            "dns error" => return Silence::Name,
            // An alert of TLS in the place of a status line.
            "invalid HTTP version parsed" => return Silence::Https,
            _ => {}
        }
    }
    Silence::Connection
}

/// An error of TLS is wrapped in errors of I/O, of which none calls the next one its source.
fn error_of_tls<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let inner = cause
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)?;
    inner
        .downcast_ref::<rustls::Error>()
        .or_else(|| error_of_tls(inner))
}

impl From<reqwest::Error> for Fault {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let cause = Cause {
            silence: silence(&error),
            reason: reason(&error),
        };
        if error.is_connect() || error.is_builder() {
            Self::NotSent(cause)
        } else {
            Self::Lost(cause)
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
        Self {
            method: Method::GET,
            url: Url::parse(url).unwrap(),
        }
    }

    pub(in crate::provider::auth0) fn patch(url: &str) -> Self {
        Self {
            method: Method::PATCH,
            url: Url::parse(url).unwrap(),
        }
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use reqwest::Client;
    use reqwest::dns::{Name, Resolve, Resolving};

    use super::*;

    /// Knows no host at all.
    struct Nobody;

    impl Resolve for Nobody {
        fn resolve(&self, _: Name) -> Resolving {
            Box::pin(async { Err("no such host".into()) })
        }
    }

    #[tokio::test]
    async fn a_name_that_nobody_knows_is_told_from_a_connection_that_is_refused() {
        let client = Client::builder()
            .no_proxy()
            .dns_resolver(Arc::new(Nobody))
            .build()
            .unwrap();
        let closed = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        for (url, silence) in [
            ("https://nowhere.invalid/".to_owned(), Silence::Name),
            (format!("http://{closed}/"), Silence::Connection),
        ] {
            match receive(client.get(&url)).await {
                Err(Fault::NotSent(cause)) => assert_eq!(cause.silence, silence, "{url}"),
                _ => panic!("{url} is not there"),
            }
        }
    }
}
