//! What is known of the clients that credentials are delivered to.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Address, Audience, ClientId, ClientRef, Desired, DesiredGrant, Identifier,
    Key, Snapshot, SubjectType,
};
use crate::plan::{Action, Plan, classify};

/// The ids of the clients that are ours, also of those that are not declared
/// any more, by their keys.
pub(super) fn list_ids_of_ours(
    desired: &Desired,
    seen: &Snapshot,
) -> BTreeMap<Key, ClientId> {
    let verdicts = classify(desired, seen);
    let ours = verdicts
        .values()
        .filter(|verdict| verdict.class.is_ours());

    ours.filter_map(|verdict| match &verdict.address {
        Address::Client(ClientRef::Key(key)) => Some((
            key.clone(),
            verdict.found.id.as_str().parse().ok()?,
        )),
        _ => None,
    })
    .collect()
}

/// The clients that a plan deletes.
pub(super) fn list_going(plan: &Plan) -> BTreeSet<Key> {
    let deletions = plan.changes.iter();
    let deletions = deletions.filter(|change| change.action == Action::Delete);

    deletions
        .filter_map(|change| match &change.address {
            Address::Client(ClientRef::Key(key)) => Some(key.clone()),
            _ => None,
        })
        .collect()
}

/// What each client may call for itself.
pub(super) fn list_audiences(
    desired: &Desired,
    seen: &Snapshot,
) -> BTreeMap<Key, BTreeMap<Key, Identifier>> {
    let mut audiences: BTreeMap<Key, BTreeMap<Key, Identifier>> =
        BTreeMap::new();
    for grant in &desired.grants {
        if grant.subject_type != SubjectType::Client {
            continue;
        }
        if let Some((key, identifier)) = audience_of(grant, desired, seen) {
            let of_client = audiences
                .entry(grant.client.clone())
                .or_default();
            of_client.insert(key, identifier);
        }
    }
    audiences
}

fn audience_of(
    grant: &DesiredGrant,
    desired: &Desired,
    seen: &Snapshot,
) -> Option<(Key, Identifier)> {
    match &grant.audience {
        Audience::Key(key) => {
            let server = desired.resource_servers.get(key)?;
            Some((key.clone(), server.identifier.clone()))
        }
        Audience::ManagementApi => {
            let key = Audience::MANAGEMENT_API.parse().ok()?;
            Some((key, seen.management_api.clone()?))
        }
    }
}
