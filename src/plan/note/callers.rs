//! Who else calls an API: grants that nobody expects, that outlive their API,
//! or that lose scopes.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::{Caller, Note};
use crate::model::{Address, Found, GrantSpec, Identifier, Value};
use crate::plan::context::Context;
use crate::plan::order::removed_scopes;
use crate::plan::verdict::{Class, Verdict};
use crate::plan::{Action, Change};

/// The live grants that pass, each as the caller that its client is, sorted.
fn collect_callers(
    context: &Context<'_>,
    is_meant: impl Fn(&Verdict<'_>, &Identifier) -> bool,
) -> Vec<Caller> {
    let mut callers: Vec<Caller> = context
        .verdicts
        .iter()
        .filter_map(|(remote, verdict)| match remote {
            Address::Grant {
                client,
                audience,
                ..
            } if is_meant(verdict, audience) => {
                let address = Address::Client(client.clone());
                let name = context
                    .seen
                    .found
                    .get(&address)
                    .and_then(Found::name);
                Some(Caller {
                    client: name
                        .map_or_else(|| client.to_string(), str::to_owned),
                    audience: audience.clone(),
                    scopes: scopes_of(verdict.found),
                })
            }
            _ => None,
        })
        .collect();

    callers.sort();
    callers
}

/// The callers of some APIs that no configuration can name, by their ids.
fn list_unnamed_callers(
    context: &Context<'_>,
    is_meant: impl Fn(&Identifier) -> bool,
) -> impl Iterator<Item = Caller> {
    let grants = context.seen.unnamed.iter();

    grants.filter_map(move |grant| {
        let audience: Identifier = grant.audience.parse().ok()?;
        let client = grant.client.clone()?;
        is_meant(&audience).then(|| Caller {
            client,
            audience,
            scopes: grant.scopes.clone(),
        })
    })
}

/// Who else may call the APIs that are declared here.
pub(super) fn note_unexpected_callers(context: &Context<'_>) -> Option<Note> {
    let declared: BTreeSet<&Identifier> = context
        .desired
        .resource_servers
        .values()
        .filter(|server| server.spec.is_some())
        .map(|server| &server.identifier)
        .collect();

    let mut unexpected = collect_callers(context, |verdict, audience| {
        is_of_others(&verdict.class) && declared.contains(audience)
    });
    unexpected.extend(list_unnamed_callers(context, |api| {
        declared.contains(api)
    }));
    unexpected.sort();
    (!unexpected.is_empty()).then_some(Note::UnexpectedCallers(unexpected))
}

/// Whether a grant of this class is another stack's, or nobody's that we know.
fn is_of_others(class: &Class) -> bool {
    match class {
        Class::Foreign(_) | Class::Unmanaged => true,
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
    }
}

/// Which grants have outlived their API: those that come back to life with it,
/// and the others.
pub(super) fn note_outliving_grants(
    context: &Context<'_>,
    changes: &[Change],
) -> [Option<Note>; 2] {
    let seen = context.seen;
    let listed: BTreeSet<&Identifier> = seen
        .found
        .keys()
        .filter_map(|address| match address {
            Address::ResourceServer(identifier) => Some(identifier),
            Address::Client(_) | Address::Grant { .. } => None,
        })
        // A local tenant has a Management API that is no object of it.
        .chain(&seen.management_api)
        .collect();

    let is_outliving = |audience: &Identifier| !listed.contains(audience);
    let created = collect_addresses(changes, Action::Create);
    let deleted = collect_addresses(changes, Action::Delete);
    let is_revived = |grant: &Verdict<'_>, audience: &Identifier| {
        let server = Address::ResourceServer(audience.clone());
        created.contains(&server) && !deleted.contains(&grant.address)
    };

    let revived = collect_callers(context, |grant, audience| {
        is_outliving(audience) && is_revived(grant, audience)
    });
    let outliving = collect_callers(context, |grant, audience| {
        is_outliving(audience) && !is_revived(grant, audience)
    });
    [
        (!revived.is_empty()).then_some(Note::RevivedGrants(revived)),
        (!outliving.is_empty()).then_some(Note::Outliving(outliving)),
    ]
}

fn collect_addresses(changes: &[Change], action: Action) -> BTreeSet<&Address> {
    let meant = changes
        .iter()
        .filter(|change| change.action == action);

    meant
        .map(|change| &change.address)
        .collect()
}

/// Which grants that do not change hold scopes that their API is about to lose.
pub(super) fn note_losing_callers(
    context: &Context<'_>,
    changes: &[Change],
) -> Option<Note> {
    let lost = collect_lost_scopes(changes);
    if lost.is_empty() {
        return None;
    }

    let touched: BTreeSet<&Address> = changes
        .iter()
        .map(|change| &change.address)
        .collect();
    let staying = collect_callers(context, |verdict, audience| {
        lost.contains_key(audience) && !touched.contains(&verdict.address)
    });

    let unnamed =
        list_unnamed_callers(context, |audience| lost.contains_key(audience));
    let mut losing: Vec<Caller> = staying
        .into_iter()
        .chain(unnamed)
        .filter_map(|caller| keep_lost_scopes(caller, &lost))
        .collect();
    losing.sort();
    (!losing.is_empty()).then_some(Note::LosingCallers(losing))
}

/// What each API is about to lose.
fn collect_lost_scopes(
    changes: &[Change],
) -> BTreeMap<&Identifier, BTreeSet<SmolStr>> {
    changes
        .iter()
        .filter(|change| change.action == Action::Narrow)
        .filter_map(|change| match &change.address {
            Address::ResourceServer(identifier) => {
                Some((identifier, removed_scopes(change)))
            }
            Address::Client(_) | Address::Grant { .. } => None,
        })
        .collect()
}

/// The caller with nothing but the scopes that it loses; none if it loses none.
/// Whoever may ask for every scope holds none in particular.
fn keep_lost_scopes(
    caller: Caller,
    lost: &BTreeMap<&Identifier, BTreeSet<SmolStr>>,
) -> Option<Caller> {
    let lost_of_api = lost.get(&caller.audience)?;
    let mut scopes = caller.scopes?;
    scopes.retain(|scope| lost_of_api.contains(scope.as_str()));
    if scopes.is_empty() {
        return None;
    }

    Some(Caller {
        scopes: Some(scopes),
        ..caller
    })
}

/// Which declared grants are in every token of their client, also where it does
/// not ask for them.
pub(super) fn note_unasked_grants(context: &Context<'_>) -> Option<Note> {
    let unasked = collect_callers(context, |verdict, _| {
        verdict.class == Class::Managed
            && verdict
                .found
                .attrs
                .contains_key(GrantSpec::UNASKED)
    });
    (!unasked.is_empty()).then_some(Note::UnaskedGrants(unasked))
}

/// The scopes a live grant confers; none for every scope.
pub(super) fn scopes_of(found: &Found) -> Option<Vec<String>> {
    if found.attrs.get(GrantSpec::ALL_SCOPES) == Some(&Value::Bool(true)) {
        return None;
    }

    let members = found
        .attrs
        .get(GrantSpec::SCOPES)
        .and_then(Value::as_set);
    let scopes = members
        .into_iter()
        .flatten()
        .filter_map(Value::as_text);
    Some(scopes.map(ToOwned::to_owned).collect())
}
