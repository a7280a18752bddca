//! What one change does to a tenant, request by request. Knows no network.
//!
//! ```text
//! create, update, delete ─► Step ─► Driver ─┬─ Network    makes the requests       (`write`)
//!   keys, organizations       needs         └─ Rehearsal  only counts them, and
//!                             done                        collects what they need  (`estimate`)
//! ```
//!
//! It is said here once, so a plan cannot promise other requests than an apply makes. A machine that is
//! asked for its next step and told each answer would do as well, but its states would hide the order of
//! the requests; an `async fn` is that machine, and is read from top to bottom.

mod keys;
mod organizations;
mod rehearsal;
mod step;

use std::borrow::Cow;

pub(super) use self::keys::{Credential, Keys};
pub(super) use self::organizations::Organizations;
pub(super) use self::rehearsal::Rehearsal;
pub(super) use self::step::Step;
use crate::model::{Address, Attrs, ClientSpec, Digest, GrantSpec, RemoteId, Value};
use crate::provider::{ProviderError, Write, WriteError};

/// Whoever makes the requests of a procedure, or only pretends to.
pub(super) trait Driver {
    /// Looks at the keys of a client.
    async fn look_at_keys(&mut self, client: &RemoteId) -> Result<Keys, WriteError>;

    /// Looks at the organizations that may use a grant.
    async fn look_at_organizations(
        &mut self,
        grant: &RemoteId,
    ) -> Result<Organizations, WriteError>;

    /// Makes the request of a step.
    async fn make(&mut self, step: Step<'_>) -> Result<(), WriteError>;

    /// Makes the request of a step that creates something: the id of that.
    async fn create(&mut self, step: Step<'_>) -> Result<RemoteId, WriteError>;
}

/// Carries out a write: the id of its object.
pub(super) async fn carry_out<D: Driver>(
    driver: &mut D,
    write: &Write,
) -> Result<RemoteId, WriteError> {
    match write {
        Write::Create { address, attrs } => create(driver, address, attrs).await,
        Write::Update {
            address,
            id,
            fields,
            precondition,
        } => {
            let precondition = precondition.as_deref();
            update(
                driver,
                Update {
                    address,
                    id,
                    fields,
                    precondition,
                },
            )
            .await?;
            Ok(id.clone())
        }
        Write::Delete { address, id } => {
            delete(driver, address, id).await?;
            Ok(id.clone())
        }
    }
}

/// Creates an object. Keys come with a new client; the organizations of a grant never do.
pub(super) async fn create<D: Driver>(
    driver: &mut D,
    address: &Address,
    attrs: &Attrs,
) -> Result<RemoteId, WriteError> {
    let (own, organizations) = apart(attrs, GrantSpec::ORGANIZATIONS);

    let id = driver
        .create(Step::Create {
            address,
            fields: &own,
        })
        .await?;
    if let Some(wanted) = organizations {
        organizations::change(driver, &id, wanted, &Organizations::default()).await?;
    }
    Ok(id)
}

/// A change to an object that is there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Update<'a> {
    pub(super) address: &'a Address,
    pub(super) id: &'a RemoteId,
    pub(super) fields: &'a Attrs,
    /// What was seen beside the fields when the change was planned, if it relies on that.
    pub(super) precondition: Option<&'a Digest>,
}

impl Update<'_> {
    /// Whether what is beside the fields is still what it was: what came since was shown to nobody, and
    /// must not go.
    fn check(self, now: &Digest) -> Result<(), WriteError> {
        let address = || Box::new(self.address.clone());
        match self.precondition {
            Some(planned) if planned == now => Ok(()),
            Some(_) => Err(WriteError::Refused(ProviderError::ChangedSince {
                address: address(),
            })),
            None => Err(WriteError::Refused(ProviderError::NotLookedAt {
                address: address(),
            })),
        }
    }
}

/// Changes an object, and what is kept beside it.
pub(super) async fn update<D: Driver>(
    driver: &mut D,
    update: Update<'_>,
) -> Result<(), WriteError> {
    let Update {
        address,
        id,
        fields,
        precondition: _,
    } = update;
    if let (others, Some(methods)) = apart(fields, ClientSpec::METHODS) {
        return keys::change(driver, update, &others, methods).await;
    }

    let (own, organizations) = apart(fields, GrantSpec::ORGANIZATIONS);
    let Some(wanted) = organizations else {
        return driver
            .make(Step::Update {
                address,
                id,
                fields,
            })
            .await;
    };
    // Before the first request that writes: it may turn out that nothing must be written.
    let before = driver.look_at_organizations(id).await?;
    update.check(&before.revision())?;
    if !own.is_empty() {
        driver
            .make(Step::Update {
                address,
                id,
                fields: &own,
            })
            .await?;
    }
    organizations::change(driver, id, wanted, &before).await
}

/// Deletes an object.
pub(super) async fn delete<D: Driver>(
    driver: &mut D,
    address: &Address,
    id: &RemoteId,
) -> Result<(), WriteError> {
    driver.make(Step::Delete { address, id }).await
}

/// The fields without one that is kept beside the object, and that one.
fn apart<'a>(fields: &'a Attrs, beside: &str) -> (Cow<'a, Attrs>, Option<&'a Value>) {
    match fields.get(beside) {
        None => (Cow::Borrowed(fields), None),
        Some(value) => {
            let mut own = fields.clone();
            own.remove(beside);
            (Cow::Owned(own), Some(value))
        }
    }
}
