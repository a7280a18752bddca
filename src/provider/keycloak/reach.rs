//! How far the roles of our own client go.

/// What our own client may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// See clients and client scopes.
    Plan,
    /// Change them too.
    Apply,
    /// See them; what else, its token does not say.
    Readable,
}

/// What these roles of the client that holds those of the realm allow.
pub(super) fn reach_of(roles: &[String]) -> Reach {
    let has = |role: &str| roles.iter().any(|own| own == role);

    if has("manage-clients") || has("realm-admin") {
        Reach::Apply
    } else if has("view-clients") {
        Reach::Plan
    } else {
        // A lightweight token names no roles, and a server may
        // look them up all the same.
        Reach::Readable
    }
}
