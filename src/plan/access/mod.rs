//! Who can call what: the tokens that clients can get.
//!
//! A pure function over a configuration ([`Access::declared`]), and over what
//! was seen of a tenant ([`Access::live`]). `rules` says what one grant gives,
//! `change` what a plan gives and takes.

use std::collections::BTreeSet;

use crate::model::{
    ClientRef, Identifier, OrganizationId, ScopeName, SubjectType,
};

mod change;
mod declared;
mod live;
mod rules;

pub(super) use change::change_of_access;
pub(crate) use declared::parties_of;

/// Everything that clients can get tokens for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Access {
    permissions: BTreeSet<Permission>,
}

/// One thing that a client can get a token for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission {
    /// Who.
    pub client: ClientRef,
    /// The API that takes the token.
    pub audience: PermittedAudience,
    /// What the token allows there.
    pub scope: PermittedScope,
    /// Which organization the token can name.
    pub organization: PermittedOrganization,
    /// For whom the token speaks.
    pub subject_type: SubjectType,
}

/// The API that takes a token.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PermittedAudience {
    /// The one with this identifier.
    Identifier(Identifier),
    /// The tenant's own Management API, whose identifier
    /// differs from tenant to tenant.
    ManagementApi,
}

/// What a token allows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PermittedScope {
    /// Nothing by name: the token has no scope, which is a token all the same.
    None,
    /// This.
    Named(ScopeName),
    /// Whatever the API has, now and later; which that is was not to be seen.
    Every,
}

/// Which organization a token can name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PermittedOrganization {
    /// None.
    None,
    /// This.
    Id(OrganizationId),
    /// Any of the tenant.
    Any,
    /// Some, of which nobody has looked which they are: a
    /// listing does not show them.
    Unseen,
}

/// What somebody gains and loses between one state and another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccessChange {
    /// What can be had after, and not before.
    pub gained: BTreeSet<Permission>,
    /// What could be had before, and cannot after.
    pub lost: BTreeSet<Permission>,
}

impl AccessChange {
    /// Whether nobody gains or loses anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.gained.is_empty() && self.lost.is_empty()
    }
}

impl Access {
    /// Whether nobody can get any token.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.permissions.is_empty()
    }

    /// Each permission, by client, API, scope and organization.
    pub fn iter(&self) -> impl Iterator<Item = &Permission> {
        self.permissions.iter()
    }

    /// What is gained and lost on the way from this to that.
    #[must_use]
    pub fn change_to(&self, after: &Self) -> AccessChange {
        AccessChange {
            gained: after.beyond(self),
            lost: self.beyond(after),
        }
    }

    /// What of this the other does not give.
    fn beyond(&self, other: &Self) -> BTreeSet<Permission> {
        let missing = self
            .permissions
            .iter()
            .filter(|permission| !other.gives(permission));

        missing.cloned().collect()
    }

    /// Whether it gives this, by its name or in more general terms. Looked up,
    /// not searched for: an API may have a thousand scopes.
    fn gives(&self, permission: &Permission) -> bool {
        // None is not any: a grant that requires an organization gives no token
        // without one.
        let wider = match permission.organization {
            PermittedOrganization::Id(_) | PermittedOrganization::Unseen => {
                Some(PermittedOrganization::Any)
            }
            PermittedOrganization::None | PermittedOrganization::Any => None,
        };
        let mut organizations =
            std::iter::once(permission.organization.clone()).chain(wider);

        organizations.any(|organization| {
            let wanted = Permission {
                organization,
                ..permission.clone()
            };
            match wanted.scope {
                PermittedScope::None => self.gives_token(&wanted),
                PermittedScope::Named(_) | PermittedScope::Every => {
                    let of_every_scope = Permission {
                        scope: PermittedScope::Every,
                        ..wanted.clone()
                    };
                    self.permissions.contains(&wanted)
                        || self
                            .permissions
                            .contains(&of_every_scope)
                }
            }
        })
    }

    /// Whether a token is to be had at all: wherever one with a
    /// scope is, one without is.
    fn gives_token(&self, wanted: &Permission) -> bool {
        let first = Permission {
            scope: PermittedScope::None,
            organization: PermittedOrganization::None,
            subject_type: SubjectType::Client,
            ..wanted.clone()
        };
        let mut of_client_and_server = self
            .permissions
            .range(first..)
            .take_while(|given| {
                given.client == wanted.client
                    && given.audience == wanted.audience
            });

        of_client_and_server.any(|given| {
            given.organization == wanted.organization
                && given.subject_type == wanted.subject_type
        })
    }
}

impl FromIterator<Permission> for Access {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self {
            permissions: permissions.into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests;
