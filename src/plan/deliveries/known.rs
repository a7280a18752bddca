//! What is known of the clients that credentials are delivered to.

use std::collections::{BTreeMap, BTreeSet};

use super::Surroundings;
use crate::model::{
    Address, Audience, ClientId, ClientRef, Delivery, Desired, DesiredClient,
    DesiredGrant, Identifier, Key, Snapshot, SubjectType, Written,
};
use crate::plan::{Action, Plan, classify};

/// What is known of all of them.
pub(super) struct Known<'a> {
    pub(super) desired: &'a Desired,
    pub(super) seen: &'a Snapshot,
    /// Those of the clients that are ours, also where they
    /// are not declared any more.
    pub(super) ids: BTreeMap<Key, ClientId>,
    /// The clients that go.
    pub(super) going: BTreeSet<Key>,
    pub(super) audiences: BTreeMap<Key, BTreeMap<Key, Identifier>>,
    pub(super) surroundings: &'a Surroundings,
}

/// How far a client is whose credentials are to be delivered.
#[derive(Debug, Clone)]
pub(super) enum Stage {
    /// It is to be created.
    New,
    /// It was created, and nobody is told of its secret yet.
    Unfinished,
    /// It may be in use.
    InUse,
}

impl<'a> Known<'a> {
    pub(super) fn of(
        desired: &'a Desired,
        seen: &'a Snapshot,
        plan: &Plan,
        surroundings: &'a Surroundings,
    ) -> Self {
        Self {
            desired,
            seen,
            ids: list_ids_of_ours(desired, seen),
            going: list_going(plan),
            audiences: list_audiences(desired, seen),
            surroundings,
        }
    }

    pub(super) fn stage_of(&self, client: &Key) -> Stage {
        let Some(id) = self.ids.get(client) else {
            return Stage::New;
        };

        let address = Address::Client(ClientRef::Id(id.clone()));
        let found = self.seen.found.get(&address);
        let mark =
            found.and_then(|found| Written::find(&found.attrs)?.read().ok());
        match mark.map(|mark| mark.delivery) {
            Some(Delivery::Pending) => Stage::Unfinished,
            Some(Delivery::Done) | None => Stage::InUse,
        }
    }

    /// Whether a client authenticates with a secret.
    pub(super) fn has_secret(&self, client: &Key) -> bool {
        self.desired
            .clients
            .get(client)
            .is_some_and(DesiredClient::has_secret)
    }
}

/// The ids of the clients that are ours, also of those that are not declared
/// any more, by their keys.
fn list_ids_of_ours(
    desired: &Desired,
    seen: &Snapshot,
) -> BTreeMap<Key, ClientId> {
    let verdicts = classify(desired, seen);
    let ours = verdicts
        .values()
        .filter(|verdict| verdict.class.is_ours());

    ours.filter_map(|verdict| {
        let key = verdict.address.client_key()?;
        let id = verdict.found.id.as_str().parse().ok()?;
        Some((key.clone(), id))
    })
    .collect()
}

/// The clients that a plan deletes.
fn list_going(plan: &Plan) -> BTreeSet<Key> {
    let deletions = plan.changes.iter();
    let deletions = deletions.filter(|change| change.action == Action::Delete);

    deletions
        .filter_map(|change| change.address.client_key())
        .cloned()
        .collect()
}

/// What each client may call for itself.
fn list_audiences(
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
