//! Where a tenant gives tokens.

/// Where services get their tokens, and by what they are
/// known. Nothing of it is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// The domain of the tenant, where it has one to itself, as in Auth0:
    /// `acme.eu.auth0.com`.
    pub domain: Option<String>,
    /// What stands under `iss` in its tokens (RFC 7519, 4.1.1).
    pub issuer: String,
    /// Where a token is asked for (RFC 6749, 3.2).
    pub token_endpoint: String,
    /// Where the keys are published that its tokens are verified by (RFC 7517).
    pub key_set: String,
}
