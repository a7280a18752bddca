//! What a request asks for, as limits and faults tell requests apart.

use axum::extract::Request;
use axum::http::Method;

/// The root of the Management API.
const MANAGEMENT: &str = "/api/v2";

/// The method and place of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) method: Method,
    pub(super) place: Place,
}

/// Which of Auth0's APIs a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// The Management API, with the path below `/api/v2`.
    Management(String),
    /// `/oauth/token`.
    Token,
    /// Discovery, or nothing there is.
    Elsewhere,
}

impl Asked {
    pub(super) fn of(request: &Request) -> Self {
        Self {
            method: request.method().clone(),
            place: Place::of(request.uri().path()),
        }
    }
}

impl Place {
    fn of(path: &str) -> Self {
        match path.strip_prefix(MANAGEMENT) {
            Some(below) if below.starts_with('/') => Self::Management(below.to_owned()),
            _ if path == "/oauth/token" => Self::Token,
            _ => Self::Elsewhere,
        }
    }
}
