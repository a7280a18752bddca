//! Declared clients that cannot become as declared.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::{Conflict, ConflictSearch};
use crate::model::{Attrs, ClientSpec, Declared, Found, Key, Mark, Value};
use crate::plan::client_keys::find_key_conflicts;
use crate::plan::verdict::Verdict;

impl ConflictSearch<'_> {
    /// Declared clients that cannot become as declared: for their keys, or
    /// because their metadata would hold more than the tenant takes, once the
    /// mark is among it.
    pub(super) fn find_unreachable_clients(&self) -> Vec<Conflict> {
        self.live_clients()
            .filter(|(_, verdict)| verdict.class.is_ours())
            .filter_map(|(_, verdict)| self.refuse_unreachable(verdict))
            .flatten()
            .collect()
    }

    fn refuse_unreachable(
        &self,
        verdict: &Verdict<'_>,
    ) -> Option<Vec<Conflict>> {
        let key = verdict.address.client_key()?;
        let declared = self
            .context
            .resources
            .get(&verdict.address)?;
        if !may_be_unreachable(*declared, verdict.found) {
            return None;
        }

        let wanted = declared.attrs();

        let mut conflicts = find_key_conflicts(key, &wanted, verdict.found);
        conflicts.extend(refuse_crowded_metadata(
            key,
            &wanted,
            verdict.found,
        ));
        Some(conflicts)
    }
}

/// Whether it is worth looking whether a client can become as declared. Nearly
/// always it is not, and the plain form of all that is declared takes longer to
/// make than the rest of this search.
fn may_be_unreachable(declared: Declared<'_>, found: &Found) -> bool {
    let has_keys = found
        .attrs
        .contains_key(ClientSpec::METHODS);
    let entries = metadata(&found.attrs).count() + declared.count_metadata();

    has_keys || entries > ClientSpec::MOST_METADATA
}

/// A client whose metadata would hold more than the tenant
/// takes: what is not named stays.
fn refuse_crowded_metadata(
    key: &Key,
    wanted: &Attrs,
    found: &Found,
) -> Option<Conflict> {
    let names: BTreeSet<&SmolStr> = metadata(&found.attrs)
        .chain(metadata(wanted))
        .map(|(name, _)| name)
        .collect();

    // The limit leaves room for the mark, so its own entries do not count.
    let entries = names
        .into_iter()
        .filter(|name| !Mark::is_entry(name) && !is_cleared(wanted, name))
        .count();

    (entries > ClientSpec::MOST_METADATA).then(|| Conflict::CrowdedMetadata {
        key: key.clone(),
        id: found.id.clone(),
        entries,
    })
}

fn is_cleared(wanted: &Attrs, name: &SmolStr) -> bool {
    metadata(wanted)
        .any(|(other, value)| name == other && *value == Value::Null)
}

fn metadata(attrs: &Attrs) -> impl Iterator<Item = (&SmolStr, &Value)> {
    attrs
        .get(ClientSpec::METADATA)
        .and_then(Value::as_map)
        .into_iter()
        .flatten()
}
