//! What to do about each entry, from what was seen of it.

use super::known::{Known, Stage};
use super::places::{Place, PlaceStanding};
use super::{
    DeliveryAction, DeliveryReason, PlannedDelivery, Reveal, SecretAccess,
    SecretSource,
};
use crate::model::{Holds, Label, Looked, Prune, Seen};

/// What is done, where the secret comes from, and why.
type Decided = (
    DeliveryAction,
    Option<SecretSource>,
    Option<DeliveryReason>,
);

impl Known<'_> {
    /// What is done about a place; nothing where all is as it should be.
    pub(super) fn decide(
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
            let reason = DeliveryReason::WrittenSince;
            return (DeliveryAction::Keep, None, Some(reason));
        }

        let goes = self.going.contains(&place.client);
        let reason = if goes {
            DeliveryReason::ClientGoes
        } else {
            DeliveryReason::NotNamed
        };

        // A client that is not declared and stays keeps what it is used with.
        let is_needed = !goes
            && !self
                .desired
                .clients
                .contains_key(&place.client);
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
                let reason = DeliveryReason::Interrupted;
                Some((action, Some(source), Some(reason)))
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
            let nothing = SecretSource::Nothing;
            return Some((action, Some(nothing), Some(reason)));
        }

        let is_there = matches!(
            reason,
            DeliveryReason::OutOfDate | DeliveryReason::WrittenSince
        ) && place.destination.kind.is_readable();
        let is_asked_for = self.surroundings.reveal == Reveal::Existing;
        let is_revealed =
            is_asked_for && self.surroundings.access == SecretAccess::Shown;
        // Whoever has written there may have written another secret.
        let is_doubtful = reason == DeliveryReason::WrittenSince;

        let source = match (is_there, is_revealed) {
            (true, true) if is_doubtful => SecretSource::Tenant,
            (true, _) => SecretSource::Sink,
            (false, true) => SecretSource::Tenant,
            (false, false) => {
                let reason = if is_asked_for {
                    DeliveryReason::NotShown
                } else {
                    reason
                };
                return Some((DeliveryAction::Withhold, None, Some(reason)));
            }
        };
        Some((action, Some(source), Some(reason)))
    }
}

fn or_nothing(has_secret: bool, source: SecretSource) -> SecretSource {
    if has_secret {
        source
    } else {
        SecretSource::Nothing
    }
}
