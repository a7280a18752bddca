//! What was changed of late, for searches that do not know of it yet.

use std::collections::{BTreeMap, VecDeque};

use super::collection::Collection;
use super::{Listed, Object, Tenant};

/// How many changes there were. Names a state of the tenant:
/// what it was after so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Revision(u64);

/// The latest changes, as long as somebody asks for them.
#[derive(Default, Clone)]
pub(super) struct History {
    /// How many changes there were in all.
    count: u64,
    /// The latest last; none while nobody would ask.
    latest: Option<VecDeque<Changed>>,
}

/// What an object was before a change.
#[derive(Clone)]
struct Changed {
    collection: &'static str,
    place: String,
    /// None of an object that was made.
    before: Option<Object>,
}

impl History {
    pub(super) fn is_kept(&self) -> bool {
        self.latest.is_some()
    }

    pub(super) fn record(
        &mut self,
        collection: &'static str,
        place: String,
        before: Option<Object>,
    ) {
        let Some(latest) = &mut self.latest else {
            return;
        };

        self.count += 1;
        latest.push_back(Changed {
            collection,
            place,
            before,
        });
    }

    /// What each place of a collection held at a revision,
    /// where it was changed since.
    fn held_at(
        &self,
        revision: Revision,
        collection: &'static str,
    ) -> BTreeMap<&str, Option<&Object>> {
        let latest = self.latest.iter().flatten();
        let since = usize::try_from(self.count.saturating_sub(revision.0))
            .unwrap_or(usize::MAX);

        // The latest first, so that what was there before the first of several
        // is what remains.
        latest
            .rev()
            .take(since)
            .filter(|changed| changed.collection == collection)
            .map(|changed| (changed.place.as_str(), changed.before.as_ref()))
            .collect()
    }
}

impl Tenant {
    /// From now on remembers changes, or remembers none and
    /// forgets those there were.
    pub(crate) fn remember_changes(&mut self, remembers: bool) {
        self.history.latest = match self.history.latest.take() {
            Some(latest) if remembers => Some(latest),
            _ => remembers.then(VecDeque::new),
        };
    }

    pub(crate) fn revision(&self) -> Revision {
        Revision(self.history.count)
    }

    /// Forgets what nobody will ask for: states before a revision.
    pub(crate) fn forget_before(&mut self, revision: Revision) {
        let Some(latest) = &mut self.history.latest else {
            return;
        };

        let needed = self
            .history
            .count
            .saturating_sub(revision.0);
        let needed = usize::try_from(needed).unwrap_or(usize::MAX);
        let forgotten = latest.len().saturating_sub(needed);
        latest.drain(..forgotten);
    }

    /// The objects of a collection as they were at a revision: those after a
    /// checkpoint that are admitted, in their order, and no more than so many.
    pub(crate) fn find_as_of<C: Collection>(
        &self,
        revision: Revision,
        after: Option<&str>,
        limit: usize,
        admits: impl Fn(&Object) -> bool,
    ) -> Vec<Listed<'_>> {
        let held = self.history.held_at(revision, C::NAME);
        let unchanged = self
            .store::<C>()
            .entries_after(after)
            .filter(|listed| !held.contains_key(listed.checkpoint))
            .filter(|listed| admits(listed.object))
            .take(limit);
        let changed = held
            .iter()
            .filter(|(place, _)| after.is_none_or(|after| **place > after))
            .filter_map(|(checkpoint, object)| {
                Some(Listed {
                    checkpoint,
                    object: (*object)?,
                })
            })
            .filter(|listed| admits(listed.object));

        let mut found: Vec<Listed<'_>> = unchanged.chain(changed).collect();
        found.sort_by_key(|listed| listed.checkpoint);
        found.truncate(limit);
        found
    }
}

#[cfg(test)]
mod tests;
