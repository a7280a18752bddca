//! What the tenant says when it says no.

mod reasons;

use reqwest::StatusCode;
use serde::Deserialize;

use self::reasons::{denial_of, distrust_of, objection_to};
use crate::model::Secrets;
use crate::provider::auth0::advice;
use crate::provider::web::{
    RequestLine, Response, TransportError, foreign_not_found, tell_reason,
    unanswered,
};
use crate::provider::{ProviderError, UnauthorizedReason};

/// Both of Auth0's shapes of error: the Management API's
/// and the token endpoint's.
#[derive(Deserialize, Default)]
struct Body {
    #[serde(rename = "statusCode")]
    status: Option<u16>,
    message: Option<String>,
    error_description: Option<String>,
    error: Option<String>,
    #[serde(rename = "errorCode")]
    code: Option<String>,
}

impl Body {
    /// Whether the Management API itself says that something is
    /// not there. Anything else may stand between it and us, and
    /// know nothing of its objects.
    fn is_not_found(&self) -> bool {
        self.status == Some(404)
            && self.error.is_some()
            && self.message.is_some()
    }

    /// What it says, fit to be shown.
    fn reason(&self, secrets: &Secrets) -> String {
        let said = self
            .message
            .as_ref()
            .or(self.error_description.as_ref())
            .or(self.error.as_ref());

        tell_reason(said.map(String::as_str), secrets)
    }
}

/// The body of a response that is a success.
pub(super) fn expect_success(
    line: &RequestLine,
    result: Result<Response, TransportError>,
    secrets: &Secrets,
) -> Result<Vec<u8>, ProviderError> {
    match result {
        Ok(response) if response.status.is_success() => Ok(response.body),
        Ok(response) => Err(read_refusal(line, &response, secrets)),
        Err(error) => Err(unanswered(line, error, advice::of_unreachable)),
    }
}

/// The error that stands for a response that is no success.
fn read_refusal(
    line: &RequestLine,
    response: &Response,
    secrets: &Secrets,
) -> ProviderError {
    // What is not Auth0's own error is not quoted: it may echo what was sent,
    // secrets and all.
    let body: Body = serde_json::from_slice(&response.body).unwrap_or_default();
    if response.status == StatusCode::NOT_FOUND && !body.is_not_found() {
        return foreign_not_found(line, "Auth0");
    }

    let reason = body.reason(secrets);
    let code = body.code.as_deref().unwrap_or_default();
    match response.status {
        StatusCode::UNAUTHORIZED => {
            unauthorized_error(line, distrust_of(&reason), reason)
        }
        // What is not even shaped like a token is refused with 400.
        StatusCode::BAD_REQUEST if code == "Bearer" => {
            unauthorized_error(line, UnauthorizedReason::NoToken, reason)
        }
        StatusCode::FORBIDDEN => forbidden_error(line, code, reason),
        StatusCode::TOO_MANY_REQUESTS => ProviderError::RateLimited {
            request: line.to_string(),
        },
        status => rejected_error(line, status, code, reason),
    }
}

fn unauthorized_error(
    line: &RequestLine,
    distrust: UnauthorizedReason,
    reason: String,
) -> ProviderError {
    let next_step = Some(advice::of_unauthorized(distrust));

    ProviderError::Unauthorized {
        url: line.url(),
        distrust,
        reason,
        next_step,
    }
}

fn forbidden_error(
    line: &RequestLine,
    code: &str,
    reason: String,
) -> ProviderError {
    let denial = denial_of(code, &reason);
    let next_step = advice::of_forbidden(&denial);

    ProviderError::Forbidden {
        request: line.to_string(),
        denial,
        reason,
        next_step,
    }
}

fn rejected_error(
    line: &RequestLine,
    status: StatusCode,
    code: &str,
    reason: String,
) -> ProviderError {
    let objection = objection_to(&line.method, status, code, &reason);
    let next_step = advice::of_rejected(&objection);

    ProviderError::Rejected {
        request: line.to_string(),
        status: status.as_u16(),
        objection,
        reason,
        next_step,
    }
}

#[cfg(test)]
mod tests;
