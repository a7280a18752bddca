//! Why the tenant refuses a request, in Auth0's words.

use super::fields::Violation;

/// A refusal. What status and code it gets is the Management API's business.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// The body breaks the schema.
    #[error("Payload validation error: {0}")]
    Payload(#[from] Violation),
    /// The body fits the schema, and still is not allowed.
    #[error("{0}")]
    Rule(&'static str),
    #[error("The resource server does not exist")]
    NoResourceServer,
    #[error("The client does not exist")]
    NoClient,
    #[error("Credential does not exist")]
    NoCredential,
    #[error("The grant does not exist.")]
    NoGrant,
    #[error("No organization found by that id or name")]
    NoOrganization,
    #[error("An organization with this name already exists")]
    SameOrganization,
    #[error("A resource server with the same identifier already exists")]
    SameIdentifier,
    #[error("A client grant already exists between {holder} and {audience}")]
    SameGrant { holder: String, audience: String },
}
