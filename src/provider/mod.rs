//! The seam to a tenant: reading and writing are two traits, so what plans
//! cannot write.
//!
//! Floor 2. The providers never import each other; `cli::target` is the only
//! place that chooses.

use std::collections::{BTreeMap, BTreeSet};
use std::future::{self, Future};
use std::num::NonZeroUsize;

use futures_util::future::try_join_all;
use secrecy::SecretString;

use crate::config::ProviderChoice;
use crate::model::{
    Address, Attrs, Desired, Digest, Endpoints, Found, Identifier, Inspection,
    RemoteId, Snapshot, Support, TenantHash,
};
use crate::plan::{self, Planned, SecretAccess};

#[cfg(feature = "auth0")]
pub mod auth0;
mod checkup;
mod error;
mod estimate;
mod gap;
mod inspect;
#[cfg(feature = "keycloak")]
pub mod keycloak;
#[cfg(feature = "local")]
pub mod local;
mod lock;
mod need;
mod refused;
mod retry;
#[cfg(feature = "web")]
mod web;

pub use checkup::{Contents, Health, Owned};
#[cfg(feature = "web")]
pub(crate) use error::TENANT_HAS_CHANGED;
pub use error::{ProviderError, SettingsError};
pub use estimate::{Estimate, LockUse};
pub use gap::Gap;
pub use inspect::inspect;
pub use lock::{Holder, Lease, Locks, Names, Nonce, SeenLock};
pub use need::{Need, Objects};
pub use refused::{
    ForbiddenReason, OutOfTimeReason, RejectedReason, UnauthorizedReason,
    UnreachableReason,
};
pub use retry::Retry;
#[cfg(feature = "web")]
pub use web::{
    Caller, KeySet, Token, TokenDesk, TokenError, TokenRefusal, Untold,
};

/// What looking closely at some objects has shown, in their
/// order: none where one is gone.
pub type Inspections = Vec<Option<Inspection>>;

/// The clients of a tenant.
pub type Clients = BTreeMap<Address, Found>;

/// What each provider can express.
pub const SUPPORTS: &[&Support] = &[
    #[cfg(feature = "local")]
    &local::SUPPORT,
    #[cfg(feature = "auth0")]
    &auth0::SUPPORT,
    #[cfg(feature = "keycloak")]
    &keycloak::SUPPORT,
];

/// What nobody will be asked for can be written as it likes.
#[cfg(not(all(feature = "auth0", feature = "keycloak", feature = "local")))]
const NOT_BUILT_IN: Support =
    Support::of_everything("a provider that is not built in");

/// What the provider can express that a configuration names; the local one,
/// where it names none.
#[must_use]
pub fn support_of(written: Option<&ProviderChoice>) -> &'static Support {
    match written {
        #[cfg(feature = "auth0")]
        Some(ProviderChoice::Auth0 { .. }) => &auth0::SUPPORT,
        #[cfg(feature = "keycloak")]
        Some(ProviderChoice::Keycloak {
            scope_names, ..
        }) => keycloak::support_for(*scope_names),
        #[cfg(feature = "local")]
        Some(ProviderChoice::Local { .. }) | None => &local::SUPPORT,
        #[cfg(not(all(
            feature = "auth0",
            feature = "keycloak",
            feature = "local"
        )))]
        _ => &NOT_BUILT_IN,
    }
}

/// Reads a tenant.
pub trait Observe: Sync {
    /// Reads everything Grantry needs to know of the tenant. A reading that is
    /// not complete is an error: what was not seen must never look absent.
    fn read(
        &self,
    ) -> impl Future<Output = Result<Snapshot, ProviderError>> + Send;

    /// Where services get their tokens; none where there is no such place.
    fn endpoints(
        &self,
    ) -> impl Future<Output = Result<Option<Endpoints>, ProviderError>> + Send
    {
        future::ready(Ok(None))
    }

    /// What marks and labels are written for here. Nothing is asked for where
    /// the address of the tenant tells it.
    fn tenant_hash(
        &self,
    ) -> impl Future<Output = Result<TenantHash, ProviderError>> + Send {
        async move {
            self.read()
                .await
                .map(|seen| seen.tenant)
        }
    }

    /// What the tenant's Management API is called by whoever asks for a token,
    /// if there is one.
    fn management_api(&self) -> Option<&Identifier> {
        None
    }

    /// Whether the secrets of clients are shown to us.
    fn secret_access(
        &self,
    ) -> impl Future<Output = Result<SecretAccess, ProviderError>> + Send {
        future::ready(Ok(SecretAccess::Hidden))
    }

    /// Reads what a listing does not show of some objects (see
    /// [`FieldRules::unlisted`](crate::model::FieldRules::unlisted)),
    /// and adds it.
    fn read_details(
        &self,
        seen: Snapshot,
        _unlisted: &BTreeSet<Address>,
    ) -> impl Future<Output = Result<Snapshot, ProviderError>> + Send {
        future::ready(Ok(seen))
    }

    /// Whether all of this is allowed, as far as that is known beforehand; the
    /// error names everything that is not.
    fn check_permissions(
        &self,
        _needs: &BTreeSet<Need>,
    ) -> impl Future<Output = Result<(), ProviderError>> + Send {
        future::ready(Ok(()))
    }

    /// What applying the plan from now on costs, in the tenant that was
    /// seen, and what must be allowed for it; none where neither is worth a
    /// word. A provider whose
    /// [`check_permissions`](Self::check_permissions) can say no states it.
    fn estimate(
        &self,
        _planned: &Planned,
        _seen: &Snapshot,
        _lock: LockUse,
    ) -> Option<Estimate> {
        None
    }

    /// Looks closely at one object that is to be deleted; none if it is gone.
    /// In the address of a grant the client is named by its id.
    fn inspect(
        &self,
        address: &Address,
        id: &RemoteId,
    ) -> impl Future<Output = Result<Option<Inspection>, ProviderError>> + Send;

    /// Looks closely at each of these, in this order: side by side, unless one
    /// reading shows them all.
    fn inspect_all(
        &self,
        objects: &[(Address, RemoteId)],
    ) -> impl Future<Output = Result<Inspections, ProviderError>> + Send {
        let looks = objects
            .iter()
            .map(|(address, id)| self.inspect(address, id));
        try_join_all(looks)
    }

    /// Reads the clients again, so that whichever was there before this began,
    /// and stays, is among them.
    fn list_clients(
        &self,
    ) -> impl Future<Output = Result<Clients, ProviderError>> + Send;
}

/// Reads a tenant as far as the configuration needs it, unless it is known
/// beforehand that not all of that may be read.
pub async fn observe<P: Observe>(
    provider: &P,
    desired: &Desired,
) -> Result<Snapshot, ProviderError> {
    let objects = Objects::declared_in(desired);
    // Before anything is read: a run that lacks three scopes is told all of
    // them, and not one each time.
    provider
        .check_permissions(&Need::to_plan_with(&objects))
        .await?;

    let seen = provider.read().await?;
    // Nothing is declared that a listing does not show, so
    // nothing needs a closer look.
    if objects == Objects::of_every_kind() {
        return Ok(seen);
    }

    let unlisted = plan::needs_detail(desired, &seen);
    if unlisted.is_empty() {
        Ok(seen)
    } else {
        provider
            .read_details(seen, &unlisted)
            .await
    }
}

/// Writes to a tenant, and has what reads it: whoever plans
/// is given the reader alone.
pub trait Mutate: Locks {
    /// What reads the tenant.
    type Reader: Observe;

    /// What reads the tenant that is written to.
    fn reader(&self) -> &Self::Reader;

    /// How many writes run side by side where so many requests may.
    fn side_by_side(&self, requests: NonZeroUsize) -> NonZeroUsize {
        requests
    }

    /// Carries out one write, and gives the id of the object written.
    fn write(
        &self,
        write: &Write,
    ) -> impl Future<Output = Result<RemoteId, WriteError>> + Send;

    /// The same; of a client that it creates, with its secret
    /// where the answer tells that.
    fn write_for_secret(
        &self,
        write: &Write,
    ) -> impl Future<
        Output = Result<(RemoteId, Option<SecretString>), WriteError>,
    > + Send {
        async move { Ok((self.write(write).await?, None)) }
    }

    /// The secret of a client, where it is shown to us: see
    /// [`Observe::secret_access`].
    fn read_secret(
        &self,
        client: &RemoteId,
    ) -> impl Future<Output = Result<SecretString, ProviderError>> + Send {
        let request = format!("the secret of {client}");
        let reason = "none is shown there".to_owned();
        future::ready(Err(ProviderError::Unexpected {
            request,
            reason,
        }))
    }

    /// Sets the secret of a client. What it had before is void.
    fn set_secret(
        &self,
        client: &RemoteId,
        _secret: &SecretString,
    ) -> impl Future<Output = Result<(), WriteError>> + Send {
        let request = format!("a new secret for {client}");
        let reason = "none can be set there".to_owned();
        future::ready(Err(WriteError::Refused(
            ProviderError::Unexpected {
                request,
                reason,
            },
        )))
    }
}

/// One write to the tenant. In the address of a grant the
/// client is named by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Creates an object.
    Create {
        /// Where.
        address: Address,
        /// Its fields; none of them is `Null`.
        attrs: Attrs,
    },
    /// Changes an object.
    Update {
        /// Where.
        address: Address,
        /// The tenant's id of the object.
        id: RemoteId,
        /// The changed fields only, each with its whole new value; of a map
        /// that is owned key by key, the changed keys only. `Null` clears.
        fields: Attrs,
        /// What must still be so that is kept beside the object: see
        /// [`Found::revision`](crate::model::Found::revision).
        precondition: Option<Box<Digest>>,
    },
    /// Deletes an object.
    Delete {
        /// Where.
        address: Address,
        /// The tenant's id of the object.
        id: RemoteId,
        /// The same as of a change.
        precondition: Option<Box<Digest>>,
    },
}

impl Write {
    /// Where it is made.
    #[must_use]
    pub fn address(&self) -> &Address {
        match self {
            Self::Create { address, .. }
            | Self::Update { address, .. }
            | Self::Delete { address, .. } => address,
        }
    }
}

/// Why a write did not end well.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// It was refused, or never reached the tenant: nothing has changed, or
    /// only what the error says.
    #[error(transparent)]
    Refused(ProviderError),
    /// No answer came back: it may or may not have been carried out.
    #[error(transparent)]
    Unknown(ProviderError),
}

impl WriteError {
    /// The same, once some steps of the write have been
    /// carried out; `done` says which.
    #[must_use]
    pub fn after(self, done: &[String]) -> Self {
        match self {
            Self::Refused(source) if !done.is_empty() => {
                Self::Refused(ProviderError::Partly {
                    done: done.join(", "),
                    source: Box::new(source),
                })
            }
            // What is in doubt is not `Partly`: that would promise that the
            // last step was not made.
            other => other,
        }
    }
}
