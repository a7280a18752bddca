//! Runs the waves of a plan one after the other, the changes of a wave side by side.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::{StreamExt, stream};
use tokio::sync::Notify;

use super::census::{Came, Census};
use super::recheck::Seen;
use super::{Guard, Outcome, Report, SameMark};
use crate::model::{Address, ClientId, ClientRef, RemoteId, Snapshot};
use crate::plan::{Action, Change, Cleared, Doomed, Plan, Planned, Twins, Wave, blockers};
use crate::provider::{Mutate, Objection, Observe as _, ProviderError, Write, WriteError};

/// A request to stop: what is in flight is finished, nothing more is begun.
#[derive(Debug, Default)]
pub struct Stop {
    is_requested: AtomicBool,
    requested: Notify,
}

impl Stop {
    /// Asks for the stop.
    pub fn request(&self) {
        self.is_requested.store(true, Ordering::Release);
        self.requested.notify_waiters();
    }

    /// Whether it was asked for.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        self.is_requested.load(Ordering::Acquire)
    }

    /// Waits until it is asked for.
    pub(super) async fn requested(&self) {
        let mut requested = pin!(self.requested.notified());
        // From here on no request is missed.
        requested.as_mut().enable();

        if !self.is_requested() {
            requested.await;
        }
    }
}

/// Carries out a plan, and tells the end of each change as it comes. A change that fails blocks those
/// that need it, and nothing else.
///
/// What deletes is looked at just before, and compared with what [`crate::provider::inspect`] saw.
/// Where the tenant does not keep names apart, clients are listed before the first of them is created
/// and again at the end; the guard says whether others are kept out meanwhile.
pub async fn apply<P: Mutate>(
    provider: &P,
    cleared: Cleared,
    guard: &Guard,
    parallelism: NonZeroUsize,
    stop: &Stop,
    tell: impl FnMut(&Change, &Outcome),
) -> Report {
    let Planned {
        plan,
        ids,
        doomed,
        refusals: _,
    } = cleared.into_planned();
    let run = Run {
        provider,
        guard,
        stop,
        parallelism,
        plan: &plan,
    };
    let known = Known { ids, doomed };

    let carried_out = run.carry_out(known, tell);
    let (outcomes, twins) = tokio::select! {
        ended = carried_out => ended,
        never = guard.keep(provider) => match never {},
    };
    Report {
        plan,
        outcomes,
        twins,
    }
}

/// What stays the same while a plan is carried out.
struct Run<'a, P> {
    provider: &'a P,
    guard: &'a Guard,
    stop: &'a Stop,
    parallelism: NonZeroUsize,
    plan: &'a Plan,
}

impl<P: Mutate> Run<'_, P> {
    /// Runs every wave, and looks at the clients at the end.
    async fn carry_out(
        &self,
        mut known: Known,
        mut tell: impl FnMut(&Change, &Outcome),
    ) -> (Vec<Outcome>, Result<Vec<SameMark>, ProviderError>) {
        let changes = &self.plan.changes;
        let mut blockers = blockers(changes).into_iter();
        let mut outcomes: Vec<Outcome> = Vec::with_capacity(changes.len());

        for wave in changes.chunk_by(|a, b| Wave::of(a) == Wave::of(b)) {
            if let Some(first) = wave.first() {
                tracing::info!(wave = ?Wave::of(first), changes = wave.len(), "applying");
            }
            let mut ended = Ended::default();
            let mut ready = Vec::new();
            for ((place, change), causes) in (outcomes.len()..).zip(wave).zip(blockers.by_ref()) {
                match held_up(&causes, &outcomes) {
                    Some(outcome) => ended.tell(place, change, outcome, &mut tell),
                    None => ready.push((place, change)),
                }
            }

            self.run_wave(ready, &known, &mut ended, &mut tell).await;
            known.ids.extend(ended.written);
            outcomes.extend(ended.outcomes.into_values());
        }

        let twins = self.find_twins(&outcomes).await;
        (outcomes, twins)
    }

    /// Runs the changes of one wave side by side.
    async fn run_wave(
        &self,
        ready: Vec<(usize, &Change)>,
        known: &Known,
        ended: &mut Ended,
        tell: &mut impl FnMut(&Change, &Outcome),
    ) {
        let changes = &self.plan.changes;
        let mut doubtful = Vec::new();

        // Just before the first client is created or taken over: another run may have been faster.
        let changes_of_wave = ready.iter().map(|(_, change)| *change);
        let census = Census::take(self.provider, changes_of_wave, &known.ids).await;
        {
            let running = stream::iter(ready)
                .map(|(place, change)| self.run(place, change, known, &census))
                .buffer_unordered(self.parallelism.get());
            let mut running = pin!(running);
            while let Some((place, end)) = running.next().await {
                let change = &changes[place];
                match end {
                    End::Written(id) => ended.write(place, change, id, tell),
                    End::Ended(outcome) => ended.tell(place, change, outcome, tell),
                    End::Lost(write, error) => doubtful.push((place, write, Doubt::of(error))),
                    End::Taken(write, error) => doubtful.push((place, write, Doubt::Taken(error))),
                }
            }
        }

        for (place, end) in look_again(self.provider, doubtful).await {
            let change = &changes[place];
            match end {
                Ok(id) => ended.write(place, change, id, tell),
                Err(outcome) => ended.tell(place, change, outcome, tell),
            }
        }
    }

    async fn run(
        &self,
        place: usize,
        change: &Change,
        known: &Known,
        census: &Census,
    ) -> (usize, End) {
        let end = self.make(change, known, census).await;
        let end = end.unwrap_or_else(|error| {
            End::Ended(match error {
                // Nothing went wrong, and nothing was sent.
                ProviderError::OutOfTime { .. } => Outcome::NotTried,
                error => Outcome::Failed(error),
            })
        });
        (place, end)
    }

    async fn make(
        &self,
        change: &Change,
        known: &Known,
        census: &Census,
    ) -> Result<End, ProviderError> {
        if self.stop.is_requested() {
            return Ok(End::Ended(Outcome::NotTried));
        }

        let write = write(change, &known.ids)?;
        if let Write::Delete { address, id } = &write {
            let Some(now) = self.provider.reader().inspect(address, id).await? else {
                return Ok(End::Written(id.clone()));
            };
            if !known
                .doomed
                .get(&change.address)
                .is_some_and(|doomed| doomed.still_holds(&now))
            {
                let address = Box::new(change.address.clone());
                return Err(ProviderError::ChangedSince { address });
            }
        }

        if change.action == Action::Adopt
            && let Some(id) = known.ids.get(&change.address)
            && !census.is_as_planned(change, id)?
        {
            let address = Box::new(change.address.clone());
            return Err(ProviderError::ChangedSince { address });
        }

        if change.creates_client() {
            let error = ProviderError::AlreadyExists {
                address: Box::new(change.address.clone()),
            };
            match census.came(change)? {
                Came::Nothing => self.guard.may_create()?,
                Came::Marked => return Ok(End::Taken(write, error)),
                Came::Lookalike => return Err(error),
            }
        }

        match self.provider.write(&write).await {
            Ok(id) => Ok(End::Written(id)),
            // Another run may have made just this. A client is no such case: the tenant takes two.
            Err(WriteError::Refused(error) | WriteError::Unknown(error)) if is_there(&error) => {
                Ok(End::Taken(write, error))
            }
            Err(WriteError::Refused(error)) => Err(error),
            Err(WriteError::Unknown(error)) => Ok(End::Lost(write, error)),
        }
    }

    /// Lists the clients after the last of them was created: whoever else created one of them at the
    /// same moment, or a proxy that sent a request twice, has made a twin.
    async fn find_twins(&self, outcomes: &[Outcome]) -> Result<Vec<SameMark>, ProviderError> {
        let changes = self.plan.changes.iter().zip(outcomes);
        let created: Vec<&Change> = changes
            .filter(|(change, outcome)| change.creates_client() && outcome.may_have_been_made())
            .map(|(change, _)| change)
            .collect();
        let clients =
            match Census::take(self.provider, created.iter().copied(), &BTreeMap::new()).await {
                Census::NotNeeded => return Ok(Vec::new()),
                Census::Failed(error) => return Err(error),
                Census::Taken(clients) => clients,
            };

        let mut same_marks = Vec::new();
        for (key, ids) in clients.twins(created.into_iter()) {
            same_marks.push(SameMark {
                key,
                twins: self.with_grants(ids).await,
            });
        }
        Ok(same_marks)
    }

    /// Twins are told of also where their grants cannot be counted.
    async fn with_grants(&self, ids: Vec<ClientId>) -> Twins {
        let mut grants = Vec::with_capacity(ids.len());
        for id in ids {
            let address = Address::Client(ClientRef::Id(id.clone()));
            let inspection = self
                .provider
                .reader()
                .inspect(&address, &RemoteId::new(id.as_str()))
                .await;
            let inspection = inspection.ok().flatten();
            grants.push((id, inspection.map(|inspection| inspection.grants.len())));
        }
        grants.into_iter().collect()
    }
}

/// How the changes of one wave ended so far, by their places.
#[derive(Default)]
struct Ended {
    outcomes: BTreeMap<usize, Outcome>,
    written: Vec<(Address, RemoteId)>,
}

impl Ended {
    fn write(
        &mut self,
        place: usize,
        change: &Change,
        id: RemoteId,
        tell: &mut impl FnMut(&Change, &Outcome),
    ) {
        self.written.push((change.address.clone(), id.clone()));
        self.tell(place, change, Outcome::Applied(id), tell);
    }

    fn tell(
        &mut self,
        place: usize,
        change: &Change,
        outcome: Outcome,
        tell: &mut impl FnMut(&Change, &Outcome),
    ) {
        tell(change, &outcome);
        self.outcomes.insert(place, outcome);
    }
}

/// How a change ends that needs others, if one of those was not applied.
fn held_up(causes: &[usize], outcomes: &[Outcome]) -> Option<Outcome> {
    let mut ended = causes
        .iter()
        .filter_map(|cause| Some((*cause, outcomes.get(*cause)?)));
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
    doomed: BTreeMap<Address, Doomed>,
}

/// How a change ended, as far as its own answer says.
enum End {
    Written(RemoteId),
    Ended(Outcome),
    /// No answer came back.
    Lost(Write, ProviderError),
    /// There is an object already where one was to be created.
    Taken(Write, ProviderError),
}

/// Why it is not known whether a write was made.
enum Doubt {
    /// No answer came back.
    Lost(ProviderError),
    /// It was refused, and an earlier attempt may have been carried out.
    Refused(ProviderError),
    /// There is an object already, which may be just as wanted.
    Taken(ProviderError),
}

impl Doubt {
    fn of(error: ProviderError) -> Self {
        match error {
            ProviderError::RateLimited { .. }
            | ProviderError::Forbidden { .. }
            | ProviderError::Rejected {
                status: 400..=499, ..
            } => Self::Refused(error),
            error => Self::Lost(error),
        }
    }
}

/// Reads the tenant again, once for all writes that are in doubt, and before anything else is done to
/// their objects.
async fn look_again<P: Mutate>(
    provider: &P,
    doubtful: Vec<(usize, Write, Doubt)>,
) -> Vec<(usize, Result<RemoteId, Outcome>)> {
    if doubtful.is_empty() {
        return Vec::new();
    }

    let writes = doubtful.iter().map(|(_, write, _)| write);
    let snapshot = read_again(provider, writes).await.ok();
    let seen = snapshot.as_ref().map(Seen::of);
    let looked = doubtful.into_iter().map(|(place, write, doubt)| {
        let id = seen.as_ref().and_then(|seen| seen.id_if_done(&write));
        let is_absent = seen
            .as_ref()
            .is_some_and(|seen| seen.shows_nothing_of(&write));
        let outcome = id.ok_or(match doubt {
            Doubt::Refused(error) if is_absent => Outcome::Failed(error),
            Doubt::Lost(error) | Doubt::Refused(error) => Outcome::Unknown(error),
            Doubt::Taken(error) => Outcome::Failed(error),
        });
        (place, outcome)
    });
    looked.collect()
}

/// The tenant as it is now, with all there is to see of the objects of these writes.
async fn read_again<P: Mutate>(
    provider: &P,
    writes: impl Iterator<Item = &Write>,
) -> Result<Snapshot, ProviderError> {
    let snapshot = provider.reader().read().await?;
    let seen = Seen::of(&snapshot);
    let unlisted = writes
        .filter_map(|write| seen.unlisted(write).cloned())
        .collect();

    provider.reader().complete(snapshot, &unlisted).await
}

/// Whether an object could not be created because there is one already.
fn is_there(error: &ProviderError) -> bool {
    matches!(
        error,
        ProviderError::Rejected {
            objection: Objection::Conflict,
            ..
        } | ProviderError::AlreadyExists { .. }
    )
}

/// The write that makes a change, with the tenant's ids in it.
fn write(change: &Change, ids: &BTreeMap<Address, RemoteId>) -> Result<Write, ProviderError> {
    let address = change.address.clone();
    let id = || {
        let gone = || ProviderError::Gone {
            address: Box::new(address.clone()),
        };
        ids.get(&address).cloned().ok_or_else(gone)
    };
    match change.action {
        Action::Create => {
            let address = named_by_id(&change.address, ids)?;
            Ok(Write::Create {
                address,
                attrs: change.fields.clone(),
            })
        }
        Action::Adopt | Action::Update | Action::Release | Action::Narrow => {
            let (fields, precondition) = (change.fields.clone(), change.precondition.clone());
            Ok(Write::Update {
                id: id()?,
                fields,
                address,
                precondition,
            })
        }
        Action::Delete => Ok(Write::Delete {
            id: id()?,
            address: named_by_id(&change.address, ids)?,
        }),
    }
}

fn named_by_id(
    address: &Address,
    ids: &BTreeMap<Address, RemoteId>,
) -> Result<Address, ProviderError> {
    address
        .named_by_id(ids)
        .map_err(|client| ProviderError::Gone {
            address: Box::new(client),
        })
}
