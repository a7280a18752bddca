//! Scopes of this stack that somebody has had do something else, where each is
//! an object of its own.

use std::collections::{BTreeMap, BTreeSet};

use super::{BentScope, Note};
use crate::model::{
    Address, ClientRef, Found, GrantSpec, Identifier, ResourceServerSpec,
    ScopeHolder, ScopeName, ScopeOwner, Standing, Value,
};
use crate::plan::context::Context;
use crate::plan::owner::is_our_name;
use crate::plan::{Action, Change};

/// The scopes that an API gets or loses while their tokens are for something
/// else: to whoever holds one, it becomes another one, or none.
pub(super) fn note_bent_scopes(
    context: &Context<'_>,
    changes: &[Change],
) -> Option<Note> {
    let bent = collect_bent(context);
    if bent.is_empty() {
        return None;
    }

    let noted: BTreeSet<BentScope> = changes
        .iter()
        .flat_map(|change| list_touched(change, &bent))
        .map(|(api, scope, of)| BentScope {
            audience: api.clone(),
            scope: scope.to_string(),
            instead: of.0.clone(),
            holders: list_holders(context, of),
        })
        .collect();
    (!noted.is_empty()).then(|| Note::BentScopes(noted.into_iter().collect()))
}

/// What tokens of a scope are for.
type Of = (Identifier, ScopeName);

/// What was made for an API here and is for something else, by the name in the
/// tenant that it had.
type Bent<'a> = BTreeMap<&'a Identifier, Vec<(&'a ScopeName, &'a Of)>>;

fn collect_bent<'a>(context: &Context<'a>) -> Bent<'a> {
    let mut bent = Bent::new();
    for holder in context.seen.held_scopes.values() {
        let (Some(of), Some((api, scope))) = (&holder.of, &holder.made_as)
        else {
            continue;
        };
        if is_ours(context, holder) && of.0 != *api {
            bent.entry(api)
                .or_default()
                .push((scope, of));
        }
    }
    bent
}

fn is_ours(context: &Context<'_>, holder: &ScopeHolder) -> bool {
    match &holder.owner {
        ScopeOwner::Stack {
            stack, tenant, ..
        } => {
            is_our_name(context.desired, stack)
                && *tenant == context.seen.tenant
        }
        ScopeOwner::Nobody | ScopeOwner::Unreadable => false,
    }
}

/// The bent scopes that a change is about.
fn list_touched<'a>(
    change: &'a Change,
    bent: &Bent<'a>,
) -> Vec<(&'a Identifier, &'a ScopeName, &'a Of)> {
    let Address::ResourceServer(api) = &change.address else {
        return Vec::new();
    };
    let Some(scopes) = bent.get(api) else {
        return Vec::new();
    };

    let edits = change.edits();
    let is_touched = |scope: &ScopeName| {
        change.action == Action::Delete
            || edits
                .iter()
                .any(|edit| match edit.path.as_slice() {
                    [field] => field == ResourceServerSpec::SCOPES,
                    [field, name] => {
                        field == ResourceServerSpec::SCOPES
                            && name == scope.as_str()
                    }
                    _ => false,
                })
    };
    let touched = scopes
        .iter()
        .filter(|(scope, _)| is_touched(scope));
    touched
        .map(|(scope, of)| (api, *scope, *of))
        .collect()
}

/// The clients that hold a scope, by their display names.
fn list_holders(context: &Context<'_>, (api, scope): &Of) -> Vec<String> {
    let wanted = Value::Text(scope.clone().into());
    let granted =
        context.seen.found.iter().filter_map(
            |(address, grant)| match address {
                Address::Grant {
                    client,
                    audience,
                    ..
                } if audience == api => {
                    let scopes = grant
                        .attrs
                        .get(GrantSpec::SCOPES)
                        .and_then(Value::as_set)?;
                    scopes
                        .contains(&wanted)
                        .then(|| name_of(context, client))
                }
                _ => None,
            },
        );
    let unnamed = context
        .seen
        .unnamed
        .iter()
        .filter_map(|grant| {
            let scopes = grant.scopes.as_ref()?;
            let is_held = grant.audience == api.as_str()
                && scopes
                    .iter()
                    .any(|held| held == scope.as_str());
            grant.client.clone().filter(|_| is_held)
        });

    let holders: BTreeSet<String> = granted.chain(unnamed).collect();
    holders.into_iter().collect()
}

fn name_of(context: &Context<'_>, client: &ClientRef) -> String {
    let address = Address::Client(client.clone());
    let name = context
        .seen
        .found
        .get(&address)
        .and_then(Found::name);

    name.map_or_else(|| client.to_string(), str::to_owned)
}

/// The scopes of this stack whose API is neither declared nor there: nothing
/// takes them, and tokens may still be for it.
pub(super) fn note_stray_scopes(context: &Context<'_>) -> Option<Note> {
    let declared: BTreeSet<&Identifier> = context
        .desired
        .resource_servers
        .values()
        .map(|server| &server.identifier)
        .collect();

    let is_there = |api: &Identifier| {
        let address = Address::ResourceServer(api.clone());
        let found = context.seen.found.get(&address);
        found.is_some_and(|found| found.standing != Standing::ScopesAlone)
    };
    let stray: Vec<String> = context
        .seen
        .held_scopes
        .iter()
        .filter(|(_, holder)| {
            let api = holder
                .made_as
                .as_ref()
                .map(|(api, _)| api);
            is_ours(context, holder)
                && api.is_some_and(|api| {
                    !declared.contains(api) && !is_there(api)
                })
        })
        .map(|(name, _)| name.clone())
        .collect();
    (!stray.is_empty()).then_some(Note::StrayScopes(stray))
}
