//! Why the tenant refuses a request, in Auth0's words.

use std::borrow::Cow;

use super::fields::Violation;

/// Auth0's name of an error, often missing from its answers, and from these
/// where none was observed.
pub(crate) type ErrorCode = Option<&'static str>;

/// A refusal. What status it gets is the Management API's business.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// The body breaks the schema.
    #[error("Payload validation error: {0}")]
    Payload(#[from] Violation),
    /// The body fits the schema, and still is not allowed.
    #[error("{0}")]
    Rule(&'static str),
    /// There are as many of the kind as a tenant may have.
    #[error("You reached the limit of entities of this type for this tenant.")]
    TooMany,
    /// There is no such object.
    #[error("{message}")]
    NotFound {
        message: &'static str,
        code: ErrorCode,
    },
    /// There is such an object already, and no two may be alike.
    #[error("{message}")]
    Conflict {
        message: Cow<'static, str>,
        code: ErrorCode,
    },
}
