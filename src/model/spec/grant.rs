//! What may be said of a grant.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::plain;
use crate::model::{Attrs, AuthorizationDetailsType, OrganizationId, ScopeName, Setting};

/// The settings of a client grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantSpec {
    /// The scopes the client may ask for; none for every scope of the API, now and later.
    pub scopes: Option<BTreeSet<ScopeName>>,
    /// Whether the client may, must or must not name an organization.
    pub organization_usage: Setting<OrganizationUsage>,
    /// Whether any organization may be named.
    pub allow_any_organization: Setting<bool>,
    /// The organizations that may be named.
    pub organizations: Setting<BTreeSet<OrganizationId>>,
    /// The types of rich authorization requests the client may make.
    pub authorization_details_types: Setting<BTreeSet<AuthorizationDetailsType>>,
}

impl GrantSpec {
    /// The field of the organizations that may be named.
    pub const ORGANIZATIONS: &str = "organizations";

    /// The managed fields in plain form. Exactly one of `scopes` and `all_scopes` has a value.
    #[must_use]
    pub fn attrs(&self) -> Attrs {
        #[derive(Serialize)]
        struct Fields<'a> {
            scopes: &'a Option<BTreeSet<ScopeName>>,
            all_scopes: Option<bool>,
            #[serde(skip_serializing_if = "Setting::is_absent")]
            organization_usage: &'a Setting<OrganizationUsage>,
            #[serde(skip_serializing_if = "Setting::is_absent")]
            allow_any_organization: &'a Setting<bool>,
            #[serde(skip_serializing_if = "Setting::is_absent")]
            organizations: &'a Setting<BTreeSet<OrganizationId>>,
            #[serde(skip_serializing_if = "Setting::is_absent")]
            authorization_details_types: &'a Setting<BTreeSet<AuthorizationDetailsType>>,
        }
        let Self {
            scopes,
            organization_usage,
            allow_any_organization,
            organizations,
            authorization_details_types,
        } = self;
        let all_scopes = scopes.is_none().then_some(true);
        plain(&Fields {
            scopes,
            all_scopes,
            organization_usage,
            allow_any_organization,
            organizations,
            authorization_details_types,
        })
    }
}

/// For whom the token of a grant speaks.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
)]
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
        let spec = GrantSpec {
            scopes: None,
            organization_usage: Setting::Absent,
            allow_any_organization: Setting::Absent,
            organizations: Setting::Reset,
            authorization_details_types: Setting::Absent,
        };
        assert!(spec.attrs().contains_key(GrantSpec::ORGANIZATIONS));
    }
}
