//! What to do about each entry, from what was seen of it.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::known::{list_audiences, list_going, list_ids_of_ours};
use super::places::{Place, PlaceStanding};
use super::{
    Delivering, DeliveryAction, DeliveryReason, PlannedDelivery, Reveal,
    SecretAccess, SecretSource, Surroundings,
};
use crate::model::{
    Address, ClientId, ClientRef, Delivery, Desired, DesiredClient,
    Destination, Holds, Identifier, Key, Label, Looked, Prune, Seen, Snapshot,
    Written,
};
use crate::plan::{Conflict, PlanError, Planned};

/// How far a client is whose credentials are to be delivered.
#[derive(Debug, Clone)]
enum Stage {
    /// It is to be created.
    New,
    /// It was created, and nobody is told of its secret yet.
    Unfinished,
    /// It may be in use.
    InUse,
}

impl Planned {
    /// The same plan, with what is done about the credentials of clients.
    pub fn with_deliveries(
        mut self,
        desired: &Desired,
        seen: &Snapshot,
        surroundings: Surroundings,
    ) -> Result<Self, PlanError> {
        let places = &surroundings.places;
        let decision = Decision {
            desired,
            seen,
            ids: list_ids_of_ours(desired, seen),
            going: list_going(&self.plan),
            audiences: list_audiences(desired, seen),
            surroundings: &surroundings,
        };

        let (declared, mut conflicts) = find_declared(places);
        let mut deliveries = Vec::new();
        let mut entries = BTreeMap::new();
        for (place, looked) in places {
            // By another name, it is the place of an entry that is declared.
            let is_declared = declared.contains(&place.destination.as_kept());
            if place.standing == PlaceStanding::Undeclared && is_declared {
                continue;
            }

            match decision.own_entry(place, looked) {
                Ok(entry) => {
                    let Some(delivery) = decision.decide(place, looked, entry)
                    else {
                        continue;
                    };
                    deliveries.push(delivery);
                    let key = (place.client.clone(), place.sink.clone());
                    entries.extend(entry.map(|entry| (key, entry.clone())));
                }
                Err(conflict) => conflicts.extend(conflict),
            }
        }
        keep_only_copies(&mut deliveries);
        if !conflicts.is_empty() {
            conflicts.sort();
            return Err(PlanError { conflicts });
        }

        let finished = decision.list_finished(&deliveries);
        let Decision {
            ids, audiences, ..
        } = decision;
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

struct Decision<'a> {
    desired: &'a Desired,
    seen: &'a Snapshot,
    /// Those of the clients that are ours, also where they are not declared
    /// any more.
    ids: BTreeMap<Key, ClientId>,
    /// The clients that go.
    going: BTreeSet<Key>,
    audiences: BTreeMap<Key, BTreeMap<Key, Identifier>>,
    surroundings: &'a Surroundings,
}

impl Decision<'_> {
    /// The entry that was seen at a place, if it is ours. What is another's is
    /// in the way only where something is to be put.
    fn own_entry<'s>(
        &self,
        place: &Place,
        looked: &'s Looked,
    ) -> Result<Option<&'s Seen>, Option<Conflict>> {
        let is_wanted = place.standing == PlaceStanding::Declared;
        let refuse = |reason: String| {
            is_wanted.then(|| Conflict::StrangeEntry {
                key: place.client.clone(),
                destination: place.destination.to_string(),
                reason,
            })
        };

        match looked {
            Looked::Nothing | Looked::Unseen => Ok(None),
            Looked::Strange(reason) => Err(refuse(reason.clone())),
            Looked::Entry(seen) => {
                if let Some(objection) =
                    self.objection_to_owner(place, &seen.label)
                {
                    return Err(refuse(objection));
                }
                Ok(Some(seen))
            }
        }
    }

    /// Why an entry is not that of this client of this stack in this tenant;
    /// nothing, if it is.
    fn objection_to_owner(
        &self,
        place: &Place,
        label: &Label,
    ) -> Option<String> {
        let Label {
            stack,
            key,
            client_id,
            tenant,
            ..
        } = label;
        let is_its_own = self.ids.get(&place.client) == Some(client_id);

        // A former name of the stack counts where the client itself was taken
        // over with it.
        let is_of_stack = *stack == self.desired.stack
            || self
                .desired
                .policy
                .former_stacks
                .contains(stack)
                && is_its_own;
        if !is_of_stack {
            return Some(format!("it is an entry of the stack `{stack}`"));
        }
        if *key != place.client {
            return Some(format!("it is the entry of clients.{key}"));
        }
        if *tenant != self.seen.tenant {
            let why = "it is the entry of a client in another tenant; if that \
                       was one for trying out, remove the entry";
            return Some(why.to_owned());
        }
        // One that is gone has left it behind; one that is there may need it.
        let address = Address::Client(ClientRef::Id(client_id.clone()));
        let is_of_another =
            !is_its_own && self.seen.found.contains_key(&address);
        is_of_another.then(|| {
            format!("it is the entry of the client {client_id}, which is there")
        })
    }

    /// What is done about a place; nothing where all is as it should be.
    fn decide(
        &self,
        place: &Place,
        looked: &Looked,
        entry: Option<&Seen>,
    ) -> Option<PlannedDelivery> {
        let (action, source, reason) = match place.standing {
            PlaceStanding::Undeclared => {
                let label = &entry?.label;
                // Of one that was in its place, nobody knows who may need it.
                if self.ids.get(&place.client) != Some(&label.client_id) {
                    return None;
                }
                self.decide_leftover(place, label)
            }
            PlaceStanding::Declared => {
                self.decide_declared(place, looked, entry)?
            }
        };

        Some(PlannedDelivery {
            client: place.client.clone(),
            sink: place.sink.clone(),
            destination: place.destination.clone(),
            action,
            source,
            reason,
        })
    }

    /// An entry that is not declared any more: it goes with what is pruned.
    fn decide_leftover(&self, place: &Place, label: &Label) -> Decided {
        // What somebody has put there may be nowhere else.
        if label.is_outlived() && label.holds == Holds::Current {
            return (
                DeliveryAction::Keep,
                None,
                Some(DeliveryReason::WrittenSince),
            );
        }

        let goes = self.going.contains(&place.client);
        let reason = if goes {
            DeliveryReason::ClientGoes
        } else {
            DeliveryReason::NotNamed
        };

        // A client that is not declared and stays keeps what it is used with.
        let is_needed =
            !goes && !self.desired.clients.contains_key(&place.client);
        let action = match self.desired.policy.prune {
            Prune::On if !is_needed => DeliveryAction::Remove,
            Prune::On | Prune::Off => DeliveryAction::Keep,
        };
        (action, None, Some(reason))
    }

    fn decide_declared(
        &self,
        place: &Place,
        looked: &Looked,
        entry: Option<&Seen>,
    ) -> Option<Decided> {
        let has_secret = self.has_secret(&place.client);
        let action = match (looked, entry) {
            (Looked::Unseen, _) => DeliveryAction::Unseen,
            (_, None) => DeliveryAction::Add,
            (_, Some(_)) => DeliveryAction::Change,
        };

        match self.stage_of(&place.client) {
            Stage::New => {
                let source = or_nothing(has_secret, SecretSource::Creation);
                // What lies there already is of one that is gone.
                let reason = entry.map(|_| DeliveryReason::OtherClient);
                Some((action, Some(source), reason))
            }
            Stage::Unfinished => {
                let source = match self.surroundings.access {
                    SecretAccess::Shown => SecretSource::Tenant,
                    SecretAccess::Hidden => SecretSource::Anew,
                };
                let source = or_nothing(has_secret, source);
                Some((
                    action,
                    Some(source),
                    Some(DeliveryReason::Interrupted),
                ))
            }
            Stage::InUse if action == DeliveryAction::Unseen => {
                Some((action, None, None))
            }
            Stage::InUse => {
                self.decide_in_use(place, action, entry, has_secret)
            }
        }
    }

    /// A client that may be in use never gets another secret here.
    fn decide_in_use(
        &self,
        place: &Place,
        action: DeliveryAction,
        entry: Option<&Seen>,
        has_secret: bool,
    ) -> Option<Decided> {
        let reason = self.objection_to(place, entry, has_secret)?;
        if !has_secret {
            return Some((
                action,
                Some(SecretSource::Nothing),
                Some(reason),
            ));
        }

        let is_there = matches!(
            reason,
            DeliveryReason::OutOfDate | DeliveryReason::WrittenSince
        ) && place.destination.kind.is_readable();
        let is_revealed = self.surroundings.reveal == Reveal::Existing
            && self.surroundings.access == SecretAccess::Shown;
        Some(match (is_there, is_revealed) {
            // Whoever has written there may have written another secret.
            (true, true) if reason == DeliveryReason::WrittenSince => {
                (action, Some(SecretSource::Tenant), Some(reason))
            }
            (true, _) => (action, Some(SecretSource::Sink), Some(reason)),
            (false, true) => (action, Some(SecretSource::Tenant), Some(reason)),
            (false, false) if self.surroundings.reveal == Reveal::Existing => (
                DeliveryAction::Withhold,
                None,
                Some(DeliveryReason::NotShown),
            ),
            (false, false) => (DeliveryAction::Withhold, None, Some(reason)),
        })
    }

    /// What is wrong with the entry of a client that is there; nothing, if it
    /// is as it should be.
    fn objection_to(
        &self,
        place: &Place,
        entry: Option<&Seen>,
        has_secret: bool,
    ) -> Option<DeliveryReason> {
        let Some(Seen { label, .. }) = entry else {
            return Some(DeliveryReason::Missing);
        };
        if self.ids.get(&place.client) != Some(&label.client_id) {
            return Some(DeliveryReason::OtherClient);
        }

        let holds = if has_secret {
            Holds::Current
        } else {
            Holds::Nothing
        };
        // What was deleted says nothing of its client any more.
        if label.holds == Holds::Nothing && label.is_outlived() {
            return Some(DeliveryReason::Missing);
        }
        if has_secret && label.holds == Holds::Nothing {
            return Some(DeliveryReason::WithoutSecret);
        }
        let nothing = BTreeMap::new();
        let audiences = self
            .audiences
            .get(&place.client)
            .unwrap_or(&nothing);
        let content = Label::digest_content(
            self.surroundings.endpoints.as_ref(),
            audiences,
            &place.destination,
        );
        if label.is_outlived() {
            return Some(DeliveryReason::WrittenSince);
        }
        let is_as_wanted = label.holds == holds
            && label.content == content
            && label.stack == self.desired.stack;
        (!is_as_wanted).then_some(DeliveryReason::OutOfDate)
    }

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
                let mark = self.desired.finished_mark(key, self.seen)?;
                Some((key.clone(), mark.key_value()))
            })
            .collect()
    }

    fn stage_of(&self, client: &Key) -> Stage {
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
    fn has_secret(&self, client: &Key) -> bool {
        self.desired
            .clients
            .get(client)
            .is_some_and(DesiredClient::has_secret)
    }
}

/// What is done, where the secret comes from, and why.
type Decided = (
    DeliveryAction,
    Option<SecretSource>,
    Option<DeliveryReason>,
);

fn or_nothing(has_secret: bool, source: SecretSource) -> SecretSource {
    if has_secret {
        source
    } else {
        SecretSource::Nothing
    }
}
