//! The scopes of a tenant, by what they are sought.

use std::collections::BTreeMap;

use crate::model::{Identifier, ScopeHolder, ScopeName};

/// Those of a tenant in which their names are unique.
pub(super) struct LiveScopes<'a> {
    by_name: &'a BTreeMap<String, ScopeHolder>,
    by_api: BTreeMap<
        (&'a Identifier, &'a ScopeName),
        Vec<(&'a str, &'a ScopeHolder)>,
    >,
}

impl<'a> LiveScopes<'a> {
    pub(super) fn of(by_name: &'a BTreeMap<String, ScopeHolder>) -> Self {
        let mut by_api: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (name, holder) in by_name {
            if let Some((api, scope)) = &holder.of {
                let same = by_api.entry((api, scope)).or_default();
                same.push((name.as_str(), holder));
            }
        }

        Self {
            by_name,
            by_api,
        }
    }

    pub(super) fn named(&self, name: &str) -> Option<&'a ScopeHolder> {
        self.by_name.get(name)
    }

    /// Those that are one scope of an API, each with its name in the tenant.
    pub(super) fn of_api<'s>(
        &'s self,
        api: &'s Identifier,
        scope: &'s ScopeName,
    ) -> &'s [(&'a str, &'a ScopeHolder)] {
        self.by_api
            .get(&(api, scope))
            .map_or(&[], Vec::as_slice)
    }
}
