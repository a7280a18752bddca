//! One of two providers, for those who learn only as they run which it is.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

use super::{
    Holder, Lease, LockUse, Locks, Mutate, Names, Need, Observe, Price, ProviderError, SeenLock,
    Write, WriteError,
};
use crate::model::{Address, Found, Inspection, RemoteId, Snapshot, StackName};
use crate::plan::Plan;

/// A provider that is one of two.
#[derive(Debug)]
pub enum Either<Local, Auth0> {
    /// A tenant in a file.
    Local(Local),
    /// An Auth0 tenant.
    Auth0(Auth0),
}

impl<Local: Observe, Auth0: Observe> Observe for Either<Local, Auth0> {
    fn price(&self, plan: &Plan, seen: &Snapshot, lock: LockUse) -> Option<Price> {
        match self {
            Self::Local(local) => local.price(plan, seen, lock),
            Self::Auth0(auth0) => auth0.price(plan, seen, lock),
        }
    }

    async fn allows(&self, needs: &BTreeSet<Need>) -> Result<(), ProviderError> {
        match self {
            Self::Local(local) => local.allows(needs).await,
            Self::Auth0(auth0) => auth0.allows(needs).await,
        }
    }

    async fn read(&self) -> Result<Snapshot, ProviderError> {
        match self {
            Self::Local(local) => local.read().await,
            Self::Auth0(auth0) => auth0.read().await,
        }
    }

    async fn complete(
        &self,
        seen: Snapshot,
        closer: &BTreeSet<Address>,
    ) -> Result<Snapshot, ProviderError> {
        match self {
            Self::Local(local) => local.complete(seen, closer).await,
            Self::Auth0(auth0) => auth0.complete(seen, closer).await,
        }
    }

    async fn inspect(
        &self,
        address: &Address,
        id: &RemoteId,
    ) -> Result<Option<Inspection>, ProviderError> {
        match self {
            Self::Local(local) => local.inspect(address, id).await,
            Self::Auth0(auth0) => auth0.inspect(address, id).await,
        }
    }

    async fn clients(&self) -> Result<BTreeMap<Address, Found>, ProviderError> {
        match self {
            Self::Local(local) => local.clients().await,
            Self::Auth0(auth0) => auth0.clients().await,
        }
    }
}

impl<Local: Locks, Auth0: Locks> Locks for Either<Local, Auth0> {
    fn names(&self) -> Names {
        match self {
            Self::Local(local) => local.names(),
            Self::Auth0(auth0) => auth0.names(),
        }
    }

    async fn lock(
        &self,
        stack: &StackName,
        holder: &Holder,
    ) -> Result<Option<Lease>, ProviderError> {
        match self {
            Self::Local(local) => local.lock(stack, holder).await,
            Self::Auth0(auth0) => auth0.lock(stack, holder).await,
        }
    }

    async fn renew(&self, lease: &Lease) -> Result<Lease, ProviderError> {
        match self {
            Self::Local(local) => local.renew(lease).await,
            Self::Auth0(auth0) => auth0.renew(lease).await,
        }
    }

    async fn find_lock(&self, stack: &StackName) -> Result<Option<SeenLock>, ProviderError> {
        match self {
            Self::Local(local) => local.find_lock(stack).await,
            Self::Auth0(auth0) => auth0.find_lock(stack).await,
        }
    }

    async fn unlock(&self, lock: &RemoteId) -> Result<(), ProviderError> {
        match self {
            Self::Local(local) => local.unlock(lock).await,
            Self::Auth0(auth0) => auth0.unlock(lock).await,
        }
    }
}

impl<Local: Mutate, Auth0: Mutate> Mutate for Either<Local, Auth0> {
    fn side_by_side(&self, requests: NonZeroUsize) -> NonZeroUsize {
        match self {
            Self::Local(local) => local.side_by_side(requests),
            Self::Auth0(auth0) => auth0.side_by_side(requests),
        }
    }

    async fn write(&self, write: &Write) -> Result<RemoteId, WriteError> {
        match self {
            Self::Local(local) => local.write(write).await,
            Self::Auth0(auth0) => auth0.write(write).await,
        }
    }
}
