//! What has to be looked at more closely than a listing shows.

use std::collections::BTreeSet;

use super::class::classify;
use crate::model::{Address, Desired, Snapshot};

/// The live objects of which the configuration manages a field that listings do not show, by the
/// addresses the tenant knows them by.
#[must_use]
pub(crate) fn closer(desired: &Desired, seen: &Snapshot) -> BTreeSet<Address> {
    let resources = desired.resources(seen);
    let wanted: BTreeSet<&Address> = resources
        .iter()
        .filter(|(address, attrs)| {
            let unlisted = seen.unlisted.get(&address.kind());
            unlisted.is_some_and(|fields| fields.iter().any(|field| attrs.contains_key(field)))
        })
        .map(|(address, _)| address)
        .collect();
    if wanted.is_empty() {
        return BTreeSet::new();
    }
    classify(desired, seen)
        .into_iter()
        .filter(|(_, verdict)| verdict.class.is_ours() && wanted.contains(&verdict.address))
        .map(|(remote, _)| remote.clone())
        .collect()
}
