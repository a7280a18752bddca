//! Brings the credentials of clients to their sinks.
//!
//! A client is made with a flag in its mark that says that nobody has its
//! credentials yet, and loses it only when they lie in every sink: whatever
//! ends a run in between, the next one knows that they may be set anew.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, stream};
use secrecy::SecretString;

use super::{DeliveryError, DeliveryOutcome, Outcome, Stop};

use crate::model::{
    Address, Attrs, ClientId, ClientRef, ClientSpec, Destination, Holds, Key,
    Label, Mark, RemoteId, Seen, Value,
};
use crate::plan::{
    Action, Change, Delivering, DeliveryAction, DeliveryReason, Plan,
    PlannedDelivery, SecretSource,
};
use crate::provider::{Mutate, Write};
use crate::secrets::{Entry, Sinks};

mod secret;

/// How the deliveries of a plan ended so far, by their places.
pub(super) type Ended = BTreeMap<usize, DeliveryOutcome>;

/// What brings credentials to their sinks.
pub(super) struct Courier<'a> {
    plan: &'a Plan,
    sinks: &'a Sinks,
    delivering: &'a Delivering,
    /// The places of what is done for each client: there may be very many.
    deeds: BTreeMap<&'a Key, Vec<usize>>,
}

/// A client whose credentials are brought.
#[derive(Clone, Copy)]
struct Recipient<'a> {
    key: &'a Key,
    id: &'a RemoteId,
}

impl<'a> Courier<'a> {
    pub(super) fn of(
        plan: &'a Plan,
        sinks: &'a Sinks,
        delivering: &'a Delivering,
    ) -> Self {
        let mut deeds: BTreeMap<&Key, Vec<usize>> = BTreeMap::new();
        for (place, delivery) in plan.deliveries.iter().enumerate() {
            if delivery.is_deed() {
                deeds
                    .entry(&delivery.client)
                    .or_default()
                    .push(place);
            }
        }

        Self {
            plan,
            sinks,
            delivering,
            deeds,
        }
    }

    /// Brings the credentials of a client that was just created. What the
    /// answer has told is nowhere else.
    pub(super) async fn bring_new<P: Mutate>(
        &self,
        provider: &P,
        change: &Change,
        id: &RemoteId,
        secret: Option<SecretString>,
    ) -> Ended {
        match key_of(&change.address) {
            Some(key) => {
                self.bring(provider, Recipient { key, id }, secret)
                    .await
            }
            None => Ended::new(),
        }
    }

    /// Brings everything that was not brought yet, to whichever clients are
    /// there, and removes what goes.
    pub(super) async fn bring_rest<P: Mutate>(
        &self,
        provider: &P,
        outcomes: &[Outcome],
        mut ended: Ended,
        stop: &Stop,
        parallelism: usize,
    ) -> Vec<DeliveryOutcome> {
        let ids = self.list_ids(outcomes);
        let staying = self.list_staying(outcomes);
        let left = self.deeds.iter().filter(|(_, places)| {
            let mut places = places.iter();
            places.any(|place| !ended.contains_key(place))
        });
        let clients: Vec<&Key> = left.map(|(key, _)| *key).collect();

        let bringing = stream::iter(clients)
            .map(|key| async {
                if stop.is_requested() {
                    return self.end_all(key, || DeliveryOutcome::NotTried);
                }
                let mut ended = match ids.get(key) {
                    Some(id) => {
                        self.bring(provider, Recipient { key, id }, None)
                            .await
                    }
                    None => self.end_writes(key, || DeliveryOutcome::Blocked),
                };
                // Last: what goes may hold the only copy of a secret.
                let is_well = ended.values().all(DeliveryOutcome::is_made);
                ended.extend(if is_well && !staying.contains(key) {
                    self.remove(key).await
                } else {
                    self.end_removals(key, || DeliveryOutcome::Blocked)
                });
                ended
            })
            .buffer_unordered(parallelism)
            .collect::<Vec<Ended>>()
            .await;
        for more in bringing {
            ended.extend(more);
        }

        let places = self.plan.deliveries.iter().enumerate();
        places
            .map(|(place, _)| {
                ended
                    .remove(&place)
                    .unwrap_or(DeliveryOutcome::Idle)
            })
            .collect()
    }

    /// The ids of the clients that are there now.
    fn list_ids(&self, outcomes: &[Outcome]) -> BTreeMap<Key, RemoteId> {
        let known = self.delivering.ids.iter();
        let mut ids: BTreeMap<Key, RemoteId> = known
            .map(|(key, id)| (key.clone(), RemoteId::new(id.as_str())))
            .collect();

        for (change, outcome) in self.plan.changes.iter().zip(outcomes) {
            if let (Some(key), Outcome::Applied(id)) =
                (key_of(&change.address), outcome)
                && change.action != Action::Delete
            {
                ids.insert(key.clone(), id.clone());
            }
        }
        ids
    }

    /// The clients that were to go and are still there, or may be.
    fn list_staying(&self, outcomes: &[Outcome]) -> BTreeSet<&'a Key> {
        let changes = self.plan.changes.iter().zip(outcomes);
        let staying = changes.filter(|(change, outcome)| {
            change.action == Action::Delete && !outcome.is_applied()
        });

        staying
            .filter_map(|(change, _)| key_of(&change.address))
            .collect()
    }

    /// What is done for a client, each with its place.
    fn deeds_of(
        &self,
        key: &Key,
    ) -> impl Iterator<Item = (usize, &'a PlannedDelivery)> {
        let places = self
            .deeds
            .get(key)
            .map_or(&[][..], Vec::as_slice);
        let deliveries = &self.plan.deliveries;
        places
            .iter()
            .filter_map(|place| Some((*place, deliveries.get(*place)?)))
    }

    fn writes_of(&self, key: &Key) -> Vec<(usize, &'a PlannedDelivery)> {
        let deeds = self.deeds_of(key);
        deeds
            .filter(|(_, delivery)| delivery.is_written())
            .collect()
    }

    fn end_all(
        &self,
        key: &Key,
        outcome: impl Fn() -> DeliveryOutcome,
    ) -> Ended {
        let deeds = self.deeds_of(key);
        deeds
            .map(|(place, _)| (place, outcome()))
            .collect()
    }

    fn end_writes(
        &self,
        key: &Key,
        outcome: impl Fn() -> DeliveryOutcome,
    ) -> Ended {
        let writes = self.writes_of(key).into_iter();
        writes
            .map(|(place, _)| (place, outcome()))
            .collect()
    }

    fn end_removals(
        &self,
        key: &Key,
        outcome: impl Fn() -> DeliveryOutcome,
    ) -> Ended {
        let deeds = self.deeds_of(key);
        let removals = deeds.filter(|(_, delivery)| !delivery.is_written());
        removals
            .map(|(place, _)| (place, outcome()))
            .collect()
    }

    /// Brings the credentials of one client to each of its sinks.
    async fn bring<P: Mutate>(
        &self,
        provider: &P,
        recipient: Recipient<'_>,
        told: Option<SecretString>,
    ) -> Ended {
        let writes = self.writes_of(recipient.key);
        if writes.is_empty() {
            return Ended::new();
        }

        let secret = match self
            .find_secret(provider, recipient, &writes, told)
            .await
        {
            Ok(secret) => secret,
            Err(error) => {
                let outcome = || DeliveryOutcome::Failed(error.clone());
                return self.end_writes(recipient.key, outcome);
            }
        };
        if let Some(secret) = &secret {
            self.sinks.secrets().keep(secret);
        }

        let mut ended = Ended::new();
        for (place, delivery) in writes {
            let put = self
                .put(recipient, delivery, secret.as_ref())
                .await;
            let outcome = match put {
                Ok(()) => DeliveryOutcome::Done,
                Err(error) => DeliveryOutcome::Failed(error),
            };
            ended.insert(place, outcome);
        }
        self.finish(provider, recipient, &mut ended)
            .await;

        // Nothing that is said from here on has it.
        if let Some(secret) = &secret {
            self.sinks.secrets().forget(secret);
        }
        ended
    }

    async fn put(
        &self,
        recipient: Recipient<'_>,
        delivery: &PlannedDelivery,
        secret: Option<&SecretString>,
    ) -> Result<(), DeliveryError> {
        let sink = self.sinks.get(&delivery.sink)?;
        let place = &delivery.destination.place;
        let before = self.seen(delivery);

        let (secret, since) = match delivery.source {
            Some(SecretSource::Sink) => {
                let since = before.map(|seen| seen.label.since.clone());
                let secret = self.read_back(recipient, delivery).await?;
                (
                    Some(secret.ok_or(DeliveryError::NotInSink)?),
                    since,
                )
            }
            Some(SecretSource::Nothing) => (None, None),
            _ => (secret.cloned(), None),
        };
        self.refuse_foreign(recipient, delivery, before)
            .await?;

        let since = since.unwrap_or_else(|| self.sinks.now());
        let destination = &delivery.destination;
        let entry =
            self.make_entry(recipient, secret, since, destination, before)?;
        sink.put(place, &entry, before).await?;
        Ok(())
    }

    /// Makes sure, where something was written to a place since its label was,
    /// that it is still of whom that speaks: what is somebody's is not
    /// written over, whatever stands beside it.
    async fn refuse_foreign(
        &self,
        recipient: Recipient<'_>,
        delivery: &PlannedDelivery,
        before: Option<&Seen>,
    ) -> Result<(), DeliveryError> {
        let Some(label) = before.map(|seen| &seen.label) else {
            return Ok(());
        };
        // A run that was interrupted leaves this too, of a client that nobody
        // uses yet. It needs no permission to read.
        let is_unfinished = delivery.reason
            == Some(DeliveryReason::Interrupted)
            && label.client_id.as_str() == recipient.id.as_str();
        if !label.is_outlived()
            || is_unfinished
            || !delivery.destination.kind.is_readable()
        {
            return Ok(());
        }

        let sink = self.sinks.get(&delivery.sink)?;
        match sink.read(&delivery.destination.place).await? {
            Some(there)
                if (&there.label.stack, &there.label.key)
                    != (&label.stack, &label.key) =>
            {
                Err(DeliveryError::NotInSink)
            }
            Some(_) | None => Ok(()),
        }
    }

    fn seen(&self, delivery: &PlannedDelivery) -> Option<&'a Seen> {
        let key = (delivery.client.clone(), delivery.sink.clone());
        self.delivering.entries.get(&key)
    }

    fn make_entry(
        &self,
        recipient: Recipient<'_>,
        secret: Option<SecretString>,
        since: String,
        destination: &Destination,
        before: Option<&Seen>,
    ) -> Result<Entry, DeliveryError> {
        let Delivering {
            tenant,
            endpoints,
            audiences,
            ..
        } = self.delivering;
        let client_id: ClientId = recipient.id.as_str().parse()?;
        let tenant = tenant
            .clone()
            .ok_or(DeliveryError::NotPlanned)?;
        let audiences = audiences
            .get(recipient.key)
            .cloned()
            .unwrap_or_default();

        Ok(Entry {
            label: Label {
                grantry: Label::FORM,
                stack: self.plan.stack.clone(),
                key: recipient.key.clone(),
                client_id,
                tenant,
                content: Label::digest_content(
                    endpoints.as_ref(),
                    &audiences,
                    destination,
                ),
                holds: if secret.is_some() {
                    Holds::Current
                } else {
                    Holds::Nothing
                },
                version: before
                    .map_or(1, |seen| seen.label.version.saturating_add(1)),
                since,
            },
            endpoints: endpoints.clone(),
            audiences,
            secret,
        })
    }

    /// Takes the flag off the mark of a client, once its credentials lie in
    /// every sink.
    async fn finish<P: Mutate>(
        &self,
        provider: &P,
        recipient: Recipient<'_>,
        ended: &mut Ended,
    ) {
        let is_everywhere = ended.values().all(DeliveryOutcome::is_made);
        let Some(finished) = self.delivering.finished.get(recipient.key) else {
            return;
        };
        if !is_everywhere {
            return;
        }

        let entries = Attrs::from_iter([(
            Mark::KEY.into(),
            Value::Text(finished.clone()),
        )]);
        let fields = Attrs::from_iter([(
            ClientSpec::METADATA.into(),
            Value::Entries(entries),
        )]);
        let write = Write::Update {
            address: Address::Client(ClientRef::Key(recipient.key.clone())),
            id: recipient.id.clone(),
            fields,
            // It is ours since a moment ago, or was so when the plan was made.
            precondition: None,
        };
        if let Err(error) = provider.write(&write).await {
            let error = DeliveryError::mark(error);
            for outcome in ended.values_mut() {
                *outcome = DeliveryOutcome::Failed(error.clone());
            }
        }
    }

    /// Removes the entries of a client that go.
    async fn remove(&self, key: &Key) -> Ended {
        let mut ended = Ended::new();
        for (place, delivery) in self.deeds_of(key) {
            if delivery.action != DeliveryAction::Remove {
                continue;
            }
            let outcome = match self.remove_one(delivery).await {
                Ok(()) => DeliveryOutcome::Done,
                Err(error) => DeliveryOutcome::Failed(error),
            };
            ended.insert(place, outcome);
        }
        ended
    }

    async fn remove_one(
        &self,
        delivery: &PlannedDelivery,
    ) -> Result<(), DeliveryError> {
        let sink = self.sinks.get(&delivery.sink)?;
        let before = self
            .seen(delivery)
            .ok_or(DeliveryError::NotPlanned)?;

        sink.remove(&delivery.destination.place, before)
            .await?;
        Ok(())
    }
}

fn key_of(address: &Address) -> Option<&Key> {
    match address {
        Address::Client(ClientRef::Key(key)) => Some(key),
        _ => None,
    }
}
