//! Which organizations may use which grants, found from either side.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// That an organization may use a grant.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Association {
    organization: String,
    grant: String,
}

/// Ids by id.
type Ids = BTreeMap<String, BTreeSet<String>>;

/// Every association of a tenant.
#[derive(Default)]
pub(super) struct Associations {
    grants: Ids,
    organizations: Ids,
}

impl Associations {
    pub(super) fn insert(&mut self, organization: &str, grant: &str) {
        self.grants
            .entry(organization.to_owned())
            .or_default()
            .insert(grant.to_owned());
        self.organizations
            .entry(grant.to_owned())
            .or_default()
            .insert(organization.to_owned());
    }

    pub(super) fn remove(&mut self, organization: &str, grant: &str) {
        remove(&mut self.grants, organization, grant);
        remove(&mut self.organizations, grant, organization);
    }

    pub(super) fn remove_grant(&mut self, grant: &str) {
        for organization in self.organizations.remove(grant).unwrap_or_default() {
            remove(&mut self.grants, &organization, grant);
        }
    }

    pub(super) fn remove_organization(&mut self, organization: &str) {
        for grant in self.grants.remove(organization).unwrap_or_default() {
            remove(&mut self.organizations, &grant, organization);
        }
    }

    /// The grants that an organization may use.
    pub(super) fn grants_of(&self, organization: &str) -> impl Iterator<Item = &str> {
        self.grants
            .get(organization)
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    /// The organizations that may use a grant.
    pub(super) fn organizations_of(&self, grant: &str) -> impl Iterator<Item = &str> {
        self.organizations
            .get(grant)
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    pub(super) fn contains(&self, organization: &str, grant: &str) -> bool {
        self.grants
            .get(organization)
            .is_some_and(|grants| grants.contains(grant))
    }

    /// All of them, as they are kept in a file.
    pub(super) fn kept(&self) -> Vec<Association> {
        let of = |(organization, grants): (&String, &BTreeSet<String>)| {
            let organization = organization.clone();
            let kept = move |grant: &String| Association {
                organization: organization.clone(),
                grant: grant.clone(),
            };
            grants.iter().map(kept).collect::<Vec<_>>()
        };
        self.grants.iter().flat_map(of).collect()
    }
}

impl FromIterator<Association> for Associations {
    fn from_iter<I: IntoIterator<Item = Association>>(kept: I) -> Self {
        let mut associations = Self::default();
        for association in kept {
            associations.insert(&association.organization, &association.grant);
        }
        associations
    }
}

fn remove(ids: &mut Ids, of: &str, id: &str) {
    if let Some(own) = ids.get_mut(of) {
        own.remove(id);
        if own.is_empty() {
            ids.remove(of);
        }
    }
}
