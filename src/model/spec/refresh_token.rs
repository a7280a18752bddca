//! The life of refresh tokens.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Identifier, ScopeName, Value};

/// The life of refresh tokens. A life that is left out is without end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "setting of refresh tokens")]
pub struct RefreshToken {
    /// Whether a refresh token is replaced when it is used.
    pub rotation_type: RefreshTokenRotation,
    /// Whether a refresh token ends.
    pub expiration_type: RefreshTokenExpiration,
    /// How long a replaced refresh token may still be used, in seconds
    /// (default: 0).
    #[serde(default)]
    #[schemars(range(max = 2_147_483_647))]
    pub leeway: u32,
    /// The life of a refresh token, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(min = 1, max = 157_788_000))]
    pub token_lifetime: Option<u32>,
    /// The life of a refresh token that is not used, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(min = 1, max = 157_788_000))]
    pub idle_token_lifetime: Option<u32>,
    /// The APIs for which a refresh token of another one may be exchanged, each
    /// with the scopes.
    #[serde(default, skip_serializing)]
    pub policies: Vec<RefreshTokenPolicy>,
}

/// An API for which a refresh token of another one may be exchanged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "refresh token policy")]
pub struct RefreshTokenPolicy {
    /// The identifier of the API.
    pub audience: Identifier,
    /// The scopes an exchanged token may have.
    pub scope: BTreeSet<ScopeName>,
}

/// Whether a refresh token is replaced when it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RefreshTokenRotation {
    /// Each use replaces it.
    Rotating,
    /// It stays the same (Auth0's default).
    NonRotating,
}

/// Whether a refresh token ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RefreshTokenExpiration {
    /// Its life comes to an end.
    Expiring,
    /// It lives without end (Auth0's default).
    NonExpiring,
}

impl RefreshToken {
    /// The settings in plain form, with nothing left open: a life is either
    /// given or infinite.
    pub(super) fn plain(&self) -> Value {
        let mut plain = super::plain(self);
        for (life, infinite) in [
            ("token_lifetime", "infinite_token_lifetime"),
            (
                "idle_token_lifetime",
                "infinite_idle_token_lifetime",
            ),
        ] {
            // Always said: the lives that Auth0 fills in by itself depend on
            // how the client was made.
            let is_infinite = !plain.contains_key(life);
            plain.insert(infinite.into(), Value::Bool(is_infinite));
        }

        // By API, so that their order in the file makes no difference.
        let policies = self.policies.iter().map(|policy| {
            let scopes = policy
                .scope
                .iter()
                .map(|scope| scope.as_str().into());
            (
                policy.audience.clone().into(),
                Value::Set(scopes.collect()),
            )
        });
        plain.insert(
            "policies".into(),
            Value::Map(policies.collect()),
        );
        Value::Map(plain)
    }
}
