//! The fields of a grant: what may be said of one.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::plain;
use crate::model::{
    Attrs, AuthorizationDetailsType, OrganizationId, ScopeName, Setting, Value,
};

/// What a client grant is to be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GrantSpec {
    /// The scopes the client may ask for; none for every scope
    /// of the API, now and later.
    pub scopes: Option<BTreeSet<ScopeName>>,
    /// Everything else.
    pub settings: GrantSettings,
}

/// The settings of a client grant.
// Apart from the scopes, so that the file and the specification share them, and
// a new field is written once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct GrantSettings {
    /// Whether the client may, must or must not name an organization.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub organization_usage: Setting<OrganizationUsage>,
    /// Whether the client may name any organization.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub allow_any_organization: Setting<bool>,
    /// The organizations the client may name, where `organization_usage` allows
    /// or requires one.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub organizations: Setting<BTreeSet<OrganizationId>>,
    /// The types of rich authorization requests (RFC 9396) the client may make.
    /// Only for the user subject.
    #[serde(skip_serializing_if = "Setting::is_absent")]
    pub authorization_details_types:
        Setting<BTreeSet<AuthorizationDetailsType>>,
}

impl GrantSettings {
    /// The managed fields in plain form.
    #[must_use]
    pub fn attrs(&self) -> Attrs {
        plain(self)
    }
}

impl GrantSpec {
    /// The field of the scopes the client may ask for.
    pub const SCOPES: &str = "scopes";

    /// The field of a live grant that has those of its scopes that the client
    /// gets unasked. No configuration says it.
    pub const UNASKED: &str = "unasked_scopes";

    /// The field that says that it may ask for all.
    pub const ALL_SCOPES: &str = "all_scopes";

    /// The field of whether an organization may be named.
    pub const ORGANIZATION_USAGE: &str = "organization_usage";

    /// The field of whether that may be any.
    pub const ALLOW_ANY_ORGANIZATION: &str = "allow_any_organization";

    /// The field of the organizations that may be named.
    pub const ORGANIZATIONS: &str = "organizations";

    /// The field of the types of rich authorization requests that may be made.
    pub const AUTHORIZATION_DETAILS_TYPES: &str = "authorization_details_types";

    /// The managed fields in plain form. Exactly one of `scopes` and
    /// `all_scopes` has a value.
    #[must_use]
    pub fn attrs(&self) -> Attrs {
        // The one that is not meant is cleared, not left out: Auth0
        // shows no scopes beside `all_scopes`, and takes that back
        // only together with scopes.
        let (scopes, all_scopes) = match &self.scopes {
            Some(names) => {
                let texts = names
                    .iter()
                    .map(|name| Value::Text(name.clone().into()));
                (Value::Set(texts.collect()), Value::Null)
            }
            None => (Value::Null, Value::Bool(true)),
        };

        let mut attrs = self.settings.attrs();
        attrs.insert(Self::SCOPES.into(), scopes);
        attrs.insert(Self::ALL_SCOPES.into(), all_scopes);
        attrs
    }
}

/// For whom the token of a grant speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubjectType {
    /// For the client itself: machine to machine.
    #[default]
    Client,
    /// For a user.
    User,
}

/// Whether a client may name an organization when it asks for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrganizationUsage {
    /// It must not name one (Auth0's default).
    Deny,
    /// It may name one.
    Allow,
    /// It must name one.
    Require,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_organizations_are_where_they_are_looked_for() {
        let settings = GrantSettings {
            organizations: Setting::Reset,
            ..GrantSettings::default()
        };
        let spec = GrantSpec {
            scopes: None,
            settings,
        };
        assert!(
            spec.attrs()
                .contains_key(GrantSpec::ORGANIZATIONS)
        );
    }
}
