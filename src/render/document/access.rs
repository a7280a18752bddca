//! Who can call what.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Version;
use super::address::ClientView;
use super::failure::FailureView;
use crate::model::SubjectType;
use crate::plan::{
    AccessChange, Names, Permission, PermittedAudience, PermittedOrganization,
    PermittedScope,
};

/// What is gained and lost.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct AccessView {
    /// What can be had afterwards, and could not before.
    pub gained: Vec<PermissionView>,
    /// What could be had before, and cannot afterwards.
    pub lost: Vec<PermissionView>,
}

/// One thing that a client can get a token for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PermissionView {
    /// Who.
    pub client: ClientView,
    /// The client as the configuration calls it.
    pub client_name: String,
    /// The identifier of the API; not there for the
    /// tenant's own Management API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// The API as the configuration calls it.
    pub resource_server: String,
    /// How far the token reaches.
    pub extent: ExtentView,
    /// What the token allows, where that has a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The organization the token can name; not there where it names none. `*`
    /// is any, and `?` is some, of which nobody has looked which they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// For whom the token speaks.
    pub subject_type: SubjectType,
}

/// How far a token reaches. Not said by a word among the scopes: an API may
/// call one of its own `*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExtentView {
    /// It has no scope, and is a token all the same.
    None,
    /// It allows what the scope says.
    Named,
    /// It allows every scope of the API, now and later; which
    /// these are was not to be seen.
    Every,
}

/// Stands for any organization. The id of one begins with `org_`.
const ANY: &str = "*";

/// Who can call what: a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccessDocument {
    /// What this is.
    pub format: AccessFormat,
    /// Which form of it. Readers ignore fields that they do not know.
    pub version: Version,
    /// How the run ended.
    pub exit_code: u8,
    /// Every permission; not there where two states are compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<PermissionView>>,
    /// How two states differ; not there where only one is looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<AccessView>,
    /// Why it is not known who can call what, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<FailureView>,
}

/// What an access document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AccessFormat {
    /// A document of access.
    #[serde(rename = "grantry/access")]
    Access,
}

impl AccessDocument {
    /// What one state gives.
    #[must_use]
    pub fn of_permissions(permissions: Vec<PermissionView>) -> Self {
        Self {
            permissions: Some(permissions),
            ..Self::saying_nothing()
        }
    }

    /// How two states differ.
    #[must_use]
    pub fn of_change(change: AccessView) -> Self {
        Self {
            change: Some(change),
            ..Self::saying_nothing()
        }
    }

    /// The document of a run that came to nothing.
    #[must_use]
    pub fn of_failure(error: FailureView, exit_code: u8) -> Self {
        Self {
            exit_code,
            error: Some(error),
            ..Self::saying_nothing()
        }
    }

    fn saying_nothing() -> Self {
        Self {
            format: AccessFormat::Access,
            version: Version::One,
            exit_code: 0,
            permissions: None,
            change: None,
            error: None,
        }
    }
}

/// Stands for organizations that nobody has looked at.
const UNSEEN: &str = "?";

impl AccessView {
    /// The view of a change, as the configuration with
    /// these names would say it.
    #[must_use]
    pub fn of(change: &AccessChange, names: &Names) -> Self {
        let view = |permission| PermissionView::of(permission, names);

        Self {
            gained: change.gained.iter().map(view).collect(),
            lost: change.lost.iter().map(view).collect(),
        }
    }
}

impl PermissionView {
    /// The permission as the configuration with these names would say it.
    #[must_use]
    pub fn of(permission: &Permission, names: &Names) -> Self {
        // Of the tenant's own API there is no identifier to say: a
        // configuration alone does not know the tenant.
        let audience = match &permission.audience {
            PermittedAudience::Identifier(identifier) => Some(identifier),
            PermittedAudience::ManagementApi => None,
        };
        let resource_server = match audience {
            Some(identifier) => names.name_server(identifier),
            None => crate::model::Audience::MANAGEMENT_API,
        };

        Self {
            client: ClientView::of(&permission.client),
            client_name: names
                .name_client(&permission.client)
                .to_owned(),
            audience: audience.map(ToString::to_string),
            resource_server: resource_server.to_owned(),
            extent: match &permission.scope {
                PermittedScope::None => ExtentView::None,
                PermittedScope::Named(_) => ExtentView::Named,
                PermittedScope::Every => ExtentView::Every,
            },
            scope: match &permission.scope {
                PermittedScope::Named(scope) => Some(scope.to_string()),
                PermittedScope::None | PermittedScope::Every => None,
            },
            organization: match &permission.organization {
                PermittedOrganization::None => None,
                PermittedOrganization::Id(id) => Some(id.to_string()),
                PermittedOrganization::Any => Some(ANY.to_owned()),
                PermittedOrganization::Unseen => Some(UNSEEN.to_owned()),
            },
            subject_type: permission.subject_type,
        }
    }
}
