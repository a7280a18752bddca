//! Whose plan it is, and of which tenant.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whose plan, and of which tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    /// The stack.
    pub stack: String,
    /// The environment, where the configuration has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// The provider.
    pub provider: String,
    /// The tenant: its domain, the address of its realm, or its file, from the
    /// configuration's folder.
    pub tenant: String,
    /// The same as it stands in ownership marks, if the tenant could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_hash: Option<String>,
}

impl Provenance {
    /// The provider of tenants that are files.
    pub const LOCAL: &str = "local";
    /// The provider of tenants that are domains.
    pub const AUTH0: &str = "auth0";
    /// The provider of tenants that are realms.
    pub const KEYCLOAK: &str = "keycloak";

    /// The file of a tenant, where it is one. Marks are the same in all of
    /// these: only their files tell them apart.
    #[must_use]
    pub fn tenant_file(&self) -> Option<&str> {
        (self.provider == Self::LOCAL).then_some(&*self.tenant)
    }
}
