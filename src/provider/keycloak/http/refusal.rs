//! What a Keycloak says when it says no.

use reqwest::{Method, StatusCode};
use serde::Deserialize;

use crate::model::{Secrets, Step};
use crate::provider::keycloak::advice;
use crate::provider::keycloak::settings::Settings;
use crate::provider::web::{
    RequestLine, Response, TransportError, foreign_not_found, is_passing,
    tell_reason, unanswered,
};
use crate::provider::{
    ForbiddenReason, ProviderError, RejectedReason, TENANT_HAS_CHANGED,
    UnauthorizedReason,
};

/// What it says of an object that is not there, by what it was looked for as.
/// All else that is not found is no object: a realm, a path, or what a proxy
/// does not know.
const ABSENT: [&str; 4] = [
    "Could not find client",
    "Could not find client scope",
    "Client scope not found",
    "Model not found",
];

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
        // What is not Keycloak's own error is not quoted: it may echo what was
        // sent, secrets and all.
        serde_json::from_slice(&response.body).unwrap_or_default()
    }

    /// Whether it says no more than that something went wrong.
    fn is_unsaid(&self) -> bool {
        self.error.as_deref() == Some("unknown_error")
    }

    /// Whether it is an error in one of Keycloak's shapes at all.
    fn is_its_own(&self) -> bool {
        self.message.is_some() || self.error.is_some()
    }

    /// Whether it says of an object that it is not there.
    fn is_absent(&self) -> bool {
        self.error
            .as_deref()
            .is_some_and(|error| ABSENT.contains(&error))
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

/// Whether it is Keycloak itself that says no more than
/// that something went wrong.
pub(super) fn is_unknown_error(response: &Response) -> bool {
    response.status == StatusCode::INTERNAL_SERVER_ERROR
        && Body::of(response).is_unsaid()
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
    settings: &Settings,
) -> Result<Response, ProviderError> {
    let secrets = &settings.secrets;
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
        // Whatever else answers is no realm, unless it is only busy.
        Endpoint::Public if !is_busy(response.status) => {
            ProviderError::Rejected {
                request: line.to_string(),
                status: response.status.as_u16(),
                objection: RejectedReason::Other,
                reason: body.reason(secrets),
                next_step: Some(advice::to_find_realm()),
            }
        }
        Endpoint::Token if body.is_about_client() => {
            ProviderError::Unauthorized {
                url: line.url(),
                distrust: UnauthorizedReason::Credentials,
                reason: body.reason(secrets),
                next_step: Some(advice::of_credentials()),
            }
        }
        Endpoint::Public | Endpoint::Token | Endpoint::Admin => {
            read_refusal(line, response.status, &body, settings)
        }
    })
}

/// Whether a server, or what stands before it, says no for now only.
fn is_busy(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || is_passing(status)
}

/// The error that stands for a response that is no success.
fn read_refusal(
    line: &RequestLine,
    status: StatusCode,
    body: &Body,
    settings: &Settings,
) -> ProviderError {
    let reason = body.reason(&settings.secrets);
    let request = line.to_string();

    match status {
        StatusCode::NOT_FOUND if !body.is_its_own() => {
            foreign_not_found(line, "Keycloak")
        }
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
                advice::to_read(settings)
            } else {
                advice::to_write(settings)
            }),
        },
        StatusCode::TOO_MANY_REQUESTS => ProviderError::RateLimited { request },
        status => {
            let (objection, next_step) = object_to(status, body);
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

/// What a realm has against a request, and what to do then.
fn object_to(
    status: StatusCode,
    body: &Body,
) -> (RejectedReason, Option<Step>) {
    match status {
        StatusCode::NOT_FOUND if body.is_absent() => (
            RejectedReason::NotFound,
            Some(TENANT_HAS_CHANGED.into()),
        ),
        StatusCode::NOT_FOUND => (
            RejectedReason::Other,
            Some(advice::to_find_realm()),
        ),
        StatusCode::CONFLICT => (
            RejectedReason::Conflict,
            Some(TENANT_HAS_CHANGED.into()),
        ),
        _ => (RejectedReason::Other, None),
    }
}

#[cfg(test)]
mod tests;
