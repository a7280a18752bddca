//! The seam to a tenant: reading and writing are two traits, so what plans cannot write.
//!
//! Floor 2. The providers never import each other; `cli::target` is the only place that chooses.

use std::collections::{BTreeMap, BTreeSet};
use std::future::{self, Future};
use std::num::NonZeroUsize;
use std::path::PathBuf;

use crate::model::{
    Address, Attrs, ClientId, Desired, Digest, Found, Identifier, Inspection, RemoteId, Snapshot,
    safe_path,
};
use crate::plan::{self, Planned};

pub mod auth0;
mod checkup;
mod estimate;
mod gap;
mod inspect;
pub mod local;
mod lock;
mod need;
mod refused;
mod retry;

pub use checkup::{Contents, Health, Owned};
pub use estimate::{Estimate, LockUse};
pub use gap::Gap;
pub use inspect::inspect;
pub use lock::{Holder, Lease, Locks, Names, Nonce, SeenLock};
pub use need::{Need, Objects};
pub use refused::{Denial, Distrust, Objection, Silence};
pub use retry::Retry;

/// Reads a tenant.
pub trait Observe: Sync {
    /// Reads everything Grantry needs to know of the tenant. A reading that is not complete is an
    /// error: what was not seen must never look absent.
    fn read(&self) -> impl Future<Output = Result<Snapshot, ProviderError>> + Send;

    /// Reads what a listing does not show of some objects (see
    /// [`FieldRules::unlisted`](crate::model::FieldRules::unlisted)), and adds it.
    fn complete(
        &self,
        seen: Snapshot,
        _closer: &BTreeSet<Address>,
    ) -> impl Future<Output = Result<Snapshot, ProviderError>> + Send {
        future::ready(Ok(seen))
    }

    /// Whether all of this is allowed, as far as that is known beforehand; the error names everything
    /// that is not.
    fn allows(
        &self,
        _needs: &BTreeSet<Need>,
    ) -> impl Future<Output = Result<(), ProviderError>> + Send {
        future::ready(Ok(()))
    }

    /// What applying the plan from now on costs, in the tenant that was seen, and what must be allowed
    /// for it; none where that is nothing worth saying.
    fn estimate(&self, _planned: &Planned, _seen: &Snapshot, _lock: LockUse) -> Option<Estimate> {
        None
    }

    /// Looks closely at one object that is to be deleted; none if it is gone. In the address of a
    /// grant the client is named by its id.
    fn inspect(
        &self,
        address: &Address,
        id: &RemoteId,
    ) -> impl Future<Output = Result<Option<Inspection>, ProviderError>> + Send;

    /// Reads the clients again, so that whichever was there before this began, and stays, is among
    /// them.
    fn clients(
        &self,
    ) -> impl Future<Output = Result<BTreeMap<Address, Found>, ProviderError>> + Send;
}

/// Reads a tenant as far as the configuration needs it, unless it is known beforehand that not all
/// of that may be read.
pub async fn observe<P: Observe>(
    provider: &P,
    desired: &Desired,
) -> Result<Snapshot, ProviderError> {
    let objects = Objects::declared_in(desired);
    provider.allows(&Need::to_plan_with(&objects)).await?;
    let seen = provider.read().await?;
    if objects == Objects::of_every_kind() {
        return Ok(seen);
    }
    let closer = plan::closer(desired, &seen);
    if closer.is_empty() { Ok(seen) } else { provider.complete(seen, &closer).await }
}

/// Writes to a tenant, and has what reads it: whoever plans is given the reader alone.
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
    fn write(&self, write: &Write) -> impl Future<Output = Result<RemoteId, WriteError>> + Send;
}

/// One write to the tenant. In the address of a grant the client is named by its id.
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
        /// The changed fields only, each with its whole new value; of a map that is owned key by
        /// key, the changed keys only. `Null` clears.
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
    /// It was refused, or never reached the tenant: nothing has changed, or only what the error
    /// says.
    #[error(transparent)]
    Refused(ProviderError),
    /// No answer came back: it may or may not have been carried out.
    #[error(transparent)]
    Unknown(ProviderError),
}

impl WriteError {
    /// The same, once some steps of the write have been carried out; `done` says which.
    pub(crate) fn after(self, done: &[String]) -> Self {
        match self {
            Self::Refused(source) if !done.is_empty() => {
                let (done, source) = (done.join(", "), Box::new(source));
                Self::Refused(ProviderError::Partly { done, source })
            }
            other => other,
        }
    }
}

/// What can go wrong between Grantry and a tenant.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The provider's settings do not make sense.
    #[error("{0}")]
    Settings(String),
    /// The tenant could not be reached, or the connection broke.
    #[error("no answer from {url}: {reason}")]
    Unreachable {
        /// What was asked.
        url: String,
        /// What it comes to.
        silence: Silence,
        /// Why there was no answer.
        reason: String,
    },
    /// The tenant did not accept the credentials.
    #[error("{url} refused the credentials: {reason}")]
    Unauthorized {
        /// What was asked.
        url: String,
        /// What it comes to.
        distrust: Distrust,
        /// What the tenant said.
        reason: String,
    },
    /// The credentials are good, but do not allow this.
    #[error("{request} is not allowed: {reason}")]
    Forbidden {
        /// What was asked.
        request: String,
        /// What it comes to.
        denial: Denial,
        /// What the tenant said.
        reason: String,
    },
    /// The credentials are good, but it is known that they do not allow what the run needs.
    #[error(
        "the token of client `{client}` lacks scopes of `{api}` that this run needs: {}",
        missing.iter().map(|scope| format!("`{scope}`")).collect::<Vec<_>>().join(", ")
    )]
    MissingScopes {
        /// The id of our own client.
        client: ClientId,
        /// The Management API.
        api: Identifier,
        /// All of the scopes.
        missing: BTreeSet<String>,
    },
    /// Too many requests, even after waiting.
    #[error("{request} was refused for too many requests")]
    RateLimited {
        /// What was asked.
        request: String,
    },
    /// The time of the run was over before this was answered. Where a write is not unknown, nothing
    /// of it was carried out.
    #[error("{request} was not answered: the time of this run is over")]
    OutOfTime {
        /// What was asked, or was to be.
        request: String,
    },
    /// The tenant refused the request itself.
    #[error("{request} was refused with {status}: {reason}")]
    Rejected {
        /// What was asked.
        request: String,
        /// The HTTP status.
        status: u16,
        /// What it comes to.
        objection: Objection,
        /// What the tenant said.
        reason: String,
    },
    /// An answer was not what it should be.
    #[error("{request} gave an answer that makes no sense: {reason}")]
    Unexpected {
        /// What was asked.
        request: String,
        /// What is wrong with the answer.
        reason: String,
    },
    /// A reading of the tenant does not agree with itself, however often it is repeated.
    #[error("the listing of {listing} is not complete: {gap}")]
    Incomplete {
        /// Which listing.
        listing: &'static str,
        /// What does not agree.
        gap: Gap,
    },
    /// A tenant file could not be read or written.
    #[error("cannot {action} {}: {source}", safe_path(path))]
    File {
        /// What was tried, as in "cannot ...".
        action: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A tenant file is damaged, or not a tenant file at all.
    #[error("{} is not a Grantry tenant file: {reason}", safe_path(path))]
    NotATenant {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A tenant file was written by a newer Grantry.
    #[error("{} has version {version}; this Grantry reads up to version {known}", safe_path(path))]
    NewerTenant {
        /// Which file.
        path: PathBuf,
        /// Its version.
        version: u64,
        /// The newest version this Grantry knows.
        known: u64,
    },
    /// A write of several steps ended before the last one.
    #[error("{source}; before that, {done}")]
    Partly {
        /// What was done all the same.
        done: String,
        /// What went wrong then.
        source: Box<Self>,
    },
    /// The clients could not be listed again before one was created or taken over.
    #[error("it was not tried: the clients could not be listed once more ({reason})")]
    NotListedAgain {
        /// Why.
        reason: String,
    },
    /// Another run holds the lock of the stack.
    #[error("the stack is locked by {holder}, until {until}")]
    LockHeld {
        /// Who holds it.
        holder: String,
        /// Until when, by the tenant's own clock.
        until: String,
    },
    /// The stack could not be locked, for another reason than that another run has it.
    #[error("the stack could not be locked, and nothing was written: {source}")]
    NotLocked {
        /// Why.
        source: Box<Self>,
    },
    /// The lock of the stack was not kept: another run may have it now.
    #[error("the lock of the stack is lost: {reason}")]
    LockLost {
        /// How that is known.
        reason: String,
    },
    /// Another Grantry is writing to the same tenant file.
    #[error("{} is being written by another process", safe_path(path))]
    Locked {
        /// Which file.
        path: PathBuf,
    },
    /// There is an object at the address already.
    #[error("{address} is in the tenant already")]
    AlreadyExists {
        /// Which object.
        address: Box<Address>,
    },
    /// The object to be changed or deleted is not what it was when that was decided.
    #[error("{address} has changed since the plan, and stays; plan again to see how")]
    ChangedSince {
        /// Which object.
        address: Box<Address>,
    },
    /// Nobody looked at what a change relies on when it was planned: the snapshot was not completed.
    #[error("{address} was planned without a look at what is kept beside it, and stays")]
    NotLookedAt {
        /// Which object.
        address: Box<Address>,
    },
    /// The object to be changed is not there any more.
    #[error("{address} is not in the tenant any more")]
    Gone {
        /// Which object.
        address: Box<Address>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Also for whoever prints it as it is.
    #[test]
    fn no_error_lets_the_name_of_a_file_speak() {
        let path = || PathBuf::from("a\n::error::\u{202e}");
        let source = std::io::Error::other("no");
        for error in [
            ProviderError::File { action: "read", path: path(), source },
            ProviderError::NotATenant { path: path(), reason: "it is none".to_owned() },
            ProviderError::NewerTenant { path: path(), version: 3, known: 2 },
            ProviderError::Locked { path: path() },
        ] {
            let said = error.to_string();
            assert!(said.contains("a\\u{a}\\u{3a}:error::\\u{202e}"), "{said}");
        }
    }
}
