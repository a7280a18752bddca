//! Why no token is issued.

use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::assertion::Flaw;
use super::quota::Exceeded;
use crate::emulator::log_notes::because;

/// A refusal, in Auth0's words.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("Missing required parameter: {0}")]
    Missing(&'static str),
    #[error("Malformed request body")]
    Malformed,
    #[error("Scope must be an array or a string")]
    ScopeShape,
    #[error("Unsupported grant type: {0}")]
    UnsupportedGrantType(String),
    #[error("Unsupported client_assertion_type: {0}")]
    AssertionType(String),
    #[error("A client_assertion cannot be combined with a client_secret")]
    TwoProofs,
    #[error("Unauthorized")]
    Unauthenticated,
    /// Auth0 says the first half, and leaves the second to the tenant's log.
    #[error("Client authentication failed: {0}")]
    Assertion(#[from] Flaw),
    #[error(
        "The client authenticates with mutual TLS, which this emulator does \
         not do"
    )]
    MutualTls,
    #[error("Grant type 'client_credentials' not allowed for the client.")]
    GrantTypeNotAllowed,
    // A tenant can have a default; this one has none. The status is that of the
    // other refusals of a known client: only the words were recorded.
    #[error(
        "No audience parameter was provided, and no default audience has been \
         configured"
    )]
    NoAudience,
    #[error("Service not enabled within domain: {0}")]
    UnknownAudience(String),
    #[error(
        "Client is not authorized to access \"{0}\". You need to create a \
         \"client-grant\" associated to this API. See: \
         https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants"
    )]
    NoGrant(String),
    #[error("Client has not been granted scopes: {}", .0.join(", "))]
    Ungranted(Vec<String>),
    // The words of other flows: those of this one are not known.
    #[error("parameter organization is not allowed for this client")]
    OrganizationNotAllowed,
    #[error("parameter organization is required for this client")]
    OrganizationRequired,
    #[error("Client is not authorized to use the organization {0}")]
    NoOrganization(String),
    #[error("Client quota exceeded")]
    Quota(Exceeded),
    #[error("The token could not be signed")]
    Unsigned,
}

impl Refusal {
    /// The status, and the `error` of RFC 6749.
    fn status_and_error(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Missing(_)
            | Self::Malformed
            | Self::AssertionType(_)
            | Self::TwoProofs
            | Self::OrganizationNotAllowed
            | Self::OrganizationRequired => {
                (StatusCode::BAD_REQUEST, "invalid_request")
            }
            Self::ScopeShape => (StatusCode::BAD_REQUEST, "invalid_scope"),
            Self::UnsupportedGrantType(_) => (
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
            ),
            Self::Unauthenticated => {
                (StatusCode::UNAUTHORIZED, "access_denied")
            }
            Self::Assertion(_) | Self::MutualTls => {
                (StatusCode::UNAUTHORIZED, "invalid_client")
            }
            Self::GrantTypeNotAllowed => {
                (StatusCode::FORBIDDEN, "unauthorized_client")
            }
            Self::NoAudience
            | Self::UnknownAudience(_)
            | Self::NoGrant(_)
            | Self::Ungranted(_)
            | Self::NoOrganization(_) => {
                (StatusCode::FORBIDDEN, "access_denied")
            }
            Self::Quota(_) => (
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_requests",
            ),
            Self::Unsigned => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "server_error",
            ),
        }
    }
}

impl From<Exceeded> for Refusal {
    fn from(exceeded: Exceeded) -> Self {
        Self::Quota(exceeded)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, error) = self.status_and_error();
        let description = self.to_string();
        let mut body =
            json!({"error": error, "error_description": description});
        if self == Self::GrantTypeNotAllowed {
            body["error_uri"] =
                "https://auth0.com/docs/clients/client-grant-types".into();
        }
        let headers = match &self {
            Self::Quota(exceeded) => exceeded.headers(),
            _ => HeaderMap::new(),
        };

        let response = (status, headers, Json(body)).into_response();
        because(response, description)
    }
}
