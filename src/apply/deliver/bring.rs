//! Which clients credentials are brought to, and when.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, stream};
use secrecy::SecretString;

use super::courier::{Courier, Ended, Recipient};
use crate::apply::{DeliveryOutcome, Outcome, Stop};
use crate::model::{Key, RemoteId};
use crate::plan::{Action, Change};
use crate::provider::Mutate;

impl<'a> Courier<'a> {
    /// Brings the credentials of a client that was just created. What the
    /// answer has told is nowhere else.
    pub(in crate::apply) async fn bring_new<P: Mutate>(
        &self,
        provider: &P,
        change: &Change,
        id: &RemoteId,
        secret: Option<SecretString>,
    ) -> Ended {
        match change.address.client_key() {
            Some(key) => {
                let recipient = Recipient { key, id };
                self.bring(provider, recipient, secret)
                    .await
            }
            None => Ended::new(),
        }
    }

    /// Brings everything that was not brought yet, to whichever clients are
    /// there, and removes what goes.
    pub(in crate::apply) async fn bring_rest<P: Mutate>(
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
                let is_staying = staying.contains(key);
                self.bring_or_remove(provider, key, ids.get(key), is_staying)
                    .await
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

    /// Brings the credentials of a client that is there, and removes what goes.
    async fn bring_or_remove<P: Mutate>(
        &self,
        provider: &P,
        key: &Key,
        id: Option<&RemoteId>,
        is_staying: bool,
    ) -> Ended {
        let mut ended = match id {
            Some(id) => {
                let recipient = Recipient { key, id };
                self.bring(provider, recipient, None)
                    .await
            }
            None => self.end_writes(key, || DeliveryOutcome::Blocked),
        };

        // Last: what goes may hold the only copy of a secret.
        let is_well = ended
            .values()
            .all(DeliveryOutcome::is_made);
        ended.extend(if is_well && !is_staying {
            self.remove(key).await
        } else {
            self.end_removals(key, || DeliveryOutcome::Blocked)
        });
        ended
    }

    /// The ids of the clients that are there now.
    fn list_ids(&self, outcomes: &[Outcome]) -> BTreeMap<Key, RemoteId> {
        let known = self.delivering.ids.iter();
        let mut ids: BTreeMap<Key, RemoteId> = known
            .map(|(key, id)| (key.clone(), RemoteId::new(id.as_str())))
            .collect();

        for (change, outcome) in self.plan.changes.iter().zip(outcomes) {
            if let (Some(key), Outcome::Applied(id)) =
                (change.address.client_key(), outcome)
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
            .filter_map(|(change, _)| change.address.client_key())
            .collect()
    }
}
