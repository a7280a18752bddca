//! What a run needs to be allowed to do.

use std::collections::BTreeSet;

use crate::model::{Address, Desired, DesiredClient, Kind};
use crate::plan::{Action, Change, Plan};

/// One thing that a run needs to be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// To read such objects.
    Read(Objects),
    /// To create them.
    Create(Objects),
    /// To change them.
    Update(Objects),
    /// To delete them.
    Delete(Objects),
}

/// What a tenant guards apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Objects {
    /// The objects of a kind.
    Of(Kind),
    /// The keys of clients.
    Keys,
    /// The organizations that may use a grant.
    Organizations,
}

impl Need {
    /// What reading a tenant needs.
    #[must_use]
    pub fn to_read() -> BTreeSet<Self> {
        let kinds = [Kind::ResourceServer, Kind::Client, Kind::Grant];
        kinds.map(|kind| Self::Read(Objects::Of(kind))).into()
    }

    /// What planning needs.
    #[must_use]
    pub fn to_plan(desired: &Desired) -> BTreeSet<Self> {
        let mut needs = Self::to_read();
        let has_keys = |client: &DesiredClient| match client {
            DesiredClient::Managed { spec, .. } => !spec.client_authentication_methods.is_absent(),
            DesiredClient::External(_) => false,
        };
        if desired.clients.values().any(has_keys) {
            needs.insert(Self::Read(Objects::Keys));
        }
        if desired.grants.iter().any(|grant| !grant.spec.organizations.is_absent()) {
            needs.insert(Self::Read(Objects::Organizations));
        }
        needs
    }

    /// What applying a plan needs.
    #[must_use]
    pub fn to_apply(plan: &Plan) -> BTreeSet<Self> {
        plan.changes.iter().flat_map(Self::of_change).collect()
    }

    fn of_change(change: &Change) -> Vec<Self> {
        let objects = Objects::Of(change.address.kind());
        let mut needs = match change.action {
            Action::Create => vec![Self::Create(objects)],
            Action::Adopt | Action::Update | Action::Release | Action::Narrow => {
                vec![Self::Update(objects)]
            }
            Action::Delete => vec![Self::Delete(objects)],
        };
        let apart = match change.address {
            Address::Client(_) => ("client_authentication_methods", Objects::Keys),
            Address::Grant { .. } => ("organizations", Objects::Organizations),
            Address::ResourceServer(_) => return needs,
        };
        if change.fields.contains_key(apart.0) {
            needs.push(Self::Create(apart.1));
            if change.action != Action::Create {
                needs.push(Self::Delete(apart.1));
            }
            if apart.1 == Objects::Keys && change.action != Action::Create {
                needs.push(Self::Update(apart.1));
            }
        }
        needs
    }
}
