//! Runs the waves of a plan one after the other, the changes of a wave side by side.

use std::collections::BTreeMap;
use std::convert::identity;
use std::num::NonZeroUsize;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::{StreamExt, stream};

use super::recheck::{is_done, written};
use super::{Outcome, Report};
use crate::model::{Address, ClientRef, Found, RemoteId, Snapshot};
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
    let mut blockers = blockers(&plan.changes).into_iter();
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(plan.changes.len());
    for wave in plan.changes.chunk_by(|a, b| Wave::of(a) == Wave::of(b)) {
        let mut ended: BTreeMap<usize, Outcome> = BTreeMap::new();
        let mut ready = Vec::new();
        for ((place, change), causes) in (outcomes.len()..).zip(wave).zip(blockers.by_ref()) {
            match held_up(&causes, &outcomes) {
                Some(outcome) => {
                    tell(change, &outcome);
                    ended.insert(place, outcome);
                }
                None => ready.push((place, change)),
            }
        }
        let (mut written, mut lost) = (Vec::new(), Vec::new());
        {
            let running = stream::iter(ready)
                .map(|(place, change)| run(provider, place, change, &known, stop))
                .buffer_unordered(parallelism.get());
            let mut running = pin!(running);
            while let Some((place, end)) = running.next().await {
                let change = &plan.changes[place];
                let outcome = match end {
                    End::Written(id) => {
                        written.push((change.address.clone(), id));
                        Outcome::Applied
                    }
                    End::Ended(outcome) => outcome,
                    End::Lost(write, error) => {
                        lost.push((place, write, error));
                        continue;
                    }
                };
                tell(change, &outcome);
                ended.insert(place, outcome);
            }
        }
        for (place, end) in look_again(provider, lost).await {
            let change = &plan.changes[place];
            let outcome = end.map_or_else(identity, |id| {
                written.push((change.address.clone(), id));
                Outcome::Applied
            });
            tell(change, &outcome);
            ended.insert(place, outcome);
        }
        known.ids.extend(written);
        outcomes.extend(ended.into_values());
    }
    Report { plan, outcomes }
}

/// How a change ends that needs others, if one of those was not applied.
fn held_up(causes: &[usize], outcomes: &[Outcome]) -> Option<Outcome> {
    let mut ended = causes.iter().filter_map(|cause| Some((*cause, outcomes.get(*cause)?)));
    let (cause, outcome) = ended.find(|(_, outcome)| !outcome.is_applied())?;
    Some(match outcome {
        // Nothing went wrong; the run was stopped.
        Outcome::NotTried => Outcome::NotTried,
        _ => Outcome::Blocked(cause),
    })
}

/// What must be known of the objects that the changes are about.
struct Known {
    /// Their ids; what is created adds its own.
    ids: BTreeMap<Address, RemoteId>,
    /// What is to be deleted, as it was when that was decided.
    doomed: BTreeMap<Address, Found>,
}

/// How a change ended, as far as its own answer says.
enum End {
    Written(RemoteId),
    Ended(Outcome),
    /// No answer came back.
    Lost(Write, ProviderError),
}

async fn run<P: Mutate>(
    provider: &P,
    place: usize,
    change: &Change,
    known: &Known,
    stop: &Stop,
) -> (usize, End) {
    let end = make(provider, change, known, stop).await;
    let end = end.unwrap_or_else(|error| {
        End::Ended(match error {
            // Nothing went wrong, and nothing was sent.
            ProviderError::OutOfTime { .. } => Outcome::NotTried,
            error => Outcome::Failed(error),
        })
    });
    (place, end)
}

async fn make<P: Mutate>(
    provider: &P,
    change: &Change,
    known: &Known,
    stop: &Stop,
) -> Result<End, ProviderError> {
    if stop.is_requested() {
        return Ok(End::Ended(Outcome::NotTried));
    }
    let write = write(change, &known.ids)?;
    if let Write::Delete { address, id } = &write {
        let Some(found) = provider.find(address, id).await? else {
            return Ok(End::Written(id.clone()));
        };
        if known.doomed.get(&change.address) != Some(&found) {
            return Err(ProviderError::ChangedSince { address: Box::new(change.address.clone()) });
        }
    }
    match provider.write(&write).await {
        Ok(id) => Ok(End::Written(id)),
        Err(WriteError::Refused(error)) => Err(error),
        Err(WriteError::Unknown(error)) => Ok(End::Lost(write, error)),
    }
}

/// Reads the tenant again, once for all writes whose answers were lost, and before anything else is
/// done to their objects.
async fn look_again<P: Mutate>(
    provider: &P,
    lost: Vec<(usize, Write, ProviderError)>,
) -> Vec<(usize, Result<RemoteId, Outcome>)> {
    if lost.is_empty() {
        return Vec::new();
    }
    let seen = read_again(provider, &lost).await.ok();
    let looked = lost.into_iter().map(|(place, write, error)| {
        let id = seen.as_ref().and_then(|seen| is_done(&write, seen));
        (place, id.ok_or(Outcome::Unknown(error)))
    });
    looked.collect()
}

/// The tenant as it is now, with all there is to see of the objects of these writes.
async fn read_again<P: Mutate>(
    provider: &P,
    lost: &[(usize, Write, ProviderError)],
) -> Result<Snapshot, ProviderError> {
    let seen = provider.read().await?;
    let closer = lost.iter().filter_map(|(_, write, _)| written(write, &seen)).collect();
    provider.complete(seen, &closer).await
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
