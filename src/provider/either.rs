//! One of two providers, for those who learn only as they run which it is.

use std::collections::BTreeSet;

use super::{Mutate, Need, Observe, Price, ProviderError, Write, WriteError};
use crate::model::{Address, Found, RemoteId, Snapshot};
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
    fn price(&self, plan: &Plan) -> Option<Price> {
        match self {
            Self::Local(local) => local.price(plan),
            Self::Auth0(auth0) => auth0.price(plan),
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

    async fn find(&self, address: &Address, id: &RemoteId) -> Result<Option<Found>, ProviderError> {
        match self {
            Self::Local(local) => local.find(address, id).await,
            Self::Auth0(auth0) => auth0.find(address, id).await,
        }
    }
}

impl<Local: Mutate, Auth0: Mutate> Mutate for Either<Local, Auth0> {
    async fn write(&self, write: &Write) -> Result<RemoteId, WriteError> {
        match self {
            Self::Local(local) => local.write(write).await,
            Self::Auth0(auth0) => auth0.write(write).await,
        }
    }
}
