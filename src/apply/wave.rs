//! Runs the changes of one wave side by side, each after a last
//! look at what it is about.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::pin::pin;

use futures_util::{StreamExt, stream};

use super::census::{Census, Existing};
use super::deliver::{self, Courier};
use super::recheck::{Doubt, look_again};
use super::write::write_for;
use super::{Guard, Outcome, Stop};
use crate::model::{Address, RemoteId};
use crate::plan::{Action, Change, Expected, Plan};
use crate::provider::{
    Mutate, Observe as _, ProviderError, RejectedReason, Write, WriteError,
};

/// What must be known of the objects that the changes are about.
pub(super) struct Known {
    /// Their ids; what is created adds its own.
    pub(super) ids: BTreeMap<Address, RemoteId>,
    /// What is to be deleted, as it was when that was decided.
    pub(super) expected: BTreeMap<Address, Expected>,
}

/// How the changes of one wave ended so far, by their places.
/// Each is told of as it ends.
pub(super) struct Ended<'a, F> {
    changes: &'a [Change],
    tell: &'a mut F,
    pub(super) outcomes: BTreeMap<usize, Outcome>,
    pub(super) written: Vec<(Address, RemoteId)>,
    pub(super) delivered: deliver::Ended,
}

impl<'a, F: FnMut(&Change, &Outcome)> Ended<'a, F> {
    pub(super) fn new(changes: &'a [Change], tell: &'a mut F) -> Self {
        Self {
            changes,
            tell,
            outcomes: BTreeMap::new(),
            written: Vec::new(),
            delivered: deliver::Ended::new(),
        }
    }

    pub(super) fn record(&mut self, place: usize, outcome: Outcome) {
        let change = &self.changes[place];
        if let Outcome::Applied(id) = &outcome {
            self.written
                .push((change.address.clone(), id.clone()));
        }

        (self.tell)(change, &outcome);
        self.outcomes.insert(place, outcome);
    }
}

/// How a change ended, as far as its own answer says.
enum End {
    Ended(Outcome),
    /// A client was created, and this became of its credentials.
    Created(RemoteId, deliver::Ended),
    InDoubt(Write, Doubt),
}

/// What stays the same while a plan is carried out.
pub(super) struct Run<'a, P> {
    pub(super) provider: &'a P,
    pub(super) guard: &'a Guard,
    pub(super) stop: &'a Stop,
    pub(super) parallelism: NonZeroUsize,
    pub(super) plan: &'a Plan,
    pub(super) courier: Courier<'a>,
}

impl<P: Mutate> Run<'_, P> {
    /// Runs those changes of a wave that nothing blocks.
    pub(super) async fn run_wave<F: FnMut(&Change, &Outcome)>(
        &self,
        ready: Vec<usize>,
        known: &Known,
        ended: &mut Ended<'_, F>,
    ) {
        // Just before the first client is created or taken over: another run
        // may have been faster.
        let changes = ready
            .iter()
            .map(|place| &self.plan.changes[*place]);
        let census = Census::take(self.provider, changes, &known.ids).await;

        let mut doubtful = Vec::new();
        let running = stream::iter(ready)
            .map(|place| self.run_change(place, known, &census))
            .buffer_unordered(self.parallelism.get());
        let mut running = pin!(running);
        while let Some((place, end)) = running.next().await {
            match end {
                End::Ended(outcome) => ended.record(place, outcome),
                End::Created(id, delivered) => {
                    ended.delivered.extend(delivered);
                    ended.record(place, Outcome::Applied(id));
                }
                End::InDoubt(write, doubt) => {
                    doubtful.push((place, write, doubt));
                }
            }
        }

        // Before the next wave begins, which may need what is in doubt.
        for (place, outcome) in look_again(self.provider, doubtful).await {
            ended.record(place, outcome);
        }
    }

    async fn run_change(
        &self,
        place: usize,
        known: &Known,
        census: &Census,
    ) -> (usize, End) {
        let change = &self.plan.changes[place];
        let end = match self
            .make_change(change, known, census)
            .await
        {
            Ok(end) => end,
            // Nothing went wrong, and nothing was sent.
            Err(ProviderError::OutOfTime { .. }) => {
                End::Ended(Outcome::NotTried)
            }
            Err(error) => End::Ended(Outcome::Failed(error)),
        };

        (place, end)
    }

    /// Makes a change, unless what it is about is not any more as it was when
    /// it was planned.
    async fn make_change(
        &self,
        change: &Change,
        known: &Known,
        census: &Census,
    ) -> Result<End, ProviderError> {
        if self.stop.is_requested() {
            return Ok(End::Ended(Outcome::NotTried));
        }

        let write = write_for(change, &known.ids)?;
        if let Write::Delete {
            address, id, ..
        } = &write
        {
            let Some(now) = self
                .provider
                .reader()
                .inspect(address, id)
                .await?
            else {
                // Somebody else has deleted it.
                return Ok(End::Ended(Outcome::Applied(id.clone())));
            };
            // What nobody has looked at stays: it is not known what would be
            // lost with it.
            let expected = known.expected.get(&change.address);
            if !expected.is_some_and(|expected| expected.still_holds(&now)) {
                return Err(changed_since(change));
            }
        }

        if change.action == Action::Adopt
            && let Some(id) = known.ids.get(&change.address)
            && !census.is_as_planned(change, id)?
        {
            return Err(changed_since(change));
        }

        if change.creates_client() {
            match census.find_existing(change)? {
                // Asked last: the lock's time may have gone by while the
                // clients were listed.
                Existing::Nothing => self.guard.may_create()?,
                // Another run has made it, but whether just as wanted takes a
                // second look.
                Existing::Marked => {
                    let doubt = Doubt::Taken(already_exists(change));
                    return Ok(End::InDoubt(write, doubt));
                }
                Existing::Lookalike => return Err(already_exists(change)),
            }
        }

        self.send(write, change).await
    }

    async fn send(
        &self,
        write: Write,
        change: &Change,
    ) -> Result<End, ProviderError> {
        match self
            .provider
            .write_for_secret(&write)
            .await
        {
            // At once: what the answer has told is nowhere but here.
            Ok((id, secret)) if change.creates_client() => {
                let bringing =
                    self.courier
                        .bring_new(self.provider, change, &id, secret);
                // Apart, as many of these run at the same time, and most
                // changes create no client.
                let delivered = Box::pin(bringing).await;
                Ok(End::Created(id, delivered))
            }
            Ok((id, _)) => Ok(End::Ended(Outcome::Applied(id))),
            // Another run may have made just this. A client is no such case:
            // the tenant takes two.
            Err(WriteError::Refused(error) | WriteError::Unknown(error))
                if is_there(&error) =>
            {
                Ok(End::InDoubt(write, Doubt::Taken(error)))
            }
            Err(WriteError::Refused(error)) => Err(error),
            Err(WriteError::Unknown(error)) => {
                Ok(End::InDoubt(write, Doubt::of(error)))
            }
        }
    }
}

fn changed_since(change: &Change) -> ProviderError {
    ProviderError::ChangedSince {
        address: Box::new(change.address.clone()),
    }
}

fn already_exists(change: &Change) -> ProviderError {
    ProviderError::AlreadyExists {
        address: Box::new(change.address.clone()),
    }
}

/// Whether an object could not be created because there is one already.
fn is_there(error: &ProviderError) -> bool {
    matches!(
        error,
        ProviderError::Rejected {
            objection: RejectedReason::Conflict,
            ..
        } | ProviderError::AlreadyExists { .. }
    )
}
