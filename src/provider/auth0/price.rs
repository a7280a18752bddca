//! How many requests a run takes: to read the tenant, and to change it.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::listing::PER_PAGE;
use crate::model::{
    ClientAuthenticationMethods, ClientSpec, Desired, GrantSpec, Kind, Snapshot, Value,
};
use crate::plan::{Action, Change, Edit, Leaf, Plan};
use crate::provider::LockUse;

const METHODS: &str = ClientSpec::METHODS;
const DETACHED: &str = ClientAuthenticationMethods::DETACHED;
const ORGANIZATIONS: &str = GrantSpec::ORGANIZATIONS;

/// Reading every object of a kind by checkpoints: the first page tells that there are more, and is not the
/// first checkpoint.
pub(super) fn requests_by_checkpoint(objects: usize, pages: usize) -> usize {
    if pages <= 1 { 1 } else { 1 + requests_of_walk(objects) }
}

/// Reading every object of a kind by the numbers of pages: several are read twice.
pub(super) fn requests_by_page(pages: usize) -> usize {
    if pages <= 1 { 1 } else { 2 * pages }
}

/// Walking through so many objects by checkpoints, from the first one.
fn requests_of_walk(objects: usize) -> usize {
    objects.div_ceil(PER_PAGE).max(1)
}

/// Looking, one by one, at what listings do not show of what is declared, at most.
pub(super) fn requests_of_details(desired: &Desired) -> usize {
    let clients = desired.clients.values().filter(|client| client.declares_keys());
    let grants =
        desired.grants.iter().filter(|grant| !grant.spec.settings.organizations.is_absent());

    clients.count() + grants.count()
}

/// How many requests one change takes, if none has to be repeated.
pub(super) fn requests(change: &Change) -> usize {
    let edits = change.edits();
    let apart = |name: &str| edits.iter().any(|edit| field(edit) == Some(name));
    match change.action {
        // Keys come with a new client; the organizations of a grant never do.
        Action::Create => 1 + organizations(&edits),
        Action::Adopt | Action::Update | Action::Release | Action::Narrow => {
            if apart(METHODS) {
                return keys(&edits);
            }
            let others = edits.iter().any(|edit| field(edit) != Some(ORGANIZATIONS));
            let looked_up = usize::from(apart(ORGANIZATIONS));
            usize::from(others || !apart(ORGANIZATIONS)) + looked_up + organizations(&edits)
        }
        // It is looked at just before, and so are the grants that would end with it.
        Action::Delete if change.address.kind() == Kind::Grant => 2,
        Action::Delete => 3,
    }
}

/// How many requests a run takes beside its changes: the clients are listed before some are created or
/// taken over, and again once some were created, under the lock of the stack.
pub(super) fn requests_around(plan: &Plan, seen: &Snapshot, lock: LockUse) -> usize {
    if !plan.changes.iter().any(Change::lists_clients) {
        return 0;
    }

    let clients = seen.found.keys().filter(|address| address.kind() == Kind::Client).count();
    let created = plan.changes.iter().filter(|change| change.creates_client()).count();
    let before = requests_of_walk(clients);
    if created == 0 {
        return before;
    }

    // To take it and to give it back. One that is held for more than a minute is renewed; nobody knows
    // that beforehand.
    let lock = match lock {
        LockUse::Taken => 2,
        LockUse::Forgone => 0,
    };
    before + lock + requests_of_walk(clients + created)
}

fn field(edit: &Edit) -> Option<&str> {
    edit.path.first().map(SmolStr::as_str)
}

/// One for each organization that is let in or out.
fn organizations(edits: &[Edit]) -> usize {
    edits.iter().filter(|edit| field(edit) == Some(ORGANIZATIONS)).count()
}

/// What it takes to change the keys of a client: to look at what there is in two places, to add, to
/// switch over and to delete. What moves from one method to another is neither added nor deleted.
fn keys(edits: &[Edit]) -> usize {
    let (mut added, mut removed) = (BTreeSet::new(), BTreeSet::new());
    let (mut switched, mut moved) = (false, 0);
    for edit in edits {
        match (edit.path.as_slice(), &edit.leaf) {
            ([field, ..], _) if field != METHODS => switched = true,
            ([_, _, name], Leaf::Added(_)) => {
                added.insert(name.clone());
                switched = true;
            }
            ([_, method, name], Leaf::Removed(_)) => {
                removed.insert(name.clone());
                switched |= method != DETACHED;
            }
            ([_, _, _, ..], _) => moved += 1,
            ([_, method], Leaf::Removed(keys)) => {
                removed.extend(names(keys));
                switched |= method != DETACHED;
            }
            (_, Leaf::Removed(methods)) => {
                let methods = methods.as_map().into_iter().flatten();
                removed.extend(methods.flat_map(|(_, keys)| names(keys)));
                switched = true;
            }
            _ => {}
        }
    }
    let (new, gone) = (added.difference(&removed).count(), removed.difference(&added).count());
    2 + new + moved + usize::from(switched) + gone
}

fn names(keys: &Value) -> Vec<SmolStr> {
    keys.as_map().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}
