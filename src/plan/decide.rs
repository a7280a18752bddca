//! From what is wanted and what is there to what is to be done.

use std::collections::BTreeMap;

use super::access::change_of_access;
use super::conflict::find_conflicts;
use super::context::Context;
use super::expectation::expect_deletions;
use super::guard::find_refusals;
use super::note::collect_notes;
use super::order::sort_changes;
use super::scope::{Scope, is_pruned};
use super::{Change, Delivering, Plan, PlanError, Planned, Verdict, reconcile};
use crate::model::{
    Address, ClientSpec, Declared, Desired, Found, Prune, RemoteId, Removal,
    Snapshot, Value,
};

/// Makes the plan that turns what was seen into what is desired.
pub fn plan(desired: &Desired, seen: &Snapshot) -> Result<Planned, PlanError> {
    // Whose is what: said once, before anything is compared.
    let context = &Context::of(desired, seen);
    let conflicts = find_conflicts(context);
    if !conflicts.is_empty() {
        return Err(PlanError { conflicts });
    }

    let scope = &Scope::of(context);
    let (mut changes, unchanged) = change_declared(context, scope);
    changes.extend(change_undeclared(desired.policy.prune, scope));
    sort_changes(&mut changes);

    // What follows speaks of what would happen, so it is asked
    // when all changes are known.
    let refusals = find_refusals(context, scope, &changes);
    let expected = expect_deletions(context, scope, &changes);
    let ids = collect_ids(scope, &changes);
    let access = change_of_access(context, scope, &changes);
    let notes = collect_notes(context, scope, &changes);

    let plan = Plan {
        stack: desired.stack.clone(),
        changes,
        unchanged,
        // What sinks have is not known yet.
        deliveries: Vec::new(),
        notes,
        access,
        names: context.names.clone(),
    };
    Ok(Planned {
        plan,
        ids,
        expected,
        // No error: what is refused is shown all the same, or nobody could say
        // whether it is meant.
        refusals,
        delivering: Delivering::default(),
    })
}

/// The changes to what is declared, and how many objects need none.
fn change_declared(
    context: &Context<'_>,
    scope: &Scope<'_>,
) -> (Vec<Change>, usize) {
    let mut changes = Vec::new();
    let mut unchanged = 0;

    // Both are in the order of addresses, so one walk finds all: a search each
    // would be most of the work.
    let mut live = scope.live.iter().peekable();
    for (address, declared) in &context.resources {
        while live
            .next_if(|(other, _)| **other < address)
            .is_some()
        {}
        let found = live.next_if(|(other, _)| **other == address);

        let needed = match found {
            Some((_, found)) => {
                change_live(context, scope, address, *declared, found)
            }
            None => vec![create(context, address, *declared)],
        };
        unchanged += usize::from(needed.is_empty());
        changes.extend(needed);
    }
    (changes, unchanged)
}

/// What is declared and not there is created.
fn create(
    context: &Context<'_>,
    address: &Address,
    declared: Declared<'_>,
) -> Change {
    let rules = context.seen.rules(address.kind());

    let mut wanted = declared.attrs();
    if let Some(id) = context.chosen_id(address) {
        wanted.insert(ClientSpec::ID.into(), Value::Text(id.into()));
    }
    reconcile::create(address, &wanted, rules)
}

/// The changes that make a live object as it is declared: it
/// is taken over or updated.
fn change_live(
    context: &Context<'_>,
    scope: &Scope<'_>,
    address: &Address,
    declared: Declared<'_>,
    found: &Found,
) -> Vec<Change> {
    let wanted = declared.of_live(found).attrs();
    let rules = context.seen.rules(address.kind());

    match scope.adopted.get(address) {
        Some(evidence) => vec![reconcile::adopt(
            address, &wanted, found, rules, evidence,
        )],
        None => reconcile::update(address, &wanted, found, rules),
    }
}

/// The changes to what is ours and not declared.
fn change_undeclared(prune: Prune, scope: &Scope<'_>) -> Vec<Change> {
    // By name, so it does not matter whether the configuration prunes.
    let removed = scope
        .removed
        .values()
        .map(|(verdict, how)| match how {
            Removal::Destroy => delete(verdict),
            Removal::Release => reconcile::release(
                &verdict.address,
                verdict.found,
                &verdict.evidence,
            ),
        });
    let pruned = scope
        .orphans
        .values()
        .filter(|verdict| is_pruned(prune, &verdict.evidence))
        .map(|verdict| delete(verdict));

    removed.chain(pruned).collect()
}

fn delete(verdict: &Verdict<'_>) -> Change {
    reconcile::delete(
        &verdict.address,
        verdict.found,
        &verdict.evidence,
    )
}

/// The ids of the objects that the changes touch, and of the
/// clients that they refer to.
fn collect_ids(
    scope: &Scope<'_>,
    changes: &[Change],
) -> BTreeMap<Address, RemoteId> {
    let mut ids = BTreeMap::new();
    for Change { address, .. } in changes {
        if let Some(found) = scope.find(address) {
            ids.insert(address.clone(), found.id.clone());
        }

        // A grant is written with the id of its client, which may need no
        // change itself.
        if let Address::Grant { client, .. } = address {
            let client = Address::Client(client.clone());
            if let Some(found) = scope.find(&client) {
                ids.insert(client, found.id.clone());
            }
        }
    }
    ids
}
