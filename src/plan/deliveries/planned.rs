//! A plan, with what is done about the credentials of clients.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::known::{Known, Stage};
use super::places::{Place, PlaceStanding};
use super::{
    Delivering, DeliveryAction, DeliveryReason, PlannedDelivery, Surroundings,
};
use crate::model::{Desired, Destination, Key, Looked, Snapshot};
use crate::plan::{Conflict, PlanError, Planned};

impl Planned {
    /// The same plan, with what is done about the credentials of clients.
    pub fn with_deliveries(
        mut self,
        desired: &Desired,
        seen: &Snapshot,
        surroundings: Surroundings,
    ) -> Result<Self, PlanError> {
        let places = &surroundings.places;
        let known = Known::of(desired, seen, &self.plan, &surroundings);

        let (declared, mut conflicts) = find_declared(places);
        let mut deliveries = Vec::new();
        let mut entries = BTreeMap::new();
        for (place, looked) in places {
            // By another name, it is the place of an entry that is declared.
            let is_declared = declared.contains(&place.destination.as_kept());
            if place.standing == PlaceStanding::Undeclared && is_declared {
                continue;
            }

            let entry = match known.own_entry(place, looked) {
                Ok(entry) => entry,
                Err(conflict) => {
                    conflicts.extend(conflict);
                    continue;
                }
            };
            if let Some(delivery) = known.decide(place, looked, entry) {
                deliveries.push(delivery);
                let key = (place.client.clone(), place.sink.clone());
                entries.extend(entry.map(|entry| (key, entry.clone())));
            }
        }
        if !conflicts.is_empty() {
            conflicts.sort();
            return Err(PlanError { conflicts });
        }

        keep_only_copies(&mut deliveries);
        let finished = known.list_finished(&deliveries);
        let Known {
            ids, audiences, ..
        } = known;
        self.delivering = Delivering {
            tenant: Some(seen.tenant.clone()),
            endpoints: surroundings.endpoints,
            ids,
            audiences,
            finished,
            entries,
        };
        self.plan.deliveries = deliveries;
        Ok(self)
    }
}

/// Where entries are declared to be, and those that would be written over
/// others there: now that addresses are known.
fn find_declared(
    places: &[(Place, Looked)],
) -> (BTreeSet<Destination>, Vec<Conflict>) {
    let places = places.iter().map(|(place, _)| place);
    let declared =
        places.filter(|place| place.standing == PlaceStanding::Declared);

    let mut taken = BTreeSet::new();
    let mut conflicts = Vec::new();
    for place in declared {
        if !taken.insert(place.destination.as_kept()) {
            conflicts.push(Conflict::StrangeEntry {
                key: place.client.clone(),
                destination: place.destination.to_string(),
                reason: "another delivery of this configuration goes there too"
                    .to_owned(),
            });
        }
    }
    (taken, conflicts)
}

/// Has an entry that is not declared any more stay as long as the same client
/// waits for another one: the secret in it may be nowhere else.
fn keep_only_copies(deliveries: &mut [PlannedDelivery]) {
    let waiting: BTreeSet<Key> = deliveries
        .iter()
        .filter(|delivery| {
            matches!(
                delivery.action,
                DeliveryAction::Withhold | DeliveryAction::Unseen
            )
        })
        .map(|delivery| delivery.client.clone())
        .collect();

    for delivery in deliveries {
        let is_only_dropped = delivery.reason == Some(DeliveryReason::NotNamed);
        if is_only_dropped && waiting.contains(&delivery.client) {
            delivery.action = DeliveryAction::Keep;
        }
    }
}

impl Known<'_> {
    /// What the marks of the clients that are not finished say of their keys
    /// once they are.
    fn list_finished(
        &self,
        deliveries: &[PlannedDelivery],
    ) -> BTreeMap<Key, SmolStr> {
        let is_unfinished =
            |key: &Key| !matches!(self.stage_of(key), Stage::InUse);
        let keys: BTreeSet<&Key> = deliveries
            .iter()
            .filter(|delivery| {
                delivery.is_written() && is_unfinished(&delivery.client)
            })
            .map(|delivery| &delivery.client)
            .collect();

        keys.into_iter()
            .filter_map(|key| {
                let mark = self
                    .desired
                    .finished_mark(key, self.seen)?;
                Some((key.clone(), mark.key_value()))
            })
            .collect()
    }
}
