//! Entries that are secrets of Vault or `OpenBao`, in a KV store of version 2.
//!
//! ```text
//! reading, writing, allowed ─► client (again, where that is safe) ─► connection
//!                                └─► login
//! ```
//!
//! `metadata` is what stands beside a secret in clear, and `allowed` asks what
//! we may do before anything is done.

mod allowed;
mod client;
mod connection;
mod login;
mod message;
mod metadata;
mod reading;
mod settings;
mod writing;

use std::fmt;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use secrecy::SecretString;
use tokio::sync::OnceCell;

use self::client::Client;
pub use self::settings::{VaultLogin, VaultSettings};
use super::{Entry, Sink, SinkError};
use crate::model::{Looked, Seen, step};

/// Keeps each entry as a secret of its own. Places begin with the mount.
pub struct VaultSink {
    client: Client,
}

/// What a Vault has let us in with: several stores of it share that, since a
/// login may be good for one time only.
#[derive(Clone, Default)]
pub struct VaultSession(Arc<OnceCell<SecretString>>);

impl VaultSink {
    /// For one store; nothing is sent yet. The session is that of the same
    /// Vault, namespace and login.
    pub fn new(
        settings: VaultSettings,
        session: VaultSession,
    ) -> Result<Self, SinkError> {
        let client = Client::new(settings, session)?;
        Ok(Self { client })
    }
}

impl Client {
    /// The path in the store of a place.
    fn path<'a>(&self, place: &'a str) -> Result<&'a str, SinkError> {
        let path = place.strip_prefix(&self.settings.mount);
        let path = path.and_then(|path| path.strip_prefix('/'));

        path.filter(|path| !path.is_empty())
            .ok_or_else(|| {
                let reason = format!(
                    "{place} is not in the store that is mounted there"
                );
                let advice =
                    step!["name the mount that the configuration names"];
                self.settings
                    .not_set_up(&reason, advice)
            })
    }

    fn paths<'a>(
        &self,
        places: &'a [String],
    ) -> Result<Vec<&'a str>, SinkError> {
        places
            .iter()
            .map(|place| self.path(place))
            .collect()
    }

    /// Where a secret is.
    fn data_path<'a>(&'a self, path: &'a str) -> [&'a str; 3] {
        [&self.settings.mount, "data", path]
    }

    /// Where what stands beside it is.
    fn metadata_path<'a>(&'a self, path: &'a str) -> [&'a str; 3] {
        [&self.settings.mount, "metadata", path]
    }

    fn place(&self, path: &str) -> String {
        format!("{}/{path}", self.settings.mount)
    }
}

impl Sink for VaultSink {
    fn check<'a>(
        &'a self,
        places: &'a [String],
    ) -> BoxFuture<'a, Result<(), SinkError>> {
        async move {
            let paths = self.client.paths(places)?;
            self.client.check(&paths).await
        }
        .boxed()
    }

    fn look<'a>(
        &'a self,
        places: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<Looked>, SinkError>> {
        async move {
            let paths = self.client.paths(places)?;
            self.client.look(&paths).await
        }
        .boxed()
    }

    fn put<'a>(
        &'a self,
        place: &'a str,
        entry: &'a Entry,
        before: Option<&'a Seen>,
    ) -> BoxFuture<'a, Result<(), SinkError>> {
        async move {
            let path = self.client.path(place)?;
            self.client
                .write(path, entry, before)
                .await
        }
        .boxed()
    }

    fn read<'a>(
        &'a self,
        place: &'a str,
    ) -> BoxFuture<'a, Result<Option<Entry>, SinkError>> {
        async move {
            let path = self.client.path(place)?;
            self.client.entry(path).await
        }
        .boxed()
    }

    fn remove<'a>(
        &'a self,
        place: &'a str,
        before: &'a Seen,
    ) -> BoxFuture<'a, Result<(), SinkError>> {
        async move {
            let path = self.client.path(place)?;
            self.client.remove(path, before).await
        }
        .boxed()
    }
}

/// Says nothing of it.
impl fmt::Debug for VaultSession {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("VaultSession")
            .finish_non_exhaustive()
    }
}

/// Says nothing of its token.
impl fmt::Debug for VaultSink {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("VaultSink")
            .field("settings", &self.client.settings)
            .finish_non_exhaustive()
    }
}
