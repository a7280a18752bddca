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

/// Every association of a tenant, kept twice: a request may ask from either
/// side, of many.
#[derive(Clone, Default)]
pub(super) struct Associations {
    /// The grants of each organization.
    grants: Ids,
    /// The organizations of each grant.
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
        remove_id(&mut self.grants, organization, grant);
        remove_id(&mut self.organizations, grant, organization);
    }

    pub(super) fn remove_grant(&mut self, grant: &str) {
        for organization in self
            .organizations
            .remove(grant)
            .unwrap_or_default()
        {
            remove_id(&mut self.grants, &organization, grant);
        }
    }

    pub(super) fn remove_organization(&mut self, organization: &str) {
        for grant in self
            .grants
            .remove(organization)
            .unwrap_or_default()
        {
            remove_id(&mut self.organizations, &grant, organization);
        }
    }

    /// The grants that an organization may use.
    pub(super) fn grants_of(
        &self,
        organization: &str,
    ) -> impl Iterator<Item = &str> {
        self.grants
            .get(organization)
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    /// The organizations that may use a grant.
    pub(super) fn organizations_of(
        &self,
        grant: &str,
    ) -> impl Iterator<Item = &str> {
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
        let mut kept = Vec::new();
        for (organization, grants) in &self.grants {
            kept.extend(grants.iter().map(|grant| Association {
                organization: organization.clone(),
                grant: grant.clone(),
            }));
        }

        kept
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

fn remove_id(ids: &mut Ids, of: &str, id: &str) {
    let Some(own) = ids.get_mut(of) else {
        return;
    };

    own.remove(id);
    if own.is_empty() {
        ids.remove(of);
    }
}
