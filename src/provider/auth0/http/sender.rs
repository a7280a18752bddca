//! Sending a change.

use reqwest::Method;
use reqwest::header::AUTHORIZATION;

use super::{Asked, Fault, Getter, Repeat, refusal, unreachable};
use crate::provider::WriteError;
use crate::provider::auth0::encode::Change;

/// What can write.
#[derive(Debug)]
pub(in crate::provider::auth0) struct Sender {
    getter: Getter,
}

impl Sender {
    /// A sender over the same connection: one token, one limit for both.
    pub(in crate::provider::auth0) fn over(getter: Getter) -> Self {
        Self { getter }
    }

    /// Sends a change once. It is sent again only when the tenant said that there were too many
    /// requests, and so did nothing.
    pub(in crate::provider::auth0) async fn send(
        &self,
        change: &Change,
    ) -> Result<(Asked, Vec<u8>), WriteError> {
        let connection = &*self.getter.connection;
        let session = connection.session().await.map_err(WriteError::Refused)?;
        let url = connection.api(change.path());
        let method: Method = change.method();
        let build = || {
            let request = connection
                .client
                .request(method.clone(), url.clone())
                .header(AUTHORIZATION, &session.bearer);
            match change.body() {
                Some(body) => request.json(body),
                None => request,
            }
        };
        let asked = Asked { method: method.clone(), url: url.clone() };
        match connection.insist(&asked, Repeat::WhenRefused, build).await {
            Ok(answer) if answer.status.is_success() => Ok((asked, answer.body)),
            // A server that failed may have failed after the deed.
            Ok(answer) if answer.status.is_server_error() => {
                Err(WriteError::Unknown(refusal(&asked, &answer)))
            }
            Ok(answer) => Err(WriteError::Refused(refusal(&asked, &answer))),
            Err(Fault::NotSent(reason)) => Err(WriteError::Refused(unreachable(&asked, reason))),
            Err(Fault::Lost(reason)) => Err(WriteError::Unknown(unreachable(&asked, reason))),
        }
    }
}
