//! The tenant file: read whole, replaced atomically, locked against a second writer.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::tenant::Tenant;
use crate::provider::ProviderError;

/// The newest version of the file this Grantry reads, and the one it writes.
const VERSION: u64 = 1;

/// A tenant file.
#[derive(Debug)]
pub(super) struct TenantFile {
    /// As people call it.
    path: PathBuf,
    /// What is read and replaced: of a link, the file it leads to.
    file: PathBuf,
}

/// The exclusive right to write a tenant file; given back when dropped, or when the process dies.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

#[derive(Deserialize)]
struct Header {
    grantry_tenant: u64,
}

#[derive(Serialize)]
struct Content<'a> {
    grantry_tenant: u64,
    tenant: &'a Tenant,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnedContent {
    #[serde(rename = "grantry_tenant")]
    _version: u64,
    tenant: Tenant,
}

impl TenantFile {
    pub(super) fn new(path: PathBuf) -> Self {
        let file = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        Self { path, file }
    }

    /// Reads the tenant; a file that does not exist is an empty one.
    pub(super) fn load(&self) -> Result<Tenant, ProviderError> {
        self.load_with_version().map(|(_, tenant)| tenant)
    }

    /// Reads the tenant, and the version of its file if there is one.
    pub(super) fn load_with_version(&self) -> Result<(Option<u64>, Tenant), ProviderError> {
        let bytes = match fs::read(&self.file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok((None, Tenant::default()));
            }
            Err(source) => return Err(self.failed("read", source)),
        };
        let damaged = |error: serde_json::Error| ProviderError::NotATenant {
            path: self.path.clone(),
            reason: error.to_string(),
        };
        let Header { grantry_tenant: version } = serde_json::from_slice(&bytes).map_err(damaged)?;
        if version > VERSION {
            let path = self.path.clone();
            return Err(ProviderError::NewerTenant { path, version, known: VERSION });
        }
        let content: OwnedContent = serde_json::from_slice(&bytes).map_err(damaged)?;
        match content.tenant.doubled() {
            None => Ok((Some(version), content.tenant)),
            Some(address) => Err(ProviderError::NotATenant {
                path: self.path.clone(),
                reason: format!("{address} is in it twice"),
            }),
        }
    }

    /// Whether a file can be made in the folder, or in the one that it would be made in.
    pub(super) fn try_folder(&self) -> Result<(), ProviderError> {
        let there = self.folder().ancestors().find(|folder| folder.exists());
        let folder = there.filter(|folder| !folder.as_os_str().is_empty());
        let made = tempfile::tempfile_in(folder.unwrap_or(Path::new(".")));
        made.map(|_| ()).map_err(|source| self.failed("write", source))
    }

    /// Replaces the file: whoever reads it, even after a crash, sees the old or the new content.
    pub(super) fn save(&self, tenant: &Tenant) -> Result<(), ProviderError> {
        self.replace(tenant).map_err(|source| self.failed("write", source))
    }

    fn replace(&self, tenant: &Tenant) -> io::Result<()> {
        let content = Content { grantry_tenant: VERSION, tenant };
        let mut bytes = serde_json::to_vec_pretty(&content)?;
        bytes.push(b'\n');
        let folder = self.folder();
        let mut unfinished =
            tempfile::Builder::new().prefix(&self.unfinished()).tempfile_in(folder)?;
        unfinished.write_all(&bytes)?;
        unfinished.as_file().sync_all()?;
        unfinished.persist(&self.file)?;
        // The new name must survive a crash of the machine too.
        File::open(folder)?.sync_all()
    }

    /// Takes the lock, and clears away what a killed writer may have left.
    pub(super) fn lock(&self) -> Result<Lock, ProviderError> {
        let failed = |source| self.failed("lock", source);
        fs::create_dir_all(self.folder()).map_err(failed)?;
        let mut name = self.file.clone().into_os_string();
        name.push(".lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(name)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(ProviderError::Locked { path: self.path.clone() });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        self.sweep().map_err(failed)?;
        Ok(Lock { _file: file })
    }

    fn sweep(&self) -> io::Result<()> {
        for entry in fs::read_dir(self.folder())? {
            let entry = entry?;
            let name = entry.file_name();
            if name.as_encoded_bytes().starts_with(self.unfinished().as_encoded_bytes()) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// How the name of this file begins while it is not finished: other tenants of the folder are
    /// nothing to us.
    fn unfinished(&self) -> OsString {
        let mut name = OsString::from(".");
        name.push(self.file.file_name().unwrap_or_default());
        name.push(".unfinished-");
        name
    }

    fn folder(&self) -> &Path {
        match self.file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        }
    }

    /// What went wrong with this file.
    pub(super) fn failed(&self, action: &'static str, source: io::Error) -> ProviderError {
        ProviderError::File { action, path: self.path.clone(), source }
    }
}
