//! What a run costs: how many requests it takes to read the tenant and to
//! change it, and what must be allowed for that.

use std::collections::BTreeSet;

use super::pages::requests_of_walk;
use super::procedure::Rehearsal;
use crate::model::{
    Address, ClientRef, ClientSpec, Desired, Found, GrantSpec, Kind, Snapshot,
};
use crate::plan::{Action, Change, Handover, Plan, Planned, SecretSource};
use crate::provider::{LockUse, Need, Objects};

/// How many requests it takes to look, one by one, at what listings do not show
/// of what is declared: fewer where some of it is not there yet, more where
/// over a hundred organizations may use a grant.
pub(super) fn count_detail_requests(desired: &Desired) -> usize {
    let clients = desired
        .clients
        .values()
        .filter(|client| client.declares_keys());
    let grants = desired.grants.iter().filter(|grant| {
        !grant
            .spec
            .settings
            .organizations
            .is_absent()
    });

    clients.count() + grants.count()
}

/// What applying a plan takes: how many requests, and what
/// must be allowed for them.
pub(super) fn estimate(
    planned: &Planned,
    seen: &Snapshot,
    lock: LockUse,
) -> (usize, BTreeSet<Need>) {
    let mut rehearsal = Rehearsal::default();
    let mut inspections = 0;
    for change in &planned.plan.changes {
        rehearsal.rehearse(change, find_object(change, planned, seen));
        if change.action == Action::Delete {
            inspections += count_inspection_requests(change.address.kind());
        }
    }
    let (of_deliveries, needs_of_deliveries) = estimate_deliveries(planned);
    let requests = inspections
        + rehearsal.requests
        + of_deliveries
        + count_requests_around(&planned.plan, seen, lock);

    let mut needs = rehearsal.needs;
    needs.extend(needs_of_deliveries);
    if planned.plan.needs_lock() && lock == LockUse::Taken {
        // The lock is an API: taken, renewed and given back.
        let apis = Objects::Of(Kind::ResourceServer);
        needs.extend([
            Need::Create(apis),
            Need::Update(apis),
            Need::Delete(apis),
        ]);
    }

    (requests, needs)
}

/// What bringing credentials to sinks takes of the tenant.
fn estimate_deliveries(planned: &Planned) -> (usize, BTreeSet<Need>) {
    let mut requests = 0;
    let mut needs = BTreeSet::new();
    for Handover {
        source,
        finishes,
    } in planned.handovers()
    {
        match source {
            // The answer to the creation tells it.
            Some(SecretSource::Creation) | None => {}
            Some(SecretSource::Anew) => {
                // A last look at the client before that.
                requests += count_inspection_requests(Kind::Client) + 1;
                needs.insert(Need::Update(Objects::Secrets));
            }
            Some(_) => requests += 1,
        }
        if finishes {
            requests += 1;
            needs.insert(Need::Update(Objects::Of(Kind::Client)));
        }
    }
    (requests, needs)
}

/// The object of a change as it was seen, if what is kept beside
/// it can make a difference.
fn find_object<'a>(
    change: &Change,
    planned: &Planned,
    seen: &'a Snapshot,
) -> Option<&'a Found> {
    let is_about_details = [ClientSpec::METHODS, GrantSpec::ORGANIZATIONS]
        .iter()
        .any(|field| change.fields.contains_key(*field));
    // Nearly every change: its object need not be looked up
    // among all that were seen.
    if !is_about_details {
        return None;
    }

    let address = match &change.address {
        client @ Address::Client(_) => {
            let id = planned
                .ids
                .get(client)?
                .as_str()
                .parse()
                .ok()?;
            Address::Client(ClientRef::Id(id))
        }
        other => other.named_by_id(&planned.ids).ok()?,
    };
    seen.found.get(&address)
}

/// Looking once more at an object just before it is deleted, and at the grants
/// that would end with it.
fn count_inspection_requests(kind: Kind) -> usize {
    match kind {
        Kind::Grant => 1,
        Kind::ResourceServer | Kind::Client => 2,
    }
}

/// How many requests a run takes beside its changes: the clients are listed
/// before some are created or taken over, and again once some were created,
/// under the lock of the stack.
fn count_requests_around(plan: &Plan, seen: &Snapshot, lock: LockUse) -> usize {
    let locking = if plan.needs_lock() {
        count_lock_requests(lock)
    } else {
        0
    };
    if !plan
        .changes
        .iter()
        .any(Change::lists_clients)
    {
        return locking;
    }

    let addresses = seen.found.keys();
    let clients = addresses
        .filter(|address| address.kind() == Kind::Client)
        .count();
    let changes = plan.changes.iter();
    let created = changes
        .filter(|change| change.creates_client())
        .count();

    let before = requests_of_walk(clients);
    if created == 0 {
        return before + locking;
    }
    let after = requests_of_walk(clients + created);
    before + locking + after
}

fn count_lock_requests(lock: LockUse) -> usize {
    match lock {
        // To take it and to give it back. One that is held for more than a
        // minute is renewed; nobody knows that beforehand.
        LockUse::Taken => 2,
        LockUse::Forgone => 0,
    }
}
