//! Where the secret of a client comes from that is put into its sinks.

use secrecy::SecretString;

use super::courier::{Courier, Recipient};
use crate::apply::DeliveryError;
use crate::model::{Address, ClientRef, Delivery, Written};
use crate::plan::{PlannedDelivery, SecretAccess, SecretSource, source_of};
use crate::provider::{Mutate, Observe as _, WriteError};
use crate::secrets::{Entry, make_secret};

impl Courier<'_> {
    /// The secret that is put into the sinks of a client; none where it has
    /// none, or where each sink has it.
    pub(super) async fn find_secret<P: Mutate>(
        &self,
        provider: &P,
        recipient: Recipient<'_>,
        writes: &[(usize, &PlannedDelivery)],
        told: Option<SecretString>,
    ) -> Result<Option<SecretString>, DeliveryError> {
        let deliveries = writes
            .iter()
            .map(|(_, delivery)| *delivery);

        match (source_of(deliveries), told) {
            (None, _) => Ok(None),
            (Some(_), Some(told)) => Ok(Some(told)),
            // No answer has told it, and by now it may be asked for.
            (Some(SecretSource::Creation), None) => {
                let access = provider.reader().secret_access().await;
                match access.map_err(DeliveryError::secret)? {
                    SecretAccess::Shown => {
                        read_secret(provider, recipient).await
                    }
                    SecretAccess::Hidden => {
                        set_secret(provider, recipient, None).await
                    }
                }
            }
            (Some(SecretSource::Anew), None) => {
                refuse_finished(provider, recipient).await?;
                let known = self.find_known(recipient, writes).await;
                set_secret(provider, recipient, known).await
            }
            (Some(_), None) => read_secret(provider, recipient).await,
        }
    }

    /// A secret of the client that a sink has already: whoever reads that need
    /// not be given another one.
    async fn find_known(
        &self,
        recipient: Recipient<'_>,
        writes: &[(usize, &PlannedDelivery)],
    ) -> Option<SecretString> {
        for (_, delivery) in writes {
            let is_there = delivery.destination.kind.is_readable()
                && self.seen(delivery).is_some();
            if is_there
                && let Ok(Some(secret)) = self
                    .read_back(recipient, delivery)
                    .await
            {
                return Some(secret);
            }
        }
        None
    }

    /// The secret that lies in a sink, if it is that of this client: by what
    /// lies with it, and not by what stands beside it.
    pub(super) async fn read_back(
        &self,
        recipient: Recipient<'_>,
        delivery: &PlannedDelivery,
    ) -> Result<Option<SecretString>, DeliveryError> {
        let sink = self.sinks.get(&delivery.sink)?;
        let Some(Entry {
            label, secret, ..
        }) = sink
            .read(&delivery.destination.place)
            .await?
        else {
            return Ok(None);
        };

        let is_its_own = label.client_id.as_str() == recipient.id.as_str()
            && label.key == *recipient.key
            && Some(&label.tenant) == self.delivering.tenant.as_ref();
        Ok(secret.filter(|_| is_its_own))
    }
}

async fn read_secret<P: Mutate>(
    provider: &P,
    recipient: Recipient<'_>,
) -> Result<Option<SecretString>, DeliveryError> {
    let read = provider.read_secret(recipient.id).await;
    read.map(Some)
        .map_err(DeliveryError::secret)
}

/// Makes sure, just before another secret is set, that nobody has the present
/// one yet: another run may have brought it since this one was planned.
async fn refuse_finished<P: Mutate>(
    provider: &P,
    recipient: Recipient<'_>,
) -> Result<(), DeliveryError> {
    let address =
        Address::Client(ClientRef::Id(recipient.id.as_str().parse()?));
    let inspected = provider
        .reader()
        .inspect(&address, recipient.id)
        .await;
    let inspected = inspected.map_err(DeliveryError::secret)?;

    let mark = inspected.and_then(|now| {
        Written::find(&now.found.attrs)?
            .read()
            .ok()
    });
    match mark.map(|mark| mark.delivery) {
        Some(Delivery::Pending) => Ok(()),
        Some(Delivery::Done) | None => Err(DeliveryError::Finished),
    }
}

/// Sets a secret that is known here, or else made here: so it is known also
/// where no answer comes.
async fn set_secret<P: Mutate>(
    provider: &P,
    recipient: Recipient<'_>,
    known: Option<SecretString>,
) -> Result<Option<SecretString>, DeliveryError> {
    let secret = known
        .or_else(make_secret)
        .ok_or(DeliveryError::NoChance)?;

    let setting = provider.set_secret(recipient.id, &secret);
    match setting.await {
        Ok(()) => Ok(Some(secret)),
        Err(WriteError::Refused(error) | WriteError::Unknown(error)) => {
            Err(DeliveryError::secret(error))
        }
    }
}
