//! Runs the waves of a plan one after the other, the changes of a wave side by side.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::{StreamExt, stream};

use super::recheck::is_done;
use super::{Outcome, Report};
use crate::model::{Address, ClientRef, Found, RemoteId};
use crate::plan::{Action, Change, Cleared, Planned, Wave, blockers};
use crate::provider::{Mutate, ProviderError, Write, WriteError};

/// A request to stop: what is in flight is finished, nothing more is begun.
#[derive(Debug, Default)]
pub struct Stop(AtomicBool);

impl Stop {
    /// Asks for the stop.
    pub fn request(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Carries out a plan, and tells the end of each change as it comes. A change that fails blocks those
/// that need it, and nothing else.
pub async fn apply<P: Mutate>(
    provider: &P,
    cleared: Cleared,
    parallelism: NonZeroUsize,
    stop: &Stop,
    mut tell: impl FnMut(&Change, &Outcome),
) -> Report {
    let Planned { plan, ids, doomed, refusals: _ } = cleared.into_planned();
    let mut known = Known { ids, doomed };
    let blockers = blockers(&plan.changes);
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(plan.changes.len());
    for wave in plan.changes.chunk_by(|a, b| Wave::of(a) == Wave::of(b)) {
        let mut ended: BTreeMap<usize, Outcome> = BTreeMap::new();
        let mut ready = Vec::new();
        for (place, change) in (outcomes.len()..).zip(wave) {
            match blockers[place].iter().find(|cause| !outcomes[**cause].is_applied()) {
                Some(cause) => {
                    let blocked = Outcome::Blocked(*cause);
                    tell(change, &blocked);
                    ended.insert(place, blocked);
                }
                None => ready.push((place, change)),
            }
        }
        let mut written = Vec::new();
        {
            let running = stream::iter(ready)
                .map(|(place, change)| run(provider, place, change, &known, stop))
                .buffer_unordered(parallelism.get());
            let mut running = pin!(running);
            while let Some((place, result)) = running.next().await {
                let change = &plan.changes[place];
                let outcome = match result {
                    Ok(id) => {
                        written.push((change.address.clone(), id));
                        Outcome::Applied
                    }
                    Err(outcome) => outcome,
                };
                tell(change, &outcome);
                ended.insert(place, outcome);
            }
        }
        known.ids.extend(written);
        outcomes.extend(ended.into_values());
    }
    Report { plan, outcomes }
}

/// What must be known of the objects that the changes are about.
struct Known {
    /// Their ids; what is created adds its own.
    ids: BTreeMap<Address, RemoteId>,
    /// What is to be deleted, as it was when that was decided.
    doomed: BTreeMap<Address, Found>,
}

async fn run<P: Mutate>(
    provider: &P,
    place: usize,
    change: &Change,
    known: &Known,
    stop: &Stop,
) -> (usize, Result<RemoteId, Outcome>) {
    (place, make(provider, change, known, stop).await)
}

async fn make<P: Mutate>(
    provider: &P,
    change: &Change,
    known: &Known,
    stop: &Stop,
) -> Result<RemoteId, Outcome> {
    if stop.is_requested() {
        return Err(Outcome::NotTried);
    }
    let write = write(change, &known.ids).map_err(Outcome::Failed)?;
    if let Write::Delete { address, id } = &write {
        let found = provider.find(address, id).await.map_err(Outcome::Failed)?;
        let Some(found) = found else { return Ok(id.clone()) };
        if known.doomed.get(&change.address) != Some(&found) {
            let address = Box::new(change.address.clone());
            return Err(Outcome::Failed(ProviderError::ChangedSince { address }));
        }
    }
    match provider.write(&write).await {
        Ok(id) => Ok(id),
        Err(WriteError::Refused(error)) => Err(Outcome::Failed(error)),
        Err(WriteError::Unknown(error)) => match provider.read().await {
            Ok(seen) => is_done(&write, &seen).ok_or(Outcome::Unknown(error)),
            Err(_) => Err(Outcome::Unknown(error)),
        },
    }
}

/// The write that makes a change, with the tenant's ids in it.
fn write(change: &Change, ids: &BTreeMap<Address, RemoteId>) -> Result<Write, ProviderError> {
    let address = change.address.clone();
    let id = || {
        let gone = || ProviderError::Gone { address: Box::new(address.clone()) };
        ids.get(&address).cloned().ok_or_else(gone)
    };
    match change.action {
        Action::Create => {
            let address = named_by_id(&change.address, ids)?;
            Ok(Write::Create { address, attrs: change.fields.clone() })
        }
        Action::Adopt | Action::Update | Action::Release | Action::Narrow => {
            Ok(Write::Update { id: id()?, fields: change.fields.clone(), address })
        }
        Action::Delete => {
            Ok(Write::Delete { id: id()?, address: named_by_id(&change.address, ids)? })
        }
    }
}

/// The address of a grant with its client named by id, for a tenant that knows no keys.
fn named_by_id(
    address: &Address,
    ids: &BTreeMap<Address, RemoteId>,
) -> Result<Address, ProviderError> {
    let Address::Grant { client: client @ ClientRef::Key(_), audience, subject_type } = address
    else {
        return Ok(address.clone());
    };
    let client = Address::Client(client.clone());
    let id = ids.get(&client).and_then(|id| id.as_str().parse().ok());
    let id = id.ok_or_else(|| ProviderError::Gone { address: Box::new(client) })?;
    Ok(Address::Grant {
        client: ClientRef::Id(id),
        audience: audience.clone(),
        subject_type: *subject_type,
    })
}
