//! What has to be looked at more closely than a listing shows.

use std::collections::BTreeSet;

use super::class::classify_among;
use crate::model::{Address, Declared, Desired, Snapshot};

/// The live objects of which the configuration manages a field that listings do not show, by the
/// addresses the tenant knows them by.
#[must_use]
pub(crate) fn closer(desired: &Desired, seen: &Snapshot) -> BTreeSet<Address> {
    let resources = desired.resources(seen);
    let is_unlisted = |address: &Address, declared: &Declared<'_>| {
        let unlisted = &seen.rules(address.kind()).unlisted;
        !unlisted.is_empty() && {
            let attrs = declared.attrs();
            unlisted
                .iter()
                .any(|field| attrs.contains_key(field.as_str()))
        }
    };
    let wanted = resources
        .iter()
        .filter(|(address, declared)| is_unlisted(address, declared));
    let wanted: BTreeSet<&Address> = wanted.map(|(address, _)| address).collect();
    if wanted.is_empty() {
        return BTreeSet::new();
    }

    classify_among(desired, seen, &resources)
        .into_iter()
        .filter(|(_, verdict)| verdict.class.is_ours() && wanted.contains(&verdict.address))
        .map(|(remote, _)| remote.clone())
        .collect()
}
