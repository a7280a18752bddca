//! From what is wanted and what is there to what is to be done.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Rules;
use super::check::check;
use super::class::{Evidence, Verdict, classify};
use super::guard::guard;
use super::order::sort;
use super::owner::{Owner, owner_of};
use super::scope::{Scope, losing_callers, orphan_grant, scope};
use super::{
    Action, Change, DoneEntry, Doomed, Names, Note, Plan, PlanError, Planned, Staying, change,
    former, keys,
};
use crate::model::{
    Address, Attrs, Audience, ClientRef, Desired, DesiredClient, Found, Key, Mark, Prune, RemoteId,
    Removal, Snapshot, StackName,
};

/// Makes the plan that turns what was seen into what is desired.
pub fn plan(desired: &Desired, seen: &Snapshot) -> Result<Planned, PlanError> {
    let names = names(desired, seen);
    let verdicts = classify(desired, seen);
    let resources = desired.resources(seen);
    let conflicts = check(desired, seen, &resources, &verdicts, &names);
    if !conflicts.is_empty() {
        return Err(PlanError { conflicts });
    }
    let scope = scope(desired, seen, &verdicts);
    let (mut changes, unchanged) = wanted(&resources, seen, &scope);
    changes.extend(unwanted(desired.policy.prune, &scope));
    sort(&mut changes);
    let refusals = guard(&changes, seen, &verdicts, &scope.protected, desired, &names);
    let (ids, doomed) = (ids(&changes, &scope), doomed(&changes, &scope));
    let losing = losing_callers(&changes, seen, &verdicts);
    let live = scope.live.iter().map(|(address, found)| (address, *found));
    let abrupt = keys::abrupt(&resources, live);
    let mut notes = notes(desired, scope, &verdicts, seen);
    notes.extend(losing.into_iter().chain(abrupt).chain(former::servers(&changes, seen)));
    notes.sort();
    let plan = Plan { stack: desired.stack.clone(), changes, unchanged, notes, names };
    Ok(Planned { plan, ids, doomed, refusals })
}

/// The changes to what is declared, and how many objects need none.
fn wanted(
    resources: &BTreeMap<Address, Attrs>,
    seen: &Snapshot,
    scope: &Scope<'_>,
) -> (Vec<Change>, usize) {
    let (no_defaults, no_ceilings) = (Attrs::new(), BTreeMap::new());
    let mut changes = Vec::new();
    let mut unchanged = 0;
    for (address, wanted) in resources {
        let rules = &Rules {
            defaults: seen.defaults.get(&address.kind()).unwrap_or(&no_defaults),
            ceilings: seen.ceilings.get(&address.kind()).unwrap_or(&no_ceilings),
        };
        let needed = match (scope.live.get(address), scope.adopted.get(address)) {
            (None, _) => vec![change::create(address, wanted, rules)],
            (Some(found), Some(evidence)) => {
                vec![change::adopt(address, wanted, found, rules, evidence)]
            }
            (Some(found), None) => change::update(address, wanted, found, rules),
        };
        unchanged += usize::from(needed.is_empty());
        changes.extend(needed);
    }
    (changes, unchanged)
}

/// The changes to what is ours and not declared.
fn unwanted(prune: Prune, scope: &Scope<'_>) -> Vec<Change> {
    let removed = scope.removed.iter().map(|(address, (found, evidence, how))| match how {
        Removal::Destroy => change::delete(address, found, evidence),
        Removal::Release => change::release(address, found, evidence),
    });
    let pruned = scope.orphans.iter().filter(|(_, (_, evidence))| is_pruned(prune, evidence));
    let pruned =
        pruned.map(|(address, (found, evidence))| change::delete(address, found, evidence));
    removed.chain(pruned).collect()
}

fn names(desired: &Desired, seen: &Snapshot) -> Names {
    let servers = desired.resource_servers.iter();
    let clients = desired.clients.iter().filter_map(|(key, client)| match client {
        DesiredClient::External(id) => Some((id.clone(), key.clone())),
        DesiredClient::Managed { .. } => None,
    });
    let management_api = Audience::MANAGEMENT_API.parse().ok();
    Names {
        resource_servers: servers
            .map(|(key, server)| (server.identifier.clone(), key.clone()))
            .chain(management_api.map(|key| (seen.management_api.clone(), key)))
            .collect(),
        clients: clients.collect(),
    }
}

/// Whether an orphan goes: only when asked, and never without evidence in the tenant.
fn is_pruned(prune: Prune, evidence: &Evidence) -> bool {
    prune == Prune::On && *evidence != Evidence::Nothing
}

/// What is worth saying of whose objects are whose.
fn notes(
    desired: &Desired,
    scope: Scope<'_>,
    verdicts: &BTreeMap<&Address, Verdict>,
    seen: &Snapshot,
) -> Vec<Note> {
    let Scope { adopted, orphans, protected, mut notes, live: _, removed: _ } = scope;
    let staying: BTreeMap<_, _> = orphans
        .into_iter()
        .filter(|(_, (_, evidence))| !is_pruned(desired.policy.prune, evidence))
        .collect();
    if !staying.is_empty() {
        let because = match desired.policy.prune {
            Prune::Off => Staying::NotPruned,
            Prune::On => Staying::NoEvidence,
        };
        notes.push(orphan_note(because, &staying));
    }
    if !protected.is_empty() {
        notes.push(Note::Protected(protected.into_keys().collect()));
    }
    let unmarked = adopted.into_keys().filter_map(|address| match address {
        Address::Client(ClientRef::Key(key)) => Some(key),
        _ => None,
    });
    let unmarked: Vec<Key> = unmarked.collect();
    if !unmarked.is_empty() {
        notes.push(Note::Unmarked(unmarked));
    }
    let done = done(desired, verdicts, seen);
    if !done.is_empty() {
        notes.push(Note::Done(done));
    }
    notes
}

fn orphan_note(because: Staying, orphans: &BTreeMap<Address, (&Found, Evidence)>) -> Note {
    let (mut clients, mut resource_servers) = (Vec::new(), Vec::new());
    for address in orphans.keys() {
        match address {
            Address::Client(ClientRef::Key(key)) => clients.push(key.clone()),
            Address::ResourceServer(identifier) => resource_servers.push(identifier.clone()),
            Address::Client(ClientRef::Id(_)) | Address::Grant { .. } => {}
        }
    }
    let grants = orphans.iter();
    let grants = grants.filter_map(|(address, (found, _))| orphan_grant(address, found)).collect();
    Note::Orphans { because, clients, grants, resource_servers }
}

/// The entries of `moved` and `removed` that have done their work: nothing in the tenant answers to
/// them any more.
fn done(
    desired: &Desired,
    verdicts: &BTreeMap<&Address, Verdict>,
    seen: &Snapshot,
) -> Vec<DoneEntry> {
    let policy = &desired.policy;
    let marks: Vec<Mark> = seen
        .found
        .values()
        .filter_map(|found| match owner_of(desired, &seen.tenant, found) {
            Owner::Us { mark, .. } => Some(mark),
            Owner::Nobody | Owner::Copied | Owner::Them(_) | Owner::Unreadable { .. } => None,
        })
        .collect();
    let keys: BTreeSet<&Key> = marks.iter().map(|mark| &mark.key).collect();
    let stacks: BTreeSet<&StackName> = marks.iter().map(|mark| &mark.stack).collect();

    let clients = policy.moved_clients.keys().filter(|key| !keys.contains(key));
    let former = policy.former_stacks.iter().filter(|stack| !stacks.contains(stack));
    let removed = policy.removed_clients.keys().filter(|key| !keys.contains(key));
    let servers = policy.removed_resource_servers.keys().filter(|identifier| {
        !verdicts.contains_key(&Address::ResourceServer((*identifier).clone()))
    });
    let clients = clients.cloned().map(DoneEntry::MovedClient);
    let former = former.cloned().map(DoneEntry::MovedStack);
    let removed = removed.cloned().map(DoneEntry::RemovedClient);
    let servers = servers.cloned().map(DoneEntry::RemovedResourceServer);
    clients.chain(former).chain(removed).chain(servers).collect()
}

/// A live object that a change may be about.
fn find<'a>(scope: &Scope<'a>, address: &Address) -> Option<&'a Found> {
    let orphan = || scope.orphans.get(address).map(|(found, _)| *found);
    let removed = || scope.removed.get(address).map(|(found, ..)| *found);
    scope.live.get(address).copied().or_else(orphan).or_else(removed)
}

/// The ids of the objects that the changes touch, and of the clients that they refer to.
fn ids(changes: &[Change], scope: &Scope<'_>) -> BTreeMap<Address, RemoteId> {
    let mut ids = BTreeMap::new();
    for Change { address, .. } in changes {
        let client = match address {
            Address::Grant { client, .. } => Some(Address::Client(client.clone())),
            Address::ResourceServer(_) | Address::Client(_) => None,
        };
        for address in [Some(address.clone()), client].into_iter().flatten() {
            if let Some(found) = find(scope, &address) {
                ids.insert(address, found.id.clone());
            }
        }
    }
    ids
}

/// What is to be deleted, as it is now.
fn doomed(changes: &[Change], scope: &Scope<'_>) -> BTreeMap<Address, Doomed> {
    let deletions = changes.iter().filter(|change| change.action == Action::Delete);
    let listed = deletions.filter_map(|change| {
        let found = find(scope, &change.address)?;
        Some((change.address.clone(), Doomed::Listed(found.clone())))
    });
    listed.collect()
}
