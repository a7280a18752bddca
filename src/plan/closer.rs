//! What has to be looked at more closely than a listing shows.

use std::collections::BTreeSet;

use super::class::classify;
use crate::model::{Address, Desired, Snapshot};

/// The live objects of which the configuration manages a field that listings do not show, by the
/// addresses the tenant knows them by.
#[must_use]
pub(crate) fn closer(desired: &Desired, seen: &Snapshot) -> BTreeSet<Address> {
    let wanted: BTreeSet<Address> = desired
        .resources(seen)
        .into_iter()
        .filter(|(address, declared)| {
            let unlisted = &seen.rules(address.kind()).unlisted;
            !unlisted.is_empty() && {
                let attrs = declared.attrs();
                unlisted.iter().any(|field| attrs.contains_key(field.as_str()))
            }
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
