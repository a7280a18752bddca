//! What is done for one client: its credentials are brought to each of its
//! sinks, and its mark says so then; and its entries go with it.

use secrecy::SecretString;

use super::courier::{Courier, Ended, Recipient};
use crate::apply::{DeliveryError, DeliveryOutcome};
use crate::model::{Address, Attrs, ClientRef, ClientSpec, Key, Mark, Value};
use crate::plan::DeliveryAction;
use crate::provider::{Mutate, Write};

impl Courier<'_> {
    /// Brings the credentials of one client to each of its sinks.
    pub(super) async fn bring<P: Mutate>(
        &self,
        provider: &P,
        recipient: Recipient<'_>,
        told: Option<SecretString>,
    ) -> Ended {
        let writes = self.writes_of(recipient.key);
        if writes.is_empty() {
            return Ended::new();
        }

        let found = self
            .find_secret(provider, recipient, &writes, told)
            .await;
        let secret = match found {
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

    /// Takes the flag off the mark of a client, once its
    /// credentials lie in every sink.
    async fn finish<P: Mutate>(
        &self,
        provider: &P,
        recipient: Recipient<'_>,
        ended: &mut Ended,
    ) {
        let Some(finished) = self
            .delivering
            .finished
            .get(recipient.key)
        else {
            return;
        };
        let is_everywhere = ended
            .values()
            .all(DeliveryOutcome::is_made);
        if !is_everywhere {
            return;
        }

        let finished = Value::Text(finished.clone());
        let mark = Attrs::from_iter([(Mark::KEY.into(), finished)]);
        let mark = Value::Entries(mark);
        let fields = Attrs::from_iter([(ClientSpec::METADATA.into(), mark)]);
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
    pub(super) async fn remove(&self, key: &Key) -> Ended {
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
}
