//! What is known of tokens: how one is asked for, and what one says.

use std::collections::BTreeSet;

/// How a token for an API is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// By the identifier of the API. Where no scope is named, all that are
    /// granted come.
    ByAudience,
    /// By the names of its scopes, and by nothing else: where
    /// none is named, none comes.
    ByScopes,
}

/// What a token says of itself, once it is known who has signed it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TokenClaims {
    /// The APIs that it is for.
    pub audiences: BTreeSet<String>,
    /// Its scopes.
    pub scopes: BTreeSet<String>,
    /// What an API may go by instead of them, where it says so.
    pub permissions: BTreeSet<String>,
    /// The client that it was given to, where it says so.
    pub client: Option<String>,
}
