//! A tenant in one JSON file: the embedded default, for trying Grantry and for tests.
//!
//! It works on the model itself and knows nothing of Auth0, which proves that the seam is a seam.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Locks, Mutate, Observe, ProviderError, Write, WriteError};
use crate::model::{Address, Found, Inspection, RemoteId, Snapshot};

mod examine;
mod file;
mod tenant;

pub use examine::{Examination, FileState};
use file::{Lock, TenantFile};
use tenant::Tenant;

/// Reads a tenant file. A file that does not exist is an empty tenant.
#[derive(Debug)]
pub struct Reader {
    file: TenantFile,
}

impl Reader {
    /// A reader of the tenant in this file.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self { file: TenantFile::new(path) }
    }
}

impl Observe for Reader {
    async fn read(&self) -> Result<Snapshot, ProviderError> {
        self.file.load().map(|tenant| tenant.snapshot())
    }

    async fn inspect(
        &self,
        address: &Address,
        id: &RemoteId,
    ) -> Result<Option<Inspection>, ProviderError> {
        self.file.load().map(|tenant| tenant.inspect(address, id))
    }

    async fn clients(&self) -> Result<BTreeMap<Address, Found>, ProviderError> {
        self.file.load().map(|tenant| tenant.clients())
    }
}

/// Writes a tenant file. While it lives, no other Grantry can write to the same file.
#[derive(Debug)]
pub struct Writer {
    file: TenantFile,
    state: Mutex<State>,
    _lock: Lock,
}

/// The tenant in memory and on the disk. Writes that run side by side are saved together: each save
/// costs as much as the whole tenant.
#[derive(Debug)]
struct State {
    /// With every write.
    tenant: Tenant,
    /// As the file has it.
    saved: Tenant,
    /// How many writes `tenant` has seen.
    written: u64,
    /// Up to which of them the file has them.
    kept: u64,
    /// Up to which of them those that the file does not have are lost.
    lost: u64,
}

impl Writer {
    /// Locks the file and reads it. Nothing is written, and the file is not created, until the
    /// first write.
    pub fn open(path: PathBuf) -> Result<Self, ProviderError> {
        let file = TenantFile::new(path);
        let lock = file.lock()?;
        let tenant = file.load()?;
        let saved = tenant.clone();
        let state = Mutex::new(State { tenant, saved, written: 0, kept: 0, lost: 0 });
        Ok(Self { file, state, _lock: lock })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Sees to it that the file has this write.
    fn save(&mut self, write: u64, file: &TenantFile) -> Result<(), ProviderError> {
        if write <= self.kept {
            return Ok(());
        }
        if write <= self.lost {
            return Err(file.failed("write", io::Error::other("a write beside it failed")));
        }
        match file.save(&self.tenant) {
            Ok(()) => {
                self.saved.clone_from(&self.tenant);
                self.kept = self.written;
                Ok(())
            }
            Err(error) => {
                self.tenant.clone_from(&self.saved);
                self.lost = self.written;
                Err(error)
            }
        }
    }
}

impl Observe for Writer {
    async fn read(&self) -> Result<Snapshot, ProviderError> {
        Ok(self.state().tenant.snapshot())
    }

    async fn inspect(
        &self,
        address: &Address,
        id: &RemoteId,
    ) -> Result<Option<Inspection>, ProviderError> {
        Ok(self.state().tenant.inspect(address, id))
    }

    async fn clients(&self) -> Result<BTreeMap<Address, Found>, ProviderError> {
        Ok(self.state().tenant.clients())
    }
}

/// The lock of the file keeps others out.
impl Locks for Writer {}

impl Mutate for Writer {
    /// The file is replaced before the write is said to be done.
    async fn write(&self, write: &Write) -> Result<RemoteId, WriteError> {
        let (id, number) = {
            let mut state = self.state();
            let id = state.tenant.write(write).map_err(WriteError::Refused)?;
            state.written += 1;
            (id, state.written)
        };
        // The writes beside this one come along.
        tokio::task::yield_now().await;
        self.state().save(number, &self.file).map_err(WriteError::Refused)?;
        Ok(id)
    }
}

#[cfg(test)]
mod tests;
