//! What is ours. Decided before anything is compared: what is not ours never
//! meets the diff.

use std::collections::BTreeMap;

use litemap::LiteMap;

use super::context::Context;
use super::verdict::{Class, Evidence, Verdict};
use crate::model::{Address, Found, Kind, Prune, Removal, Standing};

/// The tenant as this stack sees it.
#[derive(Debug, Default)]
pub(super) struct Scope<'a> {
    /// What is there of what is declared; our clients are named by key.
    pub(super) live: LiteMap<&'a Address, &'a Found>,
    /// Those of them that are to be taken over.
    pub(super) adopted: BTreeMap<&'a Address, &'a Evidence>,
    /// What is ours and not declared, and how we know.
    pub(super) orphans: BTreeMap<&'a Address, &'a Verdict<'a>>,
    /// What the configuration wants to go, and how.
    pub(super) removed: BTreeMap<&'a Address, (&'a Verdict<'a>, Removal)>,
    /// What is ours, not declared, and safe from deletion.
    pub(super) protected: BTreeMap<&'a Address, &'a Evidence>,
    /// What carries a mark that is no evidence, by the
    /// address the tenant knows it by.
    pub(super) suspect: Vec<(&'a Address, &'a Verdict<'a>)>,
    /// How many objects are not ours, by kind.
    pub(super) others: BTreeMap<Kind, usize>,
}

impl<'a> Scope<'a> {
    /// Puts every live object where it belongs.
    pub(super) fn of(context: &'a Context<'a>) -> Self {
        let mut scope = Self::default();
        let mut live = Vec::new();
        for (remote, verdict) in &context.verdicts {
            let address = &verdict.address;
            match verdict.class {
                Class::Managed => live.push((address, verdict.found)),
                Class::Adoptable => {
                    live.push((address, verdict.found));
                    scope
                        .adopted
                        .insert(address, &verdict.evidence);
                }

                Class::Orphan => _ = scope.orphans.insert(address, verdict),
                Class::Removed(Removal::Release)
                    if verdict.found.mark().is_none() =>
                {
                    // What carries no mark has nothing to be released from.
                }
                Class::Removed(how) => {
                    _ = scope
                        .removed
                        .insert(address, (verdict, how));
                }
                Class::Protected => {
                    scope
                        .protected
                        .insert(address, &verdict.evidence);
                }

                Class::CopiedMark | Class::UnreadableMark(_) => {
                    scope.suspect.push((remote, verdict));
                    scope.count_other(remote);
                }
                Class::Foreign(_)
                | Class::Unmanaged
                | Class::Ambiguous(_)
                | Class::Untouchable(
                    Standing::ThirdParty | Standing::Registered,
                ) => {
                    scope.count_other(remote);
                }
                // What the tenant itself made, what Grantry itself uses and
                // what the configuration only refers to is not worth a word.
                Class::External | Class::Untouchable(_) => {}
            }
        }

        // At once: to make room for one after the other in a row would take the
        // square of them.
        scope.live = live.into_iter().collect();
        scope
    }

    fn count_other(&mut self, remote: &Address) {
        *self
            .others
            .entry(remote.kind())
            .or_default() += 1;
    }

    /// A live object that a change may be about.
    pub(super) fn find(&self, address: &Address) -> Option<&'a Found> {
        if let Some(found) = self.live.get(address) {
            return Some(found);
        }
        if let Some(orphan) = self.orphans.get(address) {
            return Some(orphan.found);
        }

        let (verdict, _) = self.removed.get(address)?;
        Some(verdict.found)
    }
}

/// Whether an orphan goes: only when asked, and never
/// without evidence in the tenant.
pub(super) fn is_pruned(prune: Prune, evidence: &Evidence) -> bool {
    prune == Prune::On && *evidence != Evidence::Nothing
}
