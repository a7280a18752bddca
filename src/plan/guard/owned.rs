//! How much of a tenant is ours, which is what limits of
//! deletion are measured by.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Address, Kind};
use crate::plan::verdict::{Class, Verdicts};

/// How many objects of each kind the tenant itself says are ours: what is only
/// being taken over, and what comes with it, lifts no limit.
pub(super) fn count_owned(verdicts: &Verdicts<'_>) -> BTreeMap<Kind, usize> {
    let adoptable: BTreeSet<&Address> = verdicts
        .values()
        .filter(|verdict| verdict.class == Class::Adoptable)
        .map(|verdict| &verdict.address)
        .collect();

    let mut owned = BTreeMap::new();
    for verdict in verdicts.values() {
        if !verdict.class.is_ours() {
            continue;
        }

        // A kind of which all is new has an entry too: none of it is owned.
        let count = owned
            .entry(verdict.address.kind())
            .or_default();
        if !comes_with(&verdict.address, &adoptable) {
            *count += 1;
        }
    }
    owned
}

/// Whether an object is among these clients, or a grant of one.
fn comes_with(address: &Address, adoptable: &BTreeSet<&Address>) -> bool {
    match address {
        Address::Grant { client, .. } => {
            adoptable.contains(&Address::Client(client.clone()))
        }
        Address::ResourceServer(_) | Address::Client(_) => {
            adoptable.contains(address)
        }
    }
}

#[cfg(test)]
mod tests;
