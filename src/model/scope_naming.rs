//! How scopes are called where a name is unique in the whole tenant.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Identifier, ScopeName};

/// How the scopes of APIs are called in a tenant that has one name for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(title = "way to name scopes")]
pub enum ScopeNaming {
    /// As they are: a token says `read:maps`, and no two APIs can have a scope
    /// of that name.
    #[default]
    Bare,
    /// Behind the identifier of their API: a token says
    /// `https://maps.example/read:maps`.
    Qualified,
}

impl ScopeNaming {
    /// What a scope of an API is called in the tenant.
    #[must_use]
    pub fn name(self, api: &Identifier, scope: &ScopeName) -> String {
        match self {
            Self::Bare => scope.to_string(),
            Self::Qualified => {
                let api = api.as_str();
                let between = if api.ends_with('/') {
                    ""
                } else {
                    "/"
                };
                format!("{api}{between}{scope}")
            }
        }
    }
}
