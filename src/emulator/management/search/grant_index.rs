//! Which organizations the grants are for, for searches that ask: found once a
//! search, and not again for each object.

use std::collections::{BTreeMap, BTreeSet};

use super::search_query::SearchQuery;
use crate::emulator::tenant::{
    ClientGrant, Object, Revision, Tenant, is_true, text,
};

/// What is known of the grants at a revision. Nothing
/// where no search asks for it.
///
/// Which organizations may use a grant is known at once, whatever the lag: the
/// tenant remembers the changes of objects, and this is none.
#[derive(Default)]
pub(super) struct GrantIndex {
    /// The organizations of each grant, by its id.
    of_grant: BTreeMap<String, Vec<String>>,
    /// Those of all grants of a client, by its id.
    of_client: BTreeMap<String, BTreeSet<String>>,
    /// The clients with a grant that is for any organization.
    for_any: BTreeSet<String>,
}

impl GrantIndex {
    pub(super) fn read(
        tenant: &Tenant,
        known: Revision,
        query: &SearchQuery,
    ) -> Self {
        let mut index = Self::default();
        if !query.mentions(|field| field.contains("organization")) {
            return index;
        }

        let all = |_: &Object| true;
        let grants =
            tenant.find_as_of::<ClientGrant>(known, None, usize::MAX, all);
        for listed in grants {
            let grant = listed.object;
            let id = text(grant, "id").unwrap_or_default();
            let client_id = text(grant, "client_id").unwrap_or_default();
            let organizations = tenant.organization_ids_of_grant(id);

            if is_true(grant, "allow_any_organization") {
                index
                    .for_any
                    .insert(client_id.to_owned());
            }
            if !organizations.is_empty() {
                let of_client = index
                    .of_client
                    .entry(client_id.to_owned());
                of_client
                    .or_default()
                    .extend(organizations.iter().cloned());
                index
                    .of_grant
                    .insert(id.to_owned(), organizations);
            }
        }
        index
    }

    pub(super) fn organizations_of_grant(&self, id: &str) -> Vec<String> {
        self.of_grant
            .get(id)
            .cloned()
            .unwrap_or_default()
    }

    pub(super) fn organizations_of_client(&self, id: &str) -> Vec<String> {
        let organizations = self
            .of_client
            .get(id)
            .into_iter()
            .flatten();
        organizations.cloned().collect()
    }

    pub(super) fn is_for_any(&self, client_id: &str) -> bool {
        self.for_any.contains(client_id)
    }
}
