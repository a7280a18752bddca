//! Writing a tenant file, and reading it while it is written.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use secrecy::SecretString;

use super::file::TenantFile;
use super::group_commit::GroupCommit;
use crate::files::FileLock;
use crate::model::{Address, Found, Inspection, RemoteId, Snapshot};
use crate::plan::SecretAccess;
use crate::provider::{
    Locks, Mutate, Observe, ProviderError, Write, WriteError,
};

/// How many writes are saved together at the most.
const TOGETHER: NonZeroUsize = NonZeroUsize::new(1_000).unwrap();

/// Writes a tenant file. While it lives, no other Grantry
/// can write to the same file.
#[derive(Debug)]
pub struct Writer {
    current: Current,
    _lock: FileLock,
}

/// Reads the tenant as it was last written, also what
/// the file does not have yet.
#[derive(Debug)]
pub struct Current {
    commit: Mutex<GroupCommit>,
}

impl Writer {
    /// Locks the file and reads it. Nothing is written, and the file is not
    /// created, until the first write.
    pub fn open(path: PathBuf) -> Result<Self, ProviderError> {
        let file = TenantFile::new(path);
        // Before it is read, so that nobody writes to it in between.
        let lock = file.lock()?;
        let tenant = file.load()?.unwrap_or_default();

        let current = Current {
            commit: Mutex::new(GroupCommit::new(file, tenant)),
        };
        Ok(Self {
            current,
            _lock: lock,
        })
    }
}

impl Current {
    fn commit(&self) -> MutexGuard<'_, GroupCommit> {
        self.commit
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observe for Current {
    async fn read(&self) -> Result<Snapshot, ProviderError> {
        Ok(self.commit().tenant().snapshot())
    }

    async fn inspect(
        &self,
        _: &Address,
        id: &RemoteId,
    ) -> Result<Option<Inspection>, ProviderError> {
        Ok(self.commit().tenant().inspect(id))
    }

    async fn list_clients(
        &self,
    ) -> Result<BTreeMap<Address, Found>, ProviderError> {
        Ok(self.commit().tenant().clients())
    }

    async fn secret_access(&self) -> Result<SecretAccess, ProviderError> {
        Ok(SecretAccess::Shown)
    }
}

/// The lock of the file keeps others out.
impl Locks for Writer {}

impl Mutate for Writer {
    type Reader = Current;

    fn reader(&self) -> &Current {
        &self.current
    }

    /// However few requests may run side by side: writing here is no request,
    /// and one save is as dear as another.
    fn side_by_side(&self, _: NonZeroUsize) -> NonZeroUsize {
        TOGETHER
    }

    /// The disk has it before it is said to be done.
    async fn write(&self, write: &Write) -> Result<RemoteId, WriteError> {
        let written = self
            .current
            .commit()
            .write_in_memory(write);
        let (id, number) = written.map_err(WriteError::Refused)?;

        // The writes beside this one come along.
        tokio::task::yield_now().await;

        self.current.commit().save(number)?;
        Ok(id)
    }

    /// Nobody can get a token here, so any secret will do: for trying things
    /// out, each client has one that is made up.
    async fn read_secret(
        &self,
        client: &RemoteId,
    ) -> Result<SecretString, ProviderError> {
        Ok(format!("local-secret-of-{client}").into())
    }

    /// None is kept.
    async fn set_secret(
        &self,
        _: &RemoteId,
        _: &SecretString,
    ) -> Result<(), WriteError> {
        Ok(())
    }
}
