//! What Keycloak can express.

use crate::model::{ScopeNaming, Support};

/// What Keycloak can express where scopes keep their names.
pub const SUPPORT: Support = Support::of_everything("Keycloak");

/// The same where they stand behind the identifiers of their APIs.
pub const QUALIFIED_SUPPORT: Support = Support::of_everything("Keycloak");

/// What Keycloak can express where scopes are called like this.
#[must_use]
pub fn support_for(naming: ScopeNaming) -> &'static Support {
    match naming {
        ScopeNaming::Bare => &SUPPORT,
        ScopeNaming::Qualified => &QUALIFIED_SUPPORT,
    }
}
