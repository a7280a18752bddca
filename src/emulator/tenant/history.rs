//! What was changed of late, for searches that do not know of it yet.

use std::collections::{BTreeMap, VecDeque};

use super::collection::Collection;
use super::{Listed, Object, Tenant};

/// How many changes there were. Names a state of the tenant: what it was after
/// so many.
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

    /// What each place of a collection held at a revision, where it was changed
    /// since.
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
    /// From now on remembers changes, or remembers none and forgets those there
    /// were.
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

        let needed = self.history.count.saturating_sub(revision.0);
        let needed = usize::try_from(needed).unwrap_or(usize::MAX);
        let forgotten = latest.len().saturating_sub(needed);
        latest.drain(..forgotten);
    }

    /// The objects of a collection as they were at a revision: those after a
    /// checkpoint that are admitted, in their order, and no more than so
    /// many.
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
mod tests {
    use serde_json::json;

    use super::super::Client;
    use super::super::tests::{object, seeded};
    use super::*;

    fn names(tenant: &Tenant, revision: Revision) -> Vec<&str> {
        tenant
            .find_as_of::<Client>(revision, None, usize::MAX, |_| true)
            .into_iter()
            .filter_map(|listed| listed.object["name"].as_str())
            .skip(2)
            .collect()
    }

    #[test]
    fn each_state_since_it_is_remembered_can_be_asked_for() {
        let mut tenant = seeded();
        tenant.remember_changes(true);
        let empty = tenant.revision();
        let create = |tenant: &mut Tenant, name: &str| {
            let made = tenant
                .create_client(object(json!({"name": name})))
                .unwrap();
            made["client_id"].as_str().unwrap().to_owned()
        };
        let a = create(&mut tenant, "a");
        let b = create(&mut tenant, "b");
        let two = tenant.revision();

        tenant
            .update_client(&a, object(json!({"name": "changed"})))
            .unwrap();
        tenant.delete_client(&b).unwrap();
        create(&mut tenant, "c");
        let now = tenant.revision();

        for (revision, expected) in [
            (empty, vec![]),
            (two, vec!["a", "b"]),
            (now, vec!["changed", "c"]),
        ] {
            assert_eq!(names(&tenant, revision), expected);
        }

        tenant.forget_before(two);
        assert_eq!(names(&tenant, two), ["a", "b"]);
        tenant.remember_changes(false);
        assert_eq!(
            names(&tenant, tenant.revision()),
            ["changed", "c"]
        );
    }

    #[test]
    fn a_page_goes_on_after_a_place_whether_it_was_changed_or_not() {
        let mut tenant = seeded();
        let ids: Vec<String> = ["a", "b", "c", "d"]
            .map(|name| {
                let made = tenant
                    .create_client(object(json!({"name": name})))
                    .unwrap();
                made["client_id"].as_str().unwrap().to_owned()
            })
            .to_vec();
        tenant.remember_changes(true);
        let before = tenant.revision();
        for id in [&ids[1], &ids[3]] {
            tenant.delete_client(id).unwrap();
        }

        let is_named = |client: &Object| {
            client["name"]
                .as_str()
                .is_some_and(|n| n.len() == 1)
        };
        let first = tenant.find_as_of::<Client>(before, None, 2, is_named);
        let rest = tenant.find_as_of::<Client>(
            before,
            Some(first[1].checkpoint),
            9,
            is_named,
        );
        let seen: Vec<&str> = first
            .iter()
            .chain(&rest)
            .filter_map(|listed| listed.object["name"].as_str())
            .collect();
        assert_eq!(seen, ["a", "b", "c", "d"]);
    }
}
