//! What has to be looked at more closely than a listing shows.

use std::collections::BTreeSet;

use super::classify::classify_among;
use crate::model::{Address, Declared, Desired, Snapshot};

/// The live objects of which the configuration manages a field that listings do
/// not show, by the addresses the tenant knows them by.
#[must_use]
pub(crate) fn needs_detail(
    desired: &Desired,
    seen: &Snapshot,
) -> BTreeSet<Address> {
    let resources = desired.resources(seen);
    let wanted: BTreeSet<&Address> = resources
        .iter()
        .filter(|(address, declared)| {
            manages_unlisted(address, **declared, seen)
        })
        .map(|(address, _)| address)
        .collect();
    // Whose each object is takes long to tell, and matters only where one is to
    // be looked at.
    if wanted.is_empty() {
        return BTreeSet::new();
    }

    classify_among(desired, seen, &resources)
        .into_iter()
        // What is not ours is never written, so a closer look at it would be
        // for nothing.
        .filter(|(_, verdict)| {
            verdict.class.is_ours() && wanted.contains(&verdict.address)
        })
        .map(|(remote, _)| remote.clone())
        .collect()
}

/// Whether it is declared what a field of the object is to
/// be that no listing shows.
fn manages_unlisted(
    address: &Address,
    declared: Declared<'_>,
    seen: &Snapshot,
) -> bool {
    let unlisted = &seen.rules(address.kind()).unlisted;
    // Plain forms take a while to make: none is made for a
    // kind that has no such field.
    if unlisted.is_empty() {
        return false;
    }

    let attrs = declared.attrs();
    unlisted
        .iter()
        .any(|field| attrs.contains_key(field.as_str()))
}
