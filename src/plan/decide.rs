//! From what is wanted and what is there to what is to be done.

use std::collections::{BTreeMap, BTreeSet};

use super::check::check;
use super::context::Context;
use super::guard::guard;
use super::order::sort;
use super::owner::{Owner, owner_of};
use super::scope::{Scope, losing_callers, orphan_grant, scope};
use super::verdict::{Evidence, Verdict};
use super::{
    Action, Change, DoneEntry, Doomed, Note, Plan, PlanError, Planned, Staying, change, former,
    keys,
};
use crate::model::{
    Address, ClientRef, Desired, Found, Key, Mark, Prune, RemoteId, Removal, Snapshot, StackName,
    UnnamedGrant,
};

/// Makes the plan that turns what was seen into what is desired.
pub fn plan(desired: &Desired, seen: &Snapshot) -> Result<Planned, PlanError> {
    let context = &Context::of(desired, seen);
    let conflicts = check(context);
    if !conflicts.is_empty() {
        return Err(PlanError { conflicts });
    }

    let scope = scope(context);
    let (mut changes, unchanged) = wanted(context, &scope);
    changes.extend(unwanted(desired.policy.prune, &scope));
    sort(&mut changes);

    let refusals = guard(context, &changes, &scope.protected);
    let (ids, doomed) = (ids(&changes, &scope), doomed(context, &changes, &scope));
    let notes = notes(context, scope, &changes);
    let (stack, names) = (desired.stack.clone(), context.names.clone());
    let plan = Plan {
        stack,
        changes,
        unchanged,
        notes,
        names,
    };
    Ok(Planned {
        plan,
        ids,
        doomed,
        refusals,
    })
}

/// The changes to what is declared, and how many objects need none.
fn wanted(context: &Context<'_>, scope: &Scope<'_>) -> (Vec<Change>, usize) {
    let mut changes = Vec::new();
    let mut unchanged = 0;
    for (address, declared) in &context.resources {
        let wanted = &declared.attrs();
        let rules = context.seen.rules(address.kind());
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
    let removed = scope.removed.values().map(|(verdict, how)| match how {
        Removal::Destroy => delete(verdict),
        Removal::Release => change::release(&verdict.address, verdict.found, &verdict.evidence),
    });
    let pruned = scope
        .orphans
        .values()
        .filter(|verdict| is_pruned(prune, &verdict.evidence));
    removed
        .chain(pruned.map(|verdict| delete(verdict)))
        .collect()
}

fn delete(verdict: &Verdict<'_>) -> Change {
    change::delete(&verdict.address, verdict.found, &verdict.evidence)
}

/// Whether an orphan goes: only when asked, and never without evidence in the tenant.
fn is_pruned(prune: Prune, evidence: &Evidence) -> bool {
    prune == Prune::On && *evidence != Evidence::Nothing
}

/// What is worth saying: whose objects are whose, and what the changes mean for others.
fn notes(context: &Context<'_>, scope: Scope<'_>, changes: &[Change]) -> Vec<Note> {
    let Context {
        desired,
        seen,
        resources,
        ..
    } = context;
    let Scope {
        live,
        adopted,
        orphans,
        protected,
        mut notes,
        removed: _,
    } = scope;
    let prune = desired.policy.prune;

    let staying: Vec<&Verdict<'_>> = orphans
        .into_values()
        .filter(|verdict| !is_pruned(prune, &verdict.evidence))
        .collect();
    if !staying.is_empty() {
        let because = match prune {
            Prune::Off => Staying::NotPruned,
            Prune::On => Staying::NoEvidence,
        };
        notes.push(orphan_note(because, &staying));
    }
    if !protected.is_empty() {
        notes.push(Note::Protected(protected.into_keys().cloned().collect()));
    }
    let unmarked = adopted.into_keys().filter_map(|address| match address {
        Address::Client(ClientRef::Key(key)) => Some(key.clone()),
        _ => None,
    });
    let unmarked: Vec<Key> = unmarked.collect();
    if !unmarked.is_empty() {
        notes.push(Note::Unmarked(unmarked));
    }
    let done = done(context);
    if !done.is_empty() {
        notes.push(Note::Done(done));
    }

    let with_keys = live.iter().filter_map(|(address, found)| {
        let declared = resources
            .get(*address)
            .filter(|declared| declared.declares_keys())?;
        Some((*address, declared.attrs(), *found))
    });
    notes.extend(keys::abrupt(with_keys));
    notes.extend(losing_callers(context, changes));
    notes.extend(former::servers(changes, seen));
    notes.sort();
    notes
}

fn orphan_note(because: Staying, orphans: &[&Verdict<'_>]) -> Note {
    let (mut clients, mut resource_servers) = (Vec::new(), Vec::new());
    for verdict in orphans {
        match &verdict.address {
            Address::Client(ClientRef::Key(key)) => clients.push(key.clone()),
            Address::ResourceServer(identifier) => resource_servers.push(identifier.clone()),
            Address::Client(ClientRef::Id(_)) | Address::Grant { .. } => {}
        }
    }
    let grants = orphans.iter();
    let grants = grants
        .filter_map(|verdict| orphan_grant(&verdict.address, verdict.found))
        .collect();
    Note::Orphans {
        because,
        clients,
        grants,
        resource_servers,
    }
}

/// The entries of `moved` and `removed` that have done their work: nothing in the tenant answers to
/// them any more.
fn done(context: &Context<'_>) -> Vec<DoneEntry> {
    let Context {
        desired,
        seen,
        verdicts,
        ..
    } = context;
    let policy = &desired.policy;
    if policy.moves_or_removes_nothing() {
        return Vec::new();
    }

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

    let clients = policy
        .moved_clients
        .keys()
        .filter(|key| !keys.contains(key));
    let former = policy
        .former_stacks
        .iter()
        .filter(|stack| !stacks.contains(stack));
    let removed = policy
        .removed_clients
        .keys()
        .filter(|key| !keys.contains(key));
    let servers = policy.removed_resource_servers.keys().filter(|identifier| {
        !verdicts.contains_key(&Address::ResourceServer((*identifier).clone()))
    });
    let clients = clients.cloned().map(DoneEntry::MovedClient);
    let former = former.cloned().map(DoneEntry::MovedStack);
    let removed = removed.cloned().map(DoneEntry::RemovedClient);
    let servers = servers.cloned().map(DoneEntry::RemovedResourceServer);
    clients
        .chain(former)
        .chain(removed)
        .chain(servers)
        .collect()
}

/// A live object that a change may be about.
fn find<'a>(scope: &Scope<'a>, address: &Address) -> Option<&'a Found> {
    let orphan = || scope.orphans.get(address).map(|verdict| verdict.found);
    let removed = || scope.removed.get(address).map(|(verdict, _)| verdict.found);
    scope
        .live
        .get(address)
        .copied()
        .or_else(orphan)
        .or_else(removed)
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
fn doomed(
    context: &Context<'_>,
    changes: &[Change],
    scope: &Scope<'_>,
) -> BTreeMap<Address, Doomed> {
    let deletions = changes
        .iter()
        .filter(|change| change.action == Action::Delete);
    let mut doomed: BTreeMap<Address, Doomed> = deletions
        .filter_map(|change| {
            let found = find(scope, &change.address)?.clone();
            Some((
                change.address.clone(),
                Doomed::Listed {
                    found,
                    grants: BTreeSet::new(),
                },
            ))
        })
        .collect();
    if doomed.is_empty() {
        return doomed;
    }

    let named = context
        .verdicts
        .values()
        .filter_map(|verdict| match &verdict.address {
            Address::Grant {
                client, audience, ..
            } => {
                let ends = [
                    Address::Client(client.clone()),
                    Address::ResourceServer(audience.clone()),
                ];
                Some((&verdict.found.id, ends.map(Some)))
            }
            Address::ResourceServer(_) | Address::Client(_) => None,
        });
    let unnamed = context
        .seen
        .unnamed
        .iter()
        .map(|grant| (&grant.id, ends(context, grant)));
    for (id, ends) in named.chain(unnamed) {
        for end in ends.into_iter().flatten() {
            if let Some(Doomed::Listed { grants, .. }) = doomed.get_mut(&end) {
                grants.insert(id.clone());
            }
        }
    }
    doomed
}

/// What a grant that no configuration can name ends with, as this stack calls it.
fn ends(context: &Context<'_>, grant: &UnnamedGrant) -> [Option<Address>; 2] {
    let client = grant.client.as_ref().and_then(|client| client.parse().ok());
    let client = client.map(|client| Address::Client(ClientRef::Id(client)));
    let verdict = client.and_then(|client| context.verdicts.get(&client));
    let server = grant.audience.parse().ok().map(Address::ResourceServer);

    [verdict.map(|verdict| verdict.address.clone()), server]
}
