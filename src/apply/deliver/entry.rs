//! One entry: put into its sink, or removed from it.

use secrecy::SecretString;

use super::courier::{Courier, Recipient};
use crate::apply::DeliveryError;
use crate::model::{ClientId, Destination, Holds, Label, Seen};
use crate::plan::{Delivering, DeliveryReason, PlannedDelivery, SecretSource};
use crate::secrets::Entry;

impl Courier<'_> {
    pub(super) async fn put(
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
                let secret = self
                    .read_back(recipient, delivery)
                    .await?;
                let secret = secret.ok_or(DeliveryError::NotInSink)?;
                (Some(secret), since)
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
    /// that it is still of whom that speaks: what is somebody's is not written
    /// over, whatever stands beside it.
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
        let is_interrupted =
            delivery.reason == Some(DeliveryReason::Interrupted);
        let is_unfinished =
            is_interrupted && label.client_id.as_str() == recipient.id.as_str();
        let is_readable = delivery.destination.kind.is_readable();
        if !label.is_outlived() || is_unfinished || !is_readable {
            return Ok(());
        }

        let sink = self.sinks.get(&delivery.sink)?;
        let there = sink
            .read(&delivery.destination.place)
            .await?;
        let is_foreign = there.is_some_and(|there| {
            there.label.stack != label.stack || there.label.key != label.key
        });
        if is_foreign {
            return Err(DeliveryError::NotInSink);
        }
        Ok(())
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

        let endpoints = endpoints.clone();
        let content =
            Label::digest_content(endpoints.as_ref(), &audiences, destination);
        let holds = if secret.is_some() {
            Holds::Current
        } else {
            Holds::Nothing
        };
        let version =
            before.map_or(1, |seen| seen.label.version.saturating_add(1));
        Ok(Entry {
            label: Label {
                grantry: Label::FORM,
                stack: self.plan.stack.clone(),
                key: recipient.key.clone(),
                client_id,
                tenant,
                content,
                holds,
                version,
                since,
            },
            endpoints,
            audiences,
            secret,
        })
    }

    pub(super) async fn remove_one(
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
