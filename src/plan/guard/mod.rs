//! What a plan must not do without being told so by name and number: limits of
//! deletions (`max_deletes`), and what deletions must never reach.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::scope::{Scope, is_pruned};
use super::verdict::Class;
use super::{Action, Change};
use crate::model::{
    Address, ClientRef, Desired, DesiredClient, Emptying, Found, Kind, Limits,
    Prune, Removal, Snapshot, UnnamedGrant,
};

mod owned;
mod refusal;

use owned::count_owned;
pub use refusal::Refusal;

/// Of each kind, this many deletions are never too many. The share below alone
/// would let a stack of four clients delete none of them.
pub(crate) const FEW_DELETIONS: usize = 5;

/// Nor is one in this many of the objects we own. The number above alone would
/// stand in the way of the everyday work of a stack of thousands.
const OWNED_PER_DELETION: usize = 5;

/// How many objects of each kind are ours.
type OwnedCounts = BTreeMap<Kind, usize>;

/// Everything that speaks against applying these changes, sorted.
pub(super) fn find_refusals(
    context: &Context<'_>,
    scope: &Scope<'_>,
    changes: &[Change],
) -> Vec<Refusal> {
    let counts = count_owned(&context.verdicts);

    let mut refusals =
        refuse_many(changes, &counts, context.desired.policy.limits);
    refusals.extend(refuse_emptying(context, &counts));
    refusals.extend(refuse_used_servers(context, changes));
    refusals.extend(refuse_protected(context, scope));

    refusals.sort();
    refusals
}

fn deletions(changes: &[Change]) -> impl Iterator<Item = &Change> {
    changes
        .iter()
        .filter(|change| change.action == Action::Delete)
}

fn deletions_of(
    changes: &[Change],
    kind: Kind,
) -> impl Iterator<Item = &Change> {
    deletions(changes).filter(move |change| change.address.kind() == kind)
}

/// `max_deletes` counts all kinds together, and takes the place of the limits
/// of each kind.
fn refuse_many(
    changes: &[Change],
    counts: &OwnedCounts,
    limits: Limits,
) -> Vec<Refusal> {
    let total = deletions(changes).count();
    if let Some(maximum) = limits.max_deletes {
        let over = (total > maximum)
            .then_some(Refusal::OverMaximum { total, maximum });
        return over.into_iter().collect();
    }

    Kind::ALL
        .into_iter()
        .filter_map(|kind| {
            let deletions = deletions_of(changes, kind).count();
            let owned = counts
                .get(&kind)
                .copied()
                .unwrap_or_default();
            let limit = FEW_DELETIONS.max(owned / OWNED_PER_DELETION);
            (deletions > limit).then_some(Refusal::TooMany {
                kind,
                deletions,
                owned,
                limit,
                total,
            })
        })
        .collect()
}

/// A kind of which nothing is declared while we own some is a mistake more
/// often than a wish. What is removed by name is a wish.
fn refuse_emptying(
    context: &Context<'_>,
    counts: &OwnedCounts,
) -> Vec<Refusal> {
    let policy = &context.desired.policy;
    if policy.prune == Prune::Off || policy.limits.emptying == Emptying::Allowed
    {
        return Vec::new();
    }

    Kind::ALL
        .into_iter()
        .filter(|kind| {
            prunes(context, *kind) && !declares(context.desired, *kind)
        })
        .map(|kind| Refusal::Emptied {
            kind,
            owned: counts
                .get(&kind)
                .copied()
                .unwrap_or_default(),
        })
        .collect()
}

/// Whether an object of the kind would go because it is not declared any more.
fn prunes(context: &Context<'_>, kind: Kind) -> bool {
    let prune = context.desired.policy.prune;
    context
        .verdicts
        .values()
        .filter(|verdict| verdict.address.kind() == kind)
        .any(|verdict| {
            verdict.class == Class::Orphan
                && is_pruned(prune, &verdict.evidence)
        })
}

/// Whether an object of the kind is declared. What is only referred to does not
/// count: one external client must not lift the guard from all of ours.
fn declares(desired: &Desired, kind: Kind) -> bool {
    match kind {
        Kind::ResourceServer => {
            let mut servers = desired.resource_servers.values();
            servers.any(|server| server.spec.is_some())
        }
        Kind::Client => desired.clients.values().any(is_managed),
        Kind::Grant => {
            let mut grants = desired.grants.iter();
            grants.any(|grant| {
                desired
                    .clients
                    .get(&grant.client)
                    .is_some_and(is_managed)
            })
        }
    }
}

fn is_managed(client: &DesiredClient) -> bool {
    matches!(client, DesiredClient::Managed { .. })
}

/// The grants on a resource server end with it, also those of others: they are
/// not ours to end.
fn refuse_used_servers(
    context: &Context<'_>,
    changes: &[Change],
) -> Vec<Refusal> {
    collect_callers(context, changes)
        .into_iter()
        .filter(|(_, callers)| !callers.is_empty())
        .map(|(server, callers)| Refusal::InUse {
            name: context.names.of(server),
            callers,
        })
        .collect()
}

/// The names of those who hold a grant on a resource server that would be
/// deleted, and would keep it otherwise.
fn collect_callers<'a>(
    context: &Context<'_>,
    changes: &'a [Change],
) -> BTreeMap<&'a Address, BTreeSet<String>> {
    let mut callers: BTreeMap<&Address, BTreeSet<String>> =
        deletions_of(changes, Kind::ResourceServer)
            .map(|change| (&change.address, BTreeSet::new()))
            .collect();
    if callers.is_empty() {
        return callers;
    }

    let ended: BTreeSet<&Address> = deletions_of(changes, Kind::Grant)
        .map(|change| &change.address)
        .collect();
    for (remote, verdict) in &context.verdicts {
        let Address::Grant {
            client,
            audience,
            ..
        } = remote
        else {
            continue;
        };

        let server = Address::ResourceServer(audience.clone());
        if let Some(callers) = callers.get_mut(&server)
            && !ended.contains(&verdict.address)
        {
            callers.insert(name_client(context.seen, client));
        }
    }

    // No plan deletes a grant that no configuration can name, so each of them
    // would end unasked.
    for grant in &context.seen.unnamed {
        let Ok(identifier) = grant.audience.parse() else {
            continue;
        };

        if let Some(callers) =
            callers.get_mut(&Address::ResourceServer(identifier))
        {
            callers.insert(name_holder(context.seen, grant));
        }
    }
    callers
}

/// The display name of a client of the tenant, or what else is known of it.
fn name_client(seen: &Snapshot, client: &ClientRef) -> String {
    let address = Address::Client(client.clone());
    let name = seen
        .found
        .get(&address)
        .and_then(Found::name);
    name.map_or_else(|| client.to_string(), ToOwned::to_owned)
}

/// Who holds a grant that no configuration can name.
fn name_holder(seen: &Snapshot, grant: &UnnamedGrant) -> String {
    let Some(client) = &grant.client else {
        return "third-party clients".to_owned();
    };

    match client.parse() {
        Ok(id) => name_client(seen, &ClientRef::Id(id)),
        Err(_) => client.clone(),
    }
}

/// What is safe from deletion and would go all the same.
fn refuse_protected(context: &Context<'_>, scope: &Scope<'_>) -> Vec<Refusal> {
    scope
        .protected
        .iter()
        .filter(|(address, _)| is_to_go(context.desired, address))
        .map(|(address, evidence)| Refusal::Protected {
            name: context.names.of(address),
            evidence: evidence.to_string(),
        })
        .collect()
}

/// Whether the configuration wants a client deleted, by name or by pruning. Its
/// grants go with it.
fn is_to_go(desired: &Desired, address: &Address) -> bool {
    match address {
        Address::Client(ClientRef::Key(key)) => {
            let removal = desired.policy.removed_clients.get(key);
            desired.policy.prune == Prune::On
                || removal == Some(&Removal::Destroy)
        }
        _ => false,
    }
}
