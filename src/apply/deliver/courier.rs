//! What brings credentials, with what it is to do for each client.

use std::collections::BTreeMap;

use crate::apply::DeliveryOutcome;
use crate::model::{Key, RemoteId, Seen};
use crate::plan::{Delivering, Plan, PlannedDelivery};
use crate::secrets::Sinks;

/// How the deliveries of a plan ended so far, by their places.
pub(in crate::apply) type Ended = BTreeMap<usize, DeliveryOutcome>;

/// What brings credentials to their sinks.
pub(in crate::apply) struct Courier<'a> {
    pub(super) plan: &'a Plan,
    pub(super) sinks: &'a Sinks,
    pub(super) delivering: &'a Delivering,
    /// The places of what is done for each client: there may be very many.
    pub(super) deeds: BTreeMap<&'a Key, Vec<usize>>,
}

/// A client whose credentials are brought.
#[derive(Clone, Copy)]
pub(super) struct Recipient<'a> {
    pub(super) key: &'a Key,
    pub(super) id: &'a RemoteId,
}

impl<'a> Courier<'a> {
    pub(in crate::apply) fn of(
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

    /// What is done for a client, each with its place.
    pub(super) fn deeds_of(
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

    pub(super) fn writes_of(
        &self,
        key: &Key,
    ) -> Vec<(usize, &'a PlannedDelivery)> {
        let deeds = self.deeds_of(key);
        deeds
            .filter(|(_, delivery)| delivery.is_written())
            .collect()
    }

    pub(super) fn end_all(
        &self,
        key: &Key,
        outcome: impl Fn() -> DeliveryOutcome,
    ) -> Ended {
        let deeds = self.deeds_of(key);
        deeds
            .map(|(place, _)| (place, outcome()))
            .collect()
    }

    pub(super) fn end_writes(
        &self,
        key: &Key,
        outcome: impl Fn() -> DeliveryOutcome,
    ) -> Ended {
        let writes = self.writes_of(key).into_iter();
        writes
            .map(|(place, _)| (place, outcome()))
            .collect()
    }

    pub(super) fn end_removals(
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

    /// The entry that was seen where one is put or removed.
    pub(super) fn seen(&self, delivery: &PlannedDelivery) -> Option<&'a Seen> {
        let key = (delivery.client.clone(), delivery.sink.clone());
        self.delivering.entries.get(&key)
    }
}
