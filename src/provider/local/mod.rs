//! A tenant in one file of JSON lines: the embedded default, for trying Grantry
//! and for tests.
//!
//! It works on the model itself and knows nothing of Auth0, which proves that
//! the seam is a seam.
//!
//! ```text
//! Reader ─► file ─┬► lines ─► line
//!                 └► state ─┬► records, id
//!                           └► snapshot
//! Writer ─► locking
//!        ─► group_commit ─┬► write ─┬► merge
//!                         │         └► state
//!                         └► saving ─► file
//! ```

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{Locks, Observe, ProviderError, SeenLock};
use crate::model::{
    Address, Found, Inspection, RemoteId, Snapshot, StackName, Support,
};
use crate::plan::SecretAccess;

mod examine;
mod file;
mod group_commit;
mod id;
mod line;
mod lines;
mod locking;
mod merge;
mod records;
mod saving;
mod snapshot;
mod state;
mod write;
mod writer;

pub use examine::{Examination, FileState};
use file::TenantFile;
pub use file::is_tenant_file;
pub use writer::{Current, Writer};

/// What a local tenant can express: all that a configuration can say.
pub const SUPPORT: Support = Support::of_everything("a local tenant");

/// Reads a tenant file. A file that does not exist is an empty tenant.
#[derive(Debug)]
pub struct Reader {
    file: TenantFile,
}

impl Reader {
    /// A reader of the tenant in this file.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self {
            file: TenantFile::new(path),
        }
    }
}

impl Observe for Reader {
    async fn read(&self) -> Result<Snapshot, ProviderError> {
        let tenant = self.file.load()?.unwrap_or_default();
        Ok(tenant.into_snapshot())
    }

    async fn inspect(
        &self,
        _: &Address,
        id: &RemoteId,
    ) -> Result<Option<Inspection>, ProviderError> {
        let tenant = self.file.load()?.unwrap_or_default();
        Ok(tenant.inspect(id))
    }

    /// Whatever is asked, the whole file is read: once for all of it, or
    /// thousands of deletions would read it thousands of times.
    async fn inspect_all(
        &self,
        objects: &[(Address, RemoteId)],
    ) -> Result<Vec<Option<Inspection>>, ProviderError> {
        let tenant = self.file.load()?.unwrap_or_default();
        Ok(objects
            .iter()
            .map(|(_, id)| tenant.inspect(id))
            .collect())
    }

    async fn list_clients(
        &self,
    ) -> Result<BTreeMap<Address, Found>, ProviderError> {
        let tenant = self.file.load()?.unwrap_or_default();
        Ok(tenant.clients())
    }

    async fn secret_access(&self) -> Result<SecretAccess, ProviderError> {
        Ok(SecretAccess::Shown)
    }
}

/// Whoever reads takes no lock, and sees whether a writer has it.
impl Locks for Reader {
    /// No lock outlives its writer, so there is none to be removed: one that is
    /// held is an error.
    async fn find_lock(
        &self,
        _: &StackName,
    ) -> Result<Option<SeenLock>, ProviderError> {
        self.file.find_lock().map(|()| None)
    }
}

#[cfg(test)]
mod tests;
