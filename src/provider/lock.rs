//! Keeping other runs of a stack out while clients are created: where their
//! names are not unique, nothing else does.

use std::fmt;
use std::future::{self, Future};
use std::time::SystemTime;

use tokio::time::Instant;

use super::ProviderError;
use crate::model::{RemoteId, StackName};

/// Whether a tenant lets two clients have one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// It does, or whoever writes to it has it for himself.
    Unique,
    /// It does not: two runs at once would create each client twice.
    Shared,
}

/// Who holds a lock, for people: a host or a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder(String);

impl Holder {
    /// The most characters that are kept.
    // With its date and nonce, the name of a lock has up to 163 characters:
    // Auth0 takes 200.
    const LONGEST: usize = 90;

    /// A holder by this name. What no name in a tenant can have becomes `_`:
    /// `<`, `>` and control characters.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(
            name.chars()
                .take(Self::LONGEST)
                .map(to_plain)
                .collect(),
        )
    }
}

fn to_plain(character: char) -> char {
    match character {
        '<' | '>' => '_',
        character if character.is_control() => '_',
        character => character,
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What tells a run from every other, also from another run of the same holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nonce(String);

impl Nonce {
    /// A nonce as it is written.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The nonce as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A lock that this run holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The tenant's id of the lock.
    pub id: RemoteId,
    /// What makes it ours.
    pub nonce: Nonce,
    /// Who we say we are.
    pub holder: Holder,
    /// When it is to be renewed.
    pub renew_at: Instant,
    /// When its time is up: never later than the tenant's own clock says.
    pub ends: Instant,
    /// The same by the clock on the wall: the other one stands still while a
    /// machine sleeps.
    pub ends_on_the_wall: SystemTime,
}

impl Lease {
    /// Whether its time is up.
    #[must_use]
    pub fn is_over(&self) -> bool {
        // How long ago that was; it is an error where it is still to come.
        let has_slept = self.ends_on_the_wall.elapsed().is_ok();

        has_slept || Instant::now() >= self.ends
    }
}

/// A lock as it is seen in the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenLock {
    /// The tenant's id of the lock.
    pub id: RemoteId,
    /// Who holds it, as far as it says so.
    pub holder: String,
    /// Until when, by the tenant's own clock, as far as it says so.
    pub until: String,
    /// Whether its time is up.
    pub is_over: bool,
}

/// Locks of stacks, kept in the tenant. A provider whose clients cannot be
/// doubled has none.
pub trait Locks: Sync {
    /// Whether the tenant lets two clients have one name.
    fn names(&self) -> Names {
        Names::Unique
    }

    /// Takes the lock of a stack. One that another run holds is
    /// [`ProviderError::LockHeld`], and nothing was written then.
    fn lock(
        &self,
        _stack: &StackName,
        _holder: &Holder,
    ) -> impl Future<Output = Result<Option<Lease>, ProviderError>> + Send {
        future::ready(Ok(None))
    }

    /// Holds a lock for its whole life once more, from now on.
    fn renew(
        &self,
        lease: &Lease,
    ) -> impl Future<Output = Result<Lease, ProviderError>> + Send {
        future::ready(Ok(lease.clone()))
    }

    /// The lock of a stack, whoever holds it.
    fn find_lock(
        &self,
        _stack: &StackName,
    ) -> impl Future<Output = Result<Option<SeenLock>, ProviderError>> + Send
    {
        future::ready(Ok(None))
    }

    /// Removes this one lock, and none that came after it.
    fn unlock(
        &self,
        _lock: &RemoteId,
    ) -> impl Future<Output = Result<(), ProviderError>> + Send {
        future::ready(Ok(()))
    }
}
