//! What one change does to a tenant, request by request. Knows no network.
//!
//! ```text
//! create, update, delete ─► Step ─► Driver ─┬─ Network    makes the requests       (`write`)
//!   keys, organizations       needs         └─ Rehearsal  only counts them, and
//!                             describe_done               collects what they need  (`estimate`)
//! ```
//!
//! It is said here once, so a plan cannot promise other requests than an apply
//! makes. A machine that is asked for its next step and told each answer would
//! do as well, but its states would hide the order of the requests; an `async
//! fn` is that machine, and is read from top to bottom.

mod keys;
mod organizations;
mod rehearsal;
mod step;

use std::borrow::Cow;

pub(super) use self::keys::{Credential, Keys};
pub(super) use self::organizations::Organizations;
pub(super) use self::rehearsal::Rehearsal;
pub(super) use self::step::Step;
use crate::model::{
    Address, Attrs, ClientSpec, Digest, GrantSpec, RemoteId, Value,
};
use crate::provider::{ProviderError, Write, WriteError};

/// Whoever makes the requests of a procedure, or only pretends to.
pub(super) trait Driver {
    /// Reads the keys of a client.
    async fn read_keys(
        &mut self,
        client: &RemoteId,
    ) -> Result<Keys, WriteError>;

    /// Reads the organizations that may use a grant.
    async fn read_organizations(
        &mut self,
        grant: &RemoteId,
    ) -> Result<Organizations, WriteError>;

    /// Makes the request of a step.
    async fn perform(&mut self, step: Step<'_>) -> Result<(), WriteError>;

    /// Makes the request of a step that creates something: the id of that.
    async fn create(&mut self, step: Step<'_>) -> Result<RemoteId, WriteError>;
}

/// Carries out a write: the id of its object.
pub(super) async fn carry_out<D: Driver>(
    driver: &mut D,
    write: &Write,
) -> Result<RemoteId, WriteError> {
    match write {
        Write::Create { address, attrs } => {
            create(driver, address, attrs).await
        }
        Write::Update {
            address,
            id,
            fields,
            precondition,
        } => {
            let change = Update {
                address,
                id,
                fields,
                precondition: precondition.as_deref(),
            };
            update(driver, change).await?;
            Ok(id.clone())
        }
        Write::Delete {
            address, id, ..
        } => {
            delete(driver, address, id).await?;
            Ok(id.clone())
        }
    }
}

/// Creates an object. Keys come with a new client; the
/// organizations of a grant never do.
pub(super) async fn create<D: Driver>(
    driver: &mut D,
    address: &Address,
    attrs: &Attrs,
) -> Result<RemoteId, WriteError> {
    let (own, organizations) = split_off(attrs, GrantSpec::ORGANIZATIONS);

    let step = Step::Create {
        address,
        fields: &own,
    };
    let id = driver.create(step).await?;

    if let Some(wanted) = organizations {
        organizations::change(driver, &id, wanted, &Organizations::default())
            .await?;
    }
    Ok(id)
}

/// A change to an object that is there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Update<'a> {
    pub(super) address: &'a Address,
    pub(super) id: &'a RemoteId,
    pub(super) fields: &'a Attrs,
    /// What was seen beside the fields when the change was planned, if it
    /// relies on that.
    pub(super) precondition: Option<&'a Digest>,
}

impl Update<'_> {
    /// Whether what is beside the fields is still what it was: what came since
    /// was shown to nobody, and must not go.
    fn check(self, now: &Digest) -> Result<(), WriteError> {
        let address = || Box::new(self.address.clone());

        let error = match self.precondition {
            Some(planned) if planned == now => return Ok(()),
            Some(_) => ProviderError::ChangedSince {
                address: address(),
            },
            None => ProviderError::NotLookedAt {
                address: address(),
            },
        };
        Err(WriteError::Refused(error))
    }
}

/// Changes an object, and what is kept beside it.
pub(super) async fn update<D: Driver>(
    driver: &mut D,
    update: Update<'_>,
) -> Result<(), WriteError> {
    if let (others, Some(methods)) =
        split_off(update.fields, ClientSpec::METHODS)
    {
        return keys::change(driver, update, &others, methods).await;
    }

    let (own, organizations) =
        split_off(update.fields, GrantSpec::ORGANIZATIONS);
    let Some(wanted) = organizations else {
        return update_fields(driver, update, &own).await;
    };

    // Before the first request that writes: it may turn out that
    // nothing must be written.
    let before = driver
        .read_organizations(update.id)
        .await?;
    update.check(&before.revision())?;

    if !own.is_empty() {
        update_fields(driver, update, &own).await?;
    }
    organizations::change(driver, update.id, wanted, &before).await
}

async fn update_fields<D: Driver>(
    driver: &mut D,
    update: Update<'_>,
    fields: &Attrs,
) -> Result<(), WriteError> {
    let Update {
        address, id, ..
    } = update;

    let step = Step::Update {
        address,
        id,
        fields,
    };
    driver.perform(step).await
}

/// Deletes an object.
pub(super) async fn delete<D: Driver>(
    driver: &mut D,
    address: &Address,
    id: &RemoteId,
) -> Result<(), WriteError> {
    // Nothing is compared here: whoever applies has looked at the
    // whole object just before.
    driver
        .perform(Step::Delete { address, id })
        .await
}

/// The fields without one that is kept beside the object, and that one.
fn split_off<'a>(
    fields: &'a Attrs,
    beside: &str,
) -> (Cow<'a, Attrs>, Option<&'a Value>) {
    let Some(value) = fields.get(beside) else {
        // Nearly every change of a large plan: none of them is copied.
        return (Cow::Borrowed(fields), None);
    };

    let mut own = fields.clone();
    own.remove(beside);
    (Cow::Owned(own), Some(value))
}
