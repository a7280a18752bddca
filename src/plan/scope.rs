//! What is ours. Decided before anything is compared: what is not ours never meets the diff.

use std::collections::{BTreeMap, BTreeSet};

use litemap::LiteMap;
use smol_str::SmolStr;

use super::context::Context;
use super::note::{Caller, Note, OrphanGrant};
use super::order::removed_scopes;
use super::verdict::{Class, Evidence, Verdict};
use super::{Action, Change};
use crate::model::{Address, ClientRef, Found, GrantSpec, Identifier, Removal, Standing, Value};

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
    /// What was seen and is worth saying.
    pub(super) notes: Vec<Note>,
}

/// Puts every live object where it belongs.
pub(super) fn scope<'a>(context: &'a Context<'a>) -> Scope<'a> {
    let mut scope = Scope::default();
    let mut live = Vec::new();
    let mut others: BTreeMap<_, usize> = BTreeMap::new();
    for (remote, verdict) in &context.verdicts {
        let Verdict {
            found,
            class,
            evidence,
            address,
        } = verdict;
        match class {
            Class::Managed => live.push((address, *found)),
            Class::Adoptable => {
                live.push((address, *found));
                scope.adopted.insert(address, evidence);
            }
            Class::Orphan => _ = scope.orphans.insert(address, verdict),
            Class::Removed(Removal::Release) if !matches!(address, Address::Client(_)) => {
                // What carries no mark has nothing to be released from.
            }
            Class::Removed(how) => _ = scope.removed.insert(address, (verdict, *how)),
            Class::Protected => _ = scope.protected.insert(address, evidence),
            Class::CopiedMark | Class::UnreadableMark(_) => {
                scope.notes.extend(mark_note(remote, found, class));
                *others.entry(remote.kind()).or_default() += 1;
            }
            Class::Foreign(_)
            | Class::Unmanaged
            | Class::Ambiguous(_)
            | Class::Untouchable(Standing::ThirdParty | Standing::Registered) => {
                *others.entry(remote.kind()).or_default() += 1;
            }
            // What the tenant itself made, what Grantry itself uses and what the configuration only
            // refers to is not worth a word.
            Class::External | Class::Untouchable(_) => {}
        }
    }
    scope.live = live.into_iter().collect();
    if !others.is_empty() {
        scope.notes.push(Note::NotOurs(others));
    }
    scope.notes.extend(unexpected_callers(context));
    scope.notes.extend(outliving_grants(context));
    scope
}

fn mark_note(remote: &Address, found: &Found, class: &Class) -> Option<Note> {
    let name = found.name().unwrap_or_default().to_owned();
    match (remote, class) {
        (Address::Client(ClientRef::Id(id)), Class::CopiedMark) => Some(Note::CopiedMark {
            name,
            client_id: id.clone(),
        }),
        (Address::Client(ClientRef::Id(id)), Class::UnreadableMark(reason)) => {
            Some(Note::UnreadableMark {
                name,
                client_id: id.clone(),
                reason: (**reason).clone(),
            })
        }
        _ => None,
    }
}

/// The live grants on these APIs that pass, each as the caller that its client is, sorted.
fn callers(
    context: &Context<'_>,
    is_meant: impl Fn(&Verdict<'_>, &Identifier) -> bool,
) -> Vec<Caller> {
    let grants = context.verdicts.iter().filter_map(|(remote, verdict)| {
        let Address::Grant {
            client, audience, ..
        } = remote
        else {
            return None;
        };
        is_meant(verdict, audience).then(|| {
            let caller = context.seen.found.get(&Address::Client(client.clone()));
            let client = caller.and_then(Found::name).unwrap_or_default().to_owned();
            Caller {
                client,
                audience: audience.clone(),
                scopes: scopes(verdict.found),
            }
        })
    });

    let mut callers: Vec<Caller> = grants.collect();
    callers.sort();
    callers
}

/// Who else may call the APIs that are declared here.
fn unexpected_callers(context: &Context<'_>) -> Option<Note> {
    let servers = context.desired.resource_servers.values();
    let declared = servers.filter(|server| server.spec.is_some());
    let declared: BTreeSet<&Identifier> = declared.map(|server| &server.identifier).collect();

    let unexpected = callers(context, |verdict, audience| match verdict.class {
        Class::Foreign(_) | Class::Unmanaged => declared.contains(audience),
        Class::Managed
        | Class::Adoptable
        | Class::Orphan
        | Class::Protected
        | Class::Removed(_)
        | Class::CopiedMark
        | Class::UnreadableMark(_)
        | Class::Ambiguous(_)
        | Class::External
        | Class::Untouchable(_) => false,
    });
    (!unexpected.is_empty()).then_some(Note::UnexpectedCallers(unexpected))
}

/// Which grants have outlived their API.
fn outliving_grants(context: &Context<'_>) -> Option<Note> {
    let seen = context.seen;
    let listed: BTreeSet<&Identifier> = seen
        .found
        .keys()
        .filter_map(|address| match address {
            Address::ResourceServer(identifier) => Some(identifier),
            Address::Client(_) | Address::Grant { .. } => None,
        })
        // A local tenant has a Management API that is no object of it.
        .chain([&seen.management_api])
        .collect();

    let outliving = callers(context, |_, audience| !listed.contains(audience));
    (!outliving.is_empty()).then_some(Note::Outliving(outliving))
}

/// Which grants that do not change hold scopes that their API is about to lose.
pub(super) fn losing_callers(context: &Context<'_>, changes: &[Change]) -> Option<Note> {
    let narrowed: BTreeMap<&Identifier, BTreeSet<SmolStr>> = changes
        .iter()
        .filter(|change| change.action == Action::Narrow)
        .filter_map(|change| match &change.address {
            Address::ResourceServer(identifier) => Some((identifier, removed_scopes(change))),
            Address::Client(_) | Address::Grant { .. } => None,
        })
        .collect();
    if narrowed.is_empty() {
        return None;
    }

    let touched: BTreeSet<&Address> = changes.iter().map(|change| &change.address).collect();
    let staying = callers(context, |verdict, audience| {
        narrowed.contains_key(audience) && !touched.contains(&verdict.address)
    });
    let losing = staying.into_iter().filter_map(|caller| {
        let (lost, held) = (narrowed.get(&caller.audience)?, caller.scopes?);
        let scopes: Vec<String> = held
            .into_iter()
            .filter(|scope| lost.contains(scope.as_str()))
            .collect();
        (!scopes.is_empty()).then_some(Caller {
            scopes: Some(scopes),
            ..caller
        })
    });
    let mut losing: Vec<Caller> = losing.collect();
    losing.sort();
    (!losing.is_empty()).then_some(Note::LosingCallers(losing))
}

/// The scopes a live grant confers; none for every scope.
pub(super) fn scopes(found: &Found) -> Option<Vec<String>> {
    let all = found.attrs.get(GrantSpec::ALL_SCOPES) == Some(&Value::Bool(true));
    let scopes = found
        .attrs
        .get(GrantSpec::SCOPES)
        .and_then(Value::as_set)
        .into_iter()
        .flatten();
    (!all).then(|| {
        scopes
            .filter_map(Value::as_text)
            .map(ToOwned::to_owned)
            .collect()
    })
}

/// A grant of this stack that is not declared, with what it confers.
pub(super) fn orphan_grant(address: &Address, found: &Found) -> Option<OrphanGrant> {
    match address {
        Address::Grant { .. } => Some(OrphanGrant {
            address: address.clone(),
            scopes: scopes(found),
        }),
        Address::ResourceServer(_) | Address::Client(_) => None,
    }
}
