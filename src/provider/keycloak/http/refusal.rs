//! What a Keycloak says when it says no.

use reqwest::{Method, StatusCode};
use serde::Deserialize;

use crate::model::Secrets;
use crate::provider::keycloak::advice;
use crate::provider::web::{
    RequestLine, Response, TransportError, foreign_not_found, tell_reason, unanswered,
};
use crate::provider::{ForbiddenReason, ProviderError, RejectedReason, UnauthorizedReason};

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
        // What is not Keycloak's own error is not quoted: it may echo what was sent, secrets and all.
        serde_json::from_slice(&response.body).unwrap_or_default()
    }

    /// Whether it is an error in one of Keycloak's shapes at all.
    fn is_its_own(&self) -> bool {
        self.message.is_some() || self.error.is_some()
    }

    /// Whether it is about who asks for a token.
    fn is_about_client(&self) -> bool {
        matches!(
            self.error.as_deref(),
            Some("invalid_client" | "unauthorized_client" | "invalid_grant")
        )
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

/// Whether it is Keycloak itself that says no more than that something went wrong.
pub(super) fn is_unknown_error(response: &Response) -> bool {
    response.status == StatusCode::INTERNAL_SERVER_ERROR && Body::of(response).is_its_own()
}

/// Who answers: each says no in a way of its own.
#[derive(Debug, Clone, Copy)]
pub(super) enum Endpoint {
    /// The administration of a realm.
    Admin,
    /// What a realm shows to everybody.
    Public,
    /// Where tokens are given.
    Token,
}

/// A response that is a success.
pub(super) fn expect_success(
    endpoint: Endpoint,
    line: &RequestLine,
    result: Result<Response, TransportError>,
    secrets: &Secrets,
) -> Result<Response, ProviderError> {
    let response = match result {
        Ok(response) if response.status.is_success() => return Ok(response),
        Ok(response) => response,
        Err(error) => {
            let advise = |silence, _: &str| advice::of_unreachable(silence);
            return Err(unanswered(line, error, advise));
        }
    };

    let body = Body::of(&response);
    Err(match endpoint {
        // Whatever else answers is no realm.
        Endpoint::Public => ProviderError::Rejected {
            request: line.to_string(),
            status: response.status.as_u16(),
            objection: RejectedReason::Other,
            reason: body.reason(secrets),
            next_step: Some(advice::to_find_realm()),
        },
        Endpoint::Token if body.is_about_client() => ProviderError::Unauthorized {
            url: line.url(),
            distrust: UnauthorizedReason::Credentials,
            reason: body.reason(secrets),
            next_step: Some(advice::of_credentials()),
        },
        Endpoint::Token | Endpoint::Admin => read_refusal(line, response.status, &body, secrets),
    })
}

/// The error that stands for a response that is no success.
fn read_refusal(
    line: &RequestLine,
    status: StatusCode,
    body: &Body,
    secrets: &Secrets,
) -> ProviderError {
    let reason = body.reason(secrets);
    let request = line.to_string();

    match status {
        StatusCode::NOT_FOUND if !body.is_its_own() => foreign_not_found(line, "Keycloak"),
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
