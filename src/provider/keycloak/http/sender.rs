//! Sending a change.

use reqwest::header::LOCATION;
use reqwest::{Method, RequestBuilder};
use serde_json::Value as Json;

use super::Getter;
use super::refusal::{Endpoint, expect_success};
use crate::provider::web::{LogIn as _, Repeat, RequestLine, Response};
use crate::provider::{ProviderError, WriteError};

/// What can write.
#[derive(Debug)]
pub(in crate::provider::keycloak) struct Sender {
    getter: Getter,
}

/// What came of a change that was made.
#[derive(Debug)]
pub(in crate::provider::keycloak) struct Sent {
    /// The id of what was created, as its address ends in it.
    pub(in crate::provider::keycloak) id: Option<String>,
}

impl Sender {
    /// A sender over the same connection: one token for both.
    pub(in crate::provider::keycloak) fn over(getter: Getter) -> Self {
        Self { getter }
    }

    /// Sends a request that changes something. What creates is sent again only
    /// where nothing was done; all else also after a fault, for twice is the
    /// same as once.
    pub(in crate::provider::keycloak) async fn send<'a>(
        &self,
        method: Method,
        path: impl IntoIterator<Item = &'a str>,
        body: Option<&Json>,
    ) -> Result<Sent, WriteError> {
        let connection = &*self.getter.connection;
        let url = connection
            .admin_url(path)
            .map_err(WriteError::Refused)?;
        let line = RequestLine::new(method.clone(), &url);
        let build = || -> RequestBuilder {
            let builder = connection
                .client
                .request(method.clone(), url.clone());
            match body {
                Some(body) => builder.json(body),
                None => builder,
            }
        };

        let mut patience = connection.patience();
        let sending = connection.send_authorized(
            &line,
            Repeat::of(&method),
            &mut patience,
            build,
        );
        let exchange = Box::pin(sending)
            .await
            // Without an exchange nothing was carried out: an error after a
            // doubtful attempt comes within one.
            .map_err(WriteError::Refused)?;

        let settings = &connection.settings;
        match expect_success(
            Endpoint::Admin,
            &line,
            exchange.result,
            settings,
        ) {
            Ok(response) => Ok(Sent {
                id: read_id(&response),
            }),
            // A server that failed may have failed after the deed, also at an
            // earlier attempt.
            Err(error) if exchange.is_doubtful => {
                Err(WriteError::Unknown(error))
            }
            Err(error) => Err(WriteError::Refused(error)),
        }
    }
}

/// The last part of the address of what was created: all before it is made of
/// whichever host the server takes itself for.
fn read_id(response: &Response) -> Option<String> {
    let location = response
        .headers
        .get(LOCATION)?
        .to_str()
        .ok()?;
    let id = location.rsplit('/').next()?;

    (!id.is_empty()).then(|| id.to_owned())
}

/// Whether the object of a request is not there.
pub(in crate::provider::keycloak) fn is_not_found(
    error: &ProviderError,
) -> bool {
    matches!(
        error,
        ProviderError::Rejected {
            objection: crate::provider::RejectedReason::NotFound,
            ..
        }
    )
}
