//! What a Keycloak says when it says no.

use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::model::Secrets;
use crate::provider::keycloak::advice;
use crate::provider::web::{Cause, RequestLine, Response, TransportError, sanitize};
use crate::provider::{ForbiddenReason, ProviderError, RejectedReason, UnauthorizedReason};

/// What to say of a 404 that is not Keycloak's own.
const FOREIGN_404: &str = "a 404 that is not Keycloak's own, so nothing is known to be gone; \
                           something else answers at this address, such as a proxy";

/// All three of Keycloak's shapes of error.
#[derive(Deserialize, Default)]
struct Body {
    #[serde(rename = "errorMessage")]
    message: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

impl Body {
    fn of(response: &Response) -> Self {
        serde_json::from_slice(&response.body).unwrap_or_default()
    }

    /// Whether it is an error in one of Keycloak's shapes at all.
    fn is_its_own(&self) -> bool {
        self.message.is_some() || self.error.is_some()
    }

    /// What it says, fit to be shown.
    fn reason(&self, secrets: &Secrets) -> String {
        let said = self
            .message
            .as_ref()
            .or(self.error_description.as_ref())
            .or(self.error.as_ref());

        // Secrets go before the text is cut: half of one would not be found.
        match said.map(|text| sanitize(&secrets.hide(text))) {
            Some(text) if !text.is_empty() => text,
            _ => "no reason given".to_owned(),
        }
    }
}

/// Whether it is Keycloak itself that says no more than that something went wrong.
pub(super) fn is_unknown_error(response: &Response) -> bool {
    response.status == StatusCode::INTERNAL_SERVER_ERROR && Body::of(response).is_its_own()
}

/// A response that is a success.
pub(super) fn expect_success(
    line: &RequestLine,
    result: Result<Response, TransportError>,
    secrets: &Secrets,
) -> Result<Response, ProviderError> {
    match result {
        Ok(response) if response.status.is_success() => Ok(response),
        Ok(response) => Err(read_refusal(line, &response, secrets)),
        Err(error) => Err(without_response(line, error)),
    }
}

/// The same of what a realm shows to everybody: whatever else answers is no realm.
pub(super) fn expect_public(
    line: &RequestLine,
    result: Result<Response, TransportError>,
    secrets: &Secrets,
) -> Result<Response, ProviderError> {
    let response = match result {
        Ok(response) if !response.status.is_success() => response,
        result => return expect_success(line, result, secrets),
    };

    Err(ProviderError::Rejected {
        request: line.to_string(),
        status: response.status.as_u16(),
        objection: RejectedReason::Other,
        reason: Body::of(&response).reason(secrets),
        next_step: Some(advice::to_find_realm()),
    })
}

/// The same of the token endpoint, which says no in a way of its own.
pub(super) fn expect_token(
    line: &RequestLine,
    result: Result<Response, TransportError>,
    secrets: &Secrets,
) -> Result<Response, ProviderError> {
    match result {
        Ok(response) if response.status.is_success() => Ok(response),
        Ok(response) => Err(read_token_refusal(line, &response, secrets)),
        Err(error) => Err(without_response(line, error)),
    }
}

fn without_response(line: &RequestLine, error: TransportError) -> ProviderError {
    match error {
        TransportError::NotSent(cause) | TransportError::Lost(cause) => {
            let Cause { silence, reason } = cause;
            ProviderError::Unreachable {
                url: line.url(),
                silence,
                reason,
                next_step: Some(advice::of_unreachable(silence)),
            }
        }
        TransportError::OutOfTime(wait) => ProviderError::OutOfTime {
            request: line.to_string(),
            wait,
        },
    }
}

fn read_token_refusal(line: &RequestLine, response: &Response, secrets: &Secrets) -> ProviderError {
    let body = Body::of(response);
    let is_about_client = matches!(
        body.error.as_deref(),
        Some("invalid_client" | "unauthorized_client" | "invalid_grant")
    );
    if !is_about_client {
        return read_refusal(line, response, secrets);
    }

    ProviderError::Unauthorized {
        url: line.url(),
        distrust: UnauthorizedReason::Credentials,
        reason: body.reason(secrets),
        next_step: Some(advice::of_credentials()),
    }
}

/// The error that stands for a response that is no success.
fn read_refusal(line: &RequestLine, response: &Response, secrets: &Secrets) -> ProviderError {
    // What is not Keycloak's own error is not quoted: it may echo what was sent, secrets and all.
    let body = Body::of(response);
    let reason = body.reason(secrets);
    let request = line.to_string();

    match response.status {
        StatusCode::NOT_FOUND if !body.is_its_own() => unexpected_answer(line, FOREIGN_404),
        StatusCode::UNAUTHORIZED => ProviderError::Unauthorized {
            url: line.url(),
            distrust: UnauthorizedReason::Unsaid,
            reason,
            next_step: Some(advice::of_credentials()),
        },
        StatusCode::FORBIDDEN => ProviderError::Forbidden {
            request,
            denial: ForbiddenReason::Unsaid,
            reason,
            next_step: Some(if line.method == Method::GET {
                advice::to_read()
            } else {
                advice::to_write()
            }),
        },
        StatusCode::TOO_MANY_REQUESTS => ProviderError::RateLimited { request },
        status => {
            let objection = match status {
                StatusCode::NOT_FOUND => RejectedReason::NotFound,
                StatusCode::CONFLICT => RejectedReason::Conflict,
                _ => RejectedReason::Other,
            };
            let next_step = advice::of_rejected(&objection, &reason);
            ProviderError::Rejected {
                request,
                status: status.as_u16(),
                objection,
                reason,
                next_step,
            }
        }
    }
}

/// What the body of an answer says.
pub(super) fn parse<T: DeserializeOwned>(
    line: &RequestLine,
    body: &[u8],
) -> Result<T, ProviderError> {
    // The parser's own words are not used: they quote the answer, which may hold secrets.
    serde_json::from_slice(body).map_err(|error| {
        let (row, column) = (error.line(), error.column());
        let reason = format!("it is not the JSON it should be at line {row}, column {column}");
        unexpected_answer(line, reason)
    })
}

/// An answer that says yes, but not in the way it should.
pub(in crate::provider::keycloak) fn unexpected_answer(
    line: &RequestLine,
    reason: impl Into<String>,
) -> ProviderError {
    ProviderError::Unexpected {
        request: line.to_string(),
        reason: reason.into(),
    }
}
