//! What a plan must not do without being told so by name and number.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::class::owned;
use super::context::Context;
use super::verdict::{Class, Evidence};
use super::{Action, Change};
use crate::model::{
    Address, Advice, ClientRef, Desired, DesiredClient, Emptying, Found, Kind, Limits, Policy,
    Prune, Removal, Snapshot, Step, Term, UnnamedGrant, step,
};

/// Of each kind, this many deletions are never too many.
const FEW: usize = 5;

/// Nor is one in this many of the objects we own.
const SHARE: usize = 5;

/// Why a plan must not be applied as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Refusal {
    /// More deletions of a kind than the default limit.
    TooMany {
        /// The kind.
        kind: Kind,
        /// How many would be deleted.
        deletions: usize,
        /// How many are ours.
        owned: usize,
        /// How many may be deleted.
        limit: usize,
        /// How many would be deleted of all kinds.
        total: usize,
    },
    /// More deletions than `max_deletes` says.
    OverMaximum {
        /// How many would be deleted of all kinds.
        total: usize,
        /// What `max_deletes` says.
        maximum: usize,
    },
    /// A kind would be emptied.
    Emptied {
        /// The kind.
        kind: Kind,
        /// How many are ours.
        owned: usize,
    },
    /// A resource server would be deleted that others may call.
    InUse {
        /// What it is called.
        name: String,
        /// The display names of the clients that hold a grant on it.
        callers: BTreeSet<String>,
    },
    /// An object that is safe from deletion would be deleted.
    Protected {
        /// What it is called.
        name: String,
        /// How we know.
        evidence: String,
    },
}

/// Everything that speaks against applying these changes.
pub(super) fn guard(
    context: &Context<'_>,
    changes: &[Change],
    protected: &BTreeMap<&Address, &Evidence>,
) -> Vec<Refusal> {
    let Context {
        desired,
        verdicts,
        names,
        ..
    } = context;
    let owned = owned(verdicts);
    let mut refusals = limits(changes, &owned, desired.policy.limits);
    refusals.extend(emptied(context, &owned));
    refusals.extend(in_use(context, changes));
    refusals.extend(
        protected
            .iter()
            .filter(|(address, _)| is_to_go(desired, address))
            .map(|(address, evidence)| Refusal::Protected {
                name: names.of(address),
                evidence: evidence.to_string(),
            }),
    );
    refusals.sort();
    refusals
}

fn deletions(changes: &[Change], kind: Kind) -> impl Iterator<Item = &Change> {
    let deletions = changes
        .iter()
        .filter(|change| change.action == Action::Delete);
    deletions.filter(move |change| change.address.kind() == kind)
}

fn limits(changes: &[Change], owned: &BTreeMap<Kind, usize>, limits: Limits) -> Vec<Refusal> {
    let total = changes
        .iter()
        .filter(|change| change.action == Action::Delete)
        .count();
    if let Some(maximum) = limits.max_deletes {
        let over = (total > maximum).then_some(Refusal::OverMaximum { total, maximum });
        return over.into_iter().collect();
    }
    let too_many = Kind::ALL.into_iter().filter_map(|kind| {
        let owned = owned.get(&kind).copied().unwrap_or_default();
        let (deletions, limit) = (deletions(changes, kind).count(), FEW.max(owned / SHARE));
        (deletions > limit).then_some(Refusal::TooMany {
            kind,
            deletions,
            owned,
            limit,
            total,
        })
    });
    too_many.collect()
}

/// A kind of which nothing is declared while we own some is a mistake more often than a wish. What
/// is removed by name is a wish.
fn emptied(context: &Context<'_>, owned: &BTreeMap<Kind, usize>) -> Vec<Refusal> {
    let Context {
        desired, verdicts, ..
    } = context;
    let Policy { prune, limits, .. } = &desired.policy;
    if (*prune, limits.emptying) != (Prune::On, Emptying::Refused) {
        return Vec::new();
    }
    let declared = |kind| match kind {
        Kind::ResourceServer => desired
            .resource_servers
            .values()
            .any(|api| api.spec.is_some()),
        Kind::Client => {
            let mut clients = desired.clients.values();
            clients.any(|client| matches!(client, DesiredClient::Managed { .. }))
        }
        Kind::Grant => desired.grants.iter().any(|grant| {
            let client = desired.clients.get(&grant.client);
            matches!(client, Some(DesiredClient::Managed { .. }))
        }),
    };
    let emptied = Kind::ALL.into_iter().filter_map(|kind| {
        let mut ours = verdicts
            .values()
            .filter(|verdict| verdict.address.kind() == kind);
        let pruned = ours
            .any(|verdict| verdict.class == Class::Orphan && verdict.evidence != Evidence::Nothing);
        let owned = owned.get(&kind).copied().unwrap_or_default();
        (pruned && !declared(kind)).then_some(Refusal::Emptied { kind, owned })
    });
    emptied.collect()
}

/// The grants on a resource server end with it, also those of others: they are not ours to end.
fn in_use(context: &Context<'_>, changes: &[Change]) -> Vec<Refusal> {
    let ended: BTreeSet<&Address> = deletions(changes, Kind::Grant)
        .map(|change| &change.address)
        .collect();
    let mut callers: BTreeMap<&Address, BTreeSet<String>> =
        deletions(changes, Kind::ResourceServer)
            .map(|change| (&change.address, BTreeSet::new()))
            .collect();
    if callers.is_empty() {
        return Vec::new();
    }

    for (remote, verdict) in &context.verdicts {
        let Address::Grant {
            client, audience, ..
        } = remote
        else {
            continue;
        };
        let server = callers.get_mut(&Address::ResourceServer(audience.clone()));
        if let (Some(callers), false) = (server, ended.contains(&verdict.address)) {
            let caller = context.seen.found.get(&Address::Client(client.clone()));
            callers.insert(
                caller
                    .and_then(Found::name)
                    .unwrap_or(&client.to_string())
                    .to_owned(),
            );
        }
    }
    for grant in &context.seen.unnamed {
        let Ok(identifier) = grant.audience.parse() else {
            continue;
        };
        if let Some(callers) = callers.get_mut(&Address::ResourceServer(identifier)) {
            callers.insert(holder(context.seen, grant));
        }
    }
    let used = callers
        .into_iter()
        .filter(|(_, callers)| !callers.is_empty());
    used.map(|(server, callers)| Refusal::InUse {
        name: context.names.of(server),
        callers,
    })
    .collect()
}

/// Who holds a grant that no configuration can name.
fn holder(seen: &Snapshot, grant: &UnnamedGrant) -> String {
    let Some(client) = &grant.client else {
        return "third-party clients".to_owned();
    };

    let id = client
        .parse()
        .ok()
        .map(|id| Address::Client(ClientRef::Id(id)));
    let name = id
        .and_then(|address| seen.found.get(&address))
        .and_then(Found::name);
    name.unwrap_or(client).to_owned()
}

/// Whether the configuration wants a client deleted, by name or by pruning. Its grants go with it.
fn is_to_go(desired: &Desired, address: &Address) -> bool {
    match address {
        Address::Client(ClientRef::Key(key)) => {
            let removal = desired.policy.removed_clients.get(key);
            desired.policy.prune == Prune::On || removal == Some(&Removal::Destroy)
        }
        _ => false,
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany {
                kind,
                deletions,
                owned,
                limit,
                total: _,
            } => write!(
                formatter,
                "{deletions} of this stack's {owned} {} would be deleted; the limit is {limit}",
                kind.words().1
            ),
            Self::OverMaximum { total, maximum } => {
                write!(
                    formatter,
                    "{total} objects would be deleted; max_deletes is {maximum}"
                )
            }
            Self::Emptied { kind, owned } => {
                let (one, many) = kind.words();
                match owned {
                    1 => write!(formatter, "the last {one} of this stack would be deleted"),
                    _ => {
                        write!(
                            formatter,
                            "the last {owned} {many} of this stack would be deleted"
                        )
                    }
                }
            }
            Self::InUse { name, callers } => {
                let callers: Vec<String> = callers
                    .iter()
                    .map(|caller| format!("\"{caller}\""))
                    .collect();
                let callers = callers.join(", ");
                write!(
                    formatter,
                    "{name} would be deleted, and others may call it: {callers}"
                )
            }
            Self::Protected { name, evidence } => {
                write!(
                    formatter,
                    "{name} is protected from deletion: it {evidence}"
                )
            }
        }
    }
}

impl Advice for Refusal {
    fn id(&self) -> &'static str {
        match self {
            Self::TooMany { .. } => "too-many-deletions",
            Self::OverMaximum { .. } => "over-max-deletes",
            Self::Emptied { .. } => "emptied",
            Self::InUse { .. } => "in-use",
            Self::Protected { .. } => "protected",
        }
    }

    /// What to do if it is meant all the same.
    fn next_step(&self) -> Option<Step> {
        Some(match self {
            Self::TooMany { total, .. } | Self::OverMaximum { total, .. } => step![
                format!("if it is meant, say how many: `limits: {{ max_deletes: {total} }}`, or "),
                Term::MaxDeletes,
                format!(" {total}"),
            ],
            Self::Emptied { .. } => "if it is meant, say `limits: { allow_empty: true }`".into(),
            Self::InUse { .. } => {
                "have the grants of these clients on it removed first; or keep it: declare it, or say \
                 `destroy: false` under `removed`"
                    .into()
            }
            Self::Protected { name, .. } => {
                format!("declare {name} again with `protect: false`, and apply that first").into()
            }
        })
    }
}
