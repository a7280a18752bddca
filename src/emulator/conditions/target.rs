//! What a request is for, as limits and faults tell requests apart.

use axum::extract::Request;
use axum::http::Method;

/// The root of the Management API.
const MANAGEMENT_ROOT: &str = "/api/v2";

/// The path of the token endpoint.
pub(super) const TOKEN_PATH: &str = "/oauth/token";

/// The method of a request, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RequestLine {
    pub(super) method: Method,
    pub(super) endpoint: Endpoint,
}

/// Which of Auth0's APIs a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// The Management API, with the path below `/api/v2`.
    Management(String),
    /// `/oauth/token`.
    Token,
    /// Discovery, or nothing there is.
    Other,
}

impl RequestLine {
    pub(super) fn of(request: &Request) -> Self {
        Self {
            method: request.method().clone(),
            endpoint: Endpoint::of(request.uri().path()),
        }
    }
}

impl Endpoint {
    /// Whether it searches one of the collections.
    pub(super) fn is_search(&self) -> bool {
        match self {
            Self::Management(path) => path.ends_with("/search"),
            Self::Token | Self::Other => false,
        }
    }

    fn of(path: &str) -> Self {
        match path.strip_prefix(MANAGEMENT_ROOT) {
            // A whole segment: `/api/v20` begins alike, and is no part of the
            // Management API.
            Some(below) if below.starts_with('/') => {
                Self::Management(below.to_owned())
            }
            _ if path == TOKEN_PATH => Self::Token,
            _ => Self::Other,
        }
    }
}

/// Which requests a fault is about: a method and a path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Target {
    /// None is every method.
    pub(super) method: Option<Method>,
    pub(super) path: PathPattern,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum PathPattern {
    #[default]
    Any,
    Token,
    /// Below `/api/v2`, segment by segment.
    Management(Vec<SegmentPattern>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SegmentPattern {
    Any,
    Is(String),
}

impl Target {
    /// Whether a search can be among these requests.
    pub(super) fn may_search(&self) -> bool {
        let may_read = self
            .method
            .as_ref()
            .is_none_or(Method::is_safe);
        let may_be_search = match &self.path {
            PathPattern::Any => true,
            PathPattern::Token => false,
            PathPattern::Management(segments) => {
                segments.last()
                    == Some(&SegmentPattern::Is("search".to_owned()))
            }
        };
        may_read && may_be_search
    }

    pub(super) fn matches(&self, line: &RequestLine) -> bool {
        let matches_method = match &self.method {
            Some(method) => *method == line.method,
            None => true,
        };
        matches_method && self.path.matches(&line.endpoint)
    }
}

impl PathPattern {
    fn matches(&self, endpoint: &Endpoint) -> bool {
        match (self, endpoint) {
            (Self::Any, _) | (Self::Token, Endpoint::Token) => true,
            (Self::Management(patterns), Endpoint::Management(path)) => {
                matches_segments(patterns, path)
            }
            _ => false,
        }
    }
}

fn matches_segments(patterns: &[SegmentPattern], path: &str) -> bool {
    let below = path.trim_start_matches('/');
    let segments: Vec<&str> = below.split('/').collect();
    if segments.len() != patterns.len() {
        return false;
    }

    patterns
        .iter()
        .zip(segments)
        .all(|(pattern, segment)| pattern.matches(segment))
}

impl From<&str> for SegmentPattern {
    fn from(text: &str) -> Self {
        if text == "*" {
            Self::Any
        } else {
            Self::Is(text.to_owned())
        }
    }
}

impl SegmentPattern {
    fn matches(&self, segment: &str) -> bool {
        match self {
            // An id is never empty.
            Self::Any => !segment.is_empty(),
            Self::Is(text) => text == segment,
        }
    }
}
