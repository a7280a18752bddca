//! What a deletion relies on: the object, and the grants on it, as they were
//! when it was decided.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::scope::Scope;
use super::{Action, Change};
use crate::model::{
    Address, ClientRef, Found, Inspection, RemoteId, UnnamedGrant,
};

/// An object that is to be deleted, as it was when that was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// As the listing showed it.
    Listed {
        /// The object.
        found: Found,
        /// The grants that would end with it, by the tenant's ids. The guards
        /// have seen these, and no others.
        grants: BTreeSet<RemoteId>,
    },
    /// As a close look showed it.
    Inspected(Inspection),
}

impl Expected {
    /// Whether what is there now may be deleted: it is the same, and nobody has
    /// got a grant on it since.
    #[must_use]
    pub fn still_holds(&self, now: &Inspection) -> bool {
        match self {
            // One grant less does no harm; one more would end with it, and no
            // guard has seen that.
            Self::Listed { found, grants } => {
                now.found == *found && now.grants.is_subset(grants)
            }
            Self::Inspected(before) => before.still_holds(now),
        }
    }
}

/// What is to be deleted, as it is now.
pub(super) fn expect_deletions(
    context: &Context<'_>,
    scope: &Scope<'_>,
    changes: &[Change],
) -> BTreeMap<Address, Expected> {
    let mut expected: BTreeMap<Address, Expected> = changes
        .iter()
        .filter(|change| change.action == Action::Delete)
        .filter_map(|change| {
            let found = scope.find(&change.address)?;
            Some((change.address.clone(), expect_listed(found)))
        })
        .collect();
    // Most plans delete nothing, and there may be very
    // many grants to go through.
    if expected.is_empty() {
        return expected;
    }

    for (id, ends) in named_grants(context).chain(unnamed_grants(context)) {
        // Looked up, not held against every deletion: of both
        // there may be thousands.
        for end in ends.into_iter().flatten() {
            if let Some(Expected::Listed { grants, .. }) =
                expected.get_mut(&end)
            {
                grants.insert(id.clone());
            }
        }
    }
    expected
}

/// The object as the listing showed it, before its grants are known.
fn expect_listed(found: &Found) -> Expected {
    Expected::Listed {
        found: found.clone(),
        grants: BTreeSet::new(),
    }
}

/// A client and an API, with either of which a grant ends; none where this
/// stack cannot name it.
type Ends = [Option<Address>; 2];

/// The grants of the tenant, each with what it ends with: by the addresses that
/// the changes have, in which our clients are named by key.
fn named_grants<'a>(
    context: &'a Context<'_>,
) -> impl Iterator<Item = (&'a RemoteId, Ends)> {
    context
        .verdicts
        .values()
        .filter_map(|verdict| match &verdict.address {
            Address::Grant {
                client,
                audience,
                ..
            } => {
                let client = Address::Client(client.clone());
                let server = Address::ResourceServer(audience.clone());
                Some((&verdict.found.id, [Some(client), Some(server)]))
            }
            Address::ResourceServer(_) | Address::Client(_) => None,
        })
}

/// The same of the grants that no configuration can name:
/// they end as any other does.
fn unnamed_grants<'a>(
    context: &'a Context<'_>,
) -> impl Iterator<Item = (&'a RemoteId, Ends)> {
    let grants = context.seen.unnamed.iter();
    grants.map(|grant| (&grant.id, ends_of(context, grant)))
}

/// What a grant that no configuration can name ends
/// with, as this stack calls it.
fn ends_of(context: &Context<'_>, grant: &UnnamedGrant) -> Ends {
    let client = grant
        .client
        .as_ref()
        .and_then(|client| client.parse().ok())
        .map(|id| Address::Client(ClientRef::Id(id)))
        .and_then(|remote| context.verdicts.get(&remote))
        .map(|verdict| verdict.address.clone());
    let server = grant
        .audience
        .parse()
        .ok()
        .map(Address::ResourceServer);

    [client, server]
}
