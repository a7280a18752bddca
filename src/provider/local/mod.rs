//! A tenant in one JSON file: the embedded default, for trying Grantry and for tests.
//!
//! It works on the model itself and knows nothing of Auth0, which proves that the seam is a seam.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::{Mutate, Observe, ProviderError, Write, WriteError};
use crate::model::{Address, Found, RemoteId, Snapshot};

mod file;
mod tenant;

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

    async fn find(&self, _: &Address, id: &RemoteId) -> Result<Option<Found>, ProviderError> {
        self.file.load().map(|tenant| tenant.find(id))
    }
}

/// Writes a tenant file. While it lives, no other Grantry can write to the same file.
#[derive(Debug)]
pub struct Writer {
    file: TenantFile,
    tenant: Mutex<Tenant>,
    _lock: Lock,
}

impl Writer {
    /// Locks the file and reads it. Nothing is written, and the file is not created, until the
    /// first write.
    pub fn open(path: PathBuf) -> Result<Self, ProviderError> {
        let file = TenantFile::new(path);
        let lock = file.lock()?;
        let tenant = Mutex::new(file.load()?);
        Ok(Self { file, tenant, _lock: lock })
    }
}

impl Observe for Writer {
    async fn read(&self) -> Result<Snapshot, ProviderError> {
        Ok(self.tenant.lock().unwrap_or_else(PoisonError::into_inner).snapshot())
    }

    async fn find(&self, _: &Address, id: &RemoteId) -> Result<Option<Found>, ProviderError> {
        Ok(self.tenant.lock().unwrap_or_else(PoisonError::into_inner).find(id))
    }
}

impl Mutate for Writer {
    /// The file is replaced before the write is said to be done.
    async fn write(&self, write: &Write) -> Result<RemoteId, WriteError> {
        let mut tenant = self.tenant.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = tenant.clone();
        let id = next.write(write).map_err(WriteError::Refused)?;
        self.file.save(&next).map_err(WriteError::Refused)?;
        *tenant = next;
        Ok(id)
    }
}

#[cfg(test)]
mod tests;
