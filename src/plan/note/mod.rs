//! What a plan says beyond its changes.
//!
//! `kinds` has the words for it: every note, and what to do about it. What is
//! said of others who call an API is sought in `callers`, what of an API that
//! stays behind in `former_servers`, what of grants that are too long to ask
//! for in `long_grants`, of scopes that are taken over in `taken_scopes`, and
//! of those that somebody has had do something else in `bent_scopes`.

use std::collections::BTreeSet;

use super::Change;
use super::client_keys::find_abrupt_keys;
use super::context::Context;
use super::owner::{Owner, owner_of};
use super::scope::{Scope, is_pruned};
use super::verdict::{Class, Evidence, Verdict};
use crate::model::{
    Address, ClientRef, Found, Key, Mark, Prune, ScopeOwner, StackName,
    Standing,
};

mod bent_scopes;
mod callers;
mod former_servers;
mod kinds;
mod long_grants;
mod taken_scopes;

pub use kinds::{
    BentScope, Caller, DoneEntry, FormerServer, Note, OrphanGrant, SharedMark,
    Staying, TakenScope,
};

/// What is worth saying: whose objects are whose, and what the changes mean for
/// others. Sorted.
pub(super) fn collect_notes(
    context: &Context<'_>,
    scope: &Scope<'_>,
    changes: &[Change],
) -> Vec<Note> {
    let mut notes = note_suspect_marks(scope);
    notes.extend(note_others(scope));
    notes.extend(note_orphans(context, scope));
    notes.extend(note_protected(scope));
    notes.extend(note_shared_marks(scope));
    notes.extend(note_unmarked(scope));
    notes.extend(note_done_entries(context));

    notes.extend(callers::note_unexpected_callers(context));
    let outliving = callers::note_outliving_grants(context, changes);
    notes.extend(outliving.into_iter().flatten());
    notes.extend(callers::note_losing_callers(context, changes));
    notes.extend(callers::note_unasked_grants(context));
    notes.extend(note_abrupt_keys(context, scope));
    notes.extend(former_servers::note_former_servers(
        context, changes,
    ));
    notes.extend(long_grants::note_long_grants(context));
    notes.extend(taken_scopes::note_taken_scopes(
        context, changes,
    ));
    notes.extend(bent_scopes::note_bent_scopes(context, changes));
    notes.extend(bent_scopes::note_stray_scopes(context));

    notes.sort();
    notes
}

/// Marks that are no evidence: each is said, as somebody may take it for one.
fn note_suspect_marks(scope: &Scope<'_>) -> Vec<Note> {
    let suspect = scope.suspect.iter();
    suspect
        .filter_map(|(remote, verdict)| note_suspect_mark(remote, verdict))
        .collect()
}

fn note_suspect_mark(remote: &Address, verdict: &Verdict<'_>) -> Option<Note> {
    let id = match (remote, &verdict.class) {
        (Address::Client(ClientRef::Id(id)), _) => id,
        (Address::ResourceServer(identifier), Class::CopiedMark) => {
            let identifier = identifier.clone();
            return Some(Note::CopiedServerMark { identifier });
        }
        _ => return None,
    };
    let name = verdict
        .found
        .name()
        .unwrap_or_default()
        .to_owned();
    let client_id = id.clone();

    match &verdict.class {
        Class::CopiedMark => Some(Note::CopiedMark {
            name,
            client_id,
        }),
        Class::UnreadableMark(reason) => Some(Note::UnreadableMark {
            name,
            client_id,
            reason: (**reason).clone(),
        }),
        _ => None,
    }
}

fn note_others(scope: &Scope<'_>) -> Option<Note> {
    let others = &scope.others;
    (!others.is_empty()).then(|| Note::NotOurs(others.clone()))
}

/// What is ours, not declared, and stays all the same.
fn note_orphans(context: &Context<'_>, scope: &Scope<'_>) -> Option<Note> {
    let prune = context.desired.policy.prune;
    let staying: Vec<&Verdict<'_>> = scope
        .orphans
        .values()
        .copied()
        .filter(|verdict| !is_pruned(prune, &verdict.evidence))
        .collect();
    if staying.is_empty() {
        return None;
    }

    let mut clients = Vec::new();
    let mut grants = Vec::new();
    let mut resource_servers = Vec::new();
    for verdict in staying {
        match &verdict.address {
            Address::ResourceServer(identifier) => {
                resource_servers.push(identifier.clone());
            }
            Address::Client(ClientRef::Key(key)) => clients.push(key.clone()),
            Address::Client(ClientRef::Id(_)) => {}
            grant @ Address::Grant { .. } => grants.push(OrphanGrant {
                address: grant.clone(),
                scopes: callers::scopes_of(verdict.found),
            }),
        }
    }

    Some(Note::Orphans {
        because: match prune {
            Prune::Off => Staying::NotPruned,
            // With pruning on, whatever the tenant gives evidence for goes, so
            // the rest has none.
            Prune::On => Staying::NoEvidence,
        },
        clients,
        grants,
        resource_servers,
    })
}

fn note_protected(scope: &Scope<'_>) -> Option<Note> {
    let protected: Vec<Address> = scope
        .protected
        .iter()
        .filter(|(_, evidence)| !matches!(evidence, Evidence::SharedMark(_)))
        .map(|(address, _)| (*address).clone())
        .collect();
    (!protected.is_empty()).then_some(Note::Protected(protected))
}

/// The APIs that carry the mark of one that is declared, and stay.
fn note_shared_marks(scope: &Scope<'_>) -> Option<Note> {
    let shared: Vec<SharedMark> = scope
        .protected
        .iter()
        .filter_map(
            |(address, evidence)| match (address, evidence) {
                (
                    Address::ResourceServer(identifier),
                    Evidence::SharedMark(key),
                ) => Some(SharedMark {
                    identifier: identifier.clone(),
                    key: key.clone(),
                }),
                _ => None,
            },
        )
        .collect();

    (!shared.is_empty()).then_some(Note::SharedMarks(shared))
}

/// The clients that get our mark by being taken over.
fn note_unmarked(scope: &Scope<'_>) -> Option<Note> {
    let unmarked: Vec<Key> = scope
        .adopted
        .keys()
        .filter_map(|address| address.client_key())
        .cloned()
        .collect();

    (!unmarked.is_empty()).then_some(Note::Unmarked(unmarked))
}

fn note_abrupt_keys(context: &Context<'_>, scope: &Scope<'_>) -> Option<Note> {
    let with_keys = scope
        .live
        .iter()
        .filter_map(|(address, found)| {
            let declared = context.resources.get(*address)?;
            // Plain forms take a while to make: none is made that
            // says nothing of keys.
            declared
                .declares_keys()
                .then(|| (*address, declared.attrs(), *found))
        });

    let abrupt = find_abrupt_keys(with_keys);
    (!abrupt.is_empty()).then_some(Note::AbruptKeys(abrupt))
}

/// The entries of `moved` and `removed` that have done their work: nothing in
/// the tenant answers to them any more.
fn note_done_entries(context: &Context<'_>) -> Option<Note> {
    // To read every mark once more takes long: it is done only
    // where an entry asks for it.
    if context
        .desired
        .policy
        .moves_or_removes_nothing()
    {
        return None;
    }

    let done = list_done_entries(context);
    (!done.is_empty()).then_some(Note::Done(done))
}

fn list_done_entries(context: &Context<'_>) -> Vec<DoneEntry> {
    let policy = &context.desired.policy;
    let marks: Vec<Mark> = context
        .seen
        .found
        .values()
        .filter_map(|found| our_mark(context, found))
        .collect();
    let keys: BTreeSet<&Key> = marks
        .iter()
        .map(|mark| &mark.key)
        .collect();
    let stacks = marks.iter().map(|mark| &mark.stack);
    let stacks: BTreeSet<&StackName> = stacks
        .chain(stacks_of_scopes(context))
        .collect();

    let moved = policy
        .moved_clients
        .keys()
        .filter(|key| !keys.contains(key))
        .cloned()
        .map(DoneEntry::MovedClient);
    let renamed = policy
        .former_stacks
        .iter()
        .filter(|stack| !stacks.contains(stack))
        .cloned()
        .map(DoneEntry::MovedStack);
    let clients = policy
        .removed_clients
        .keys()
        .filter(|key| !keys.contains(key))
        .cloned()
        .map(DoneEntry::RemovedClient);
    let servers = policy
        .removed_resource_servers
        .keys()
        .filter(|identifier| {
            let address = Address::ResourceServer((*identifier).clone());
            let verdict = context.verdicts.get(&address);
            // Scopes that others have made for it are no API.
            verdict.is_none_or(|verdict| {
                verdict.found.standing == Standing::ScopesAlone
            })
        })
        .cloned()
        .map(DoneEntry::RemovedResourceServer);

    moved
        .chain(renamed)
        .chain(clients)
        .chain(servers)
        .collect()
}

/// The stacks that scopes of this tenant are marked for, where scopes are
/// objects of their own.
fn stacks_of_scopes<'a>(
    context: &Context<'a>,
) -> impl Iterator<Item = &'a StackName> {
    let ours = &context.seen.tenant;

    let holders = context.seen.held_scopes.values();
    holders.filter_map(move |holder| match &holder.owner {
        ScopeOwner::Stack {
            stack, tenant, ..
        } if tenant == ours => Some(stack),
        ScopeOwner::Stack { .. }
        | ScopeOwner::Nobody
        | ScopeOwner::Unreadable => None,
    })
}

/// The mark of an object of ours, as it is written: a move is not done while
/// the old key is in it.
fn our_mark(context: &Context<'_>, found: &Found) -> Option<Mark> {
    match owner_of(context.desired, &context.seen.tenant, found) {
        Owner::Us { mark, .. } => Some(mark),
        Owner::Nobody
        | Owner::Copied
        | Owner::Them(_)
        | Owner::Unreadable { .. } => None,
    }
}
