//! What a run needs to be allowed to do.

use std::collections::BTreeSet;

use crate::model::{Desired, DesiredClient, Kind};

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
    /// The secrets of clients.
    Secrets,
}

impl Objects {
    /// The objects of every kind.
    #[must_use]
    pub fn of_every_kind() -> BTreeSet<Self> {
        Kind::ALL.map(Self::Of).into()
    }

    /// What a configuration is about: every kind, and what it declares beside.
    #[must_use]
    pub fn declared_in(desired: &Desired) -> BTreeSet<Self> {
        let declares_keys = desired
            .clients
            .values()
            .any(DesiredClient::declares_keys);
        let declares_organizations = desired.grants.iter().any(|grant| {
            !grant
                .spec
                .settings
                .organizations
                .is_absent()
        });

        let mut objects = Self::of_every_kind();
        // Only where they are declared: whoever has none would need scopes that
        // are of no use.
        if declares_keys {
            objects.insert(Self::Keys);
        }
        if declares_organizations {
            objects.insert(Self::Organizations);
        }
        objects
    }
}

impl Need {
    /// What reading a tenant needs.
    #[must_use]
    pub fn to_read() -> BTreeSet<Self> {
        Self::to_plan_with(&Objects::of_every_kind())
    }

    /// What planning needs that is about these objects.
    #[must_use]
    pub fn to_plan_with(objects: &BTreeSet<Objects>) -> BTreeSet<Self> {
        objects
            .iter()
            .copied()
            .map(Self::Read)
            .collect()
    }

    /// What any run needs that plans and applies, if it is about these objects.
    #[must_use]
    pub fn to_apply_with(objects: &BTreeSet<Objects>) -> BTreeSet<Self> {
        let mut needs = Self::to_plan_with(objects);
        for objects in objects {
            needs.extend(Self::to_write(*objects));
        }
        needs
    }

    fn to_write(objects: Objects) -> Vec<Self> {
        match objects {
            // They are let in or out, and never changed.
            Objects::Organizations => {
                vec![Self::Create(objects), Self::Delete(objects)]
            }
            // There is one as long as there is its client.
            Objects::Secrets => vec![Self::Update(objects)],
            Objects::Of(_) | Objects::Keys => vec![
                Self::Create(objects),
                Self::Update(objects),
                Self::Delete(objects),
            ],
        }
    }
}
