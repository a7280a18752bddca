//! Keeping other writers out of a tenant file.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::PathBuf;

use super::file::TenantFile;
use crate::files::{self, FileLock, LockFileError};
use crate::provider::ProviderError;

/// The folder that is made for a tenant file where nothing else is said.
const DEFAULT_FOLDER: &str = ".grantry";

impl TenantFile {
    /// Takes the exclusive right to write, which ends when it is dropped or the
    /// process dies, and clears away what a killed writer may have left.
    pub(super) fn lock(&self) -> Result<FileLock, ProviderError> {
        // Nothing is made beside what is no tenant.
        self.read_header()?;
        self.make_folder()
            .map_err(|source| self.error("lock", source))?;

        let file = files::open_to_lock(&self.lock_file());
        let file = file.map_err(|error| self.lock_file_error(error))?;
        let lock =
            FileLock::hold(file).map_err(|error| self.lock_error(error))?;

        // Only whoever has the lock knows that nobody is writing them.
        self.remove_unfinished()
            .map_err(|source| self.error("lock", source))?;
        Ok(lock)
    }

    /// Finds out whether somebody else has the lock, which is an error. Nothing
    /// is made for that.
    pub(super) fn find_lock(&self) -> Result<(), ProviderError> {
        self.read_header()?;

        let found = files::find_locked(&self.lock_file());
        let found = found.map_err(|error| self.lock_file_error(error))?;
        let Some(file) = found else {
            return Ok(());
        };
        // It is not held, and keeps nobody out who looks too.
        let shared =
            FileLock::share(file).map_err(|error| self.lock_error(error));
        shared.map(drop)
    }

    /// The file beside it that is locked in its place: it is itself replaced.
    fn lock_file(&self) -> PathBuf {
        let mut name = self.file.clone().into_os_string();
        name.push(".lock");
        name.into()
    }

    /// Makes the folder. The one that nobody asked for ignores itself for Git.
    fn make_folder(&self) -> io::Result<()> {
        let folder = self.folder();
        if folder.is_dir() {
            return Ok(());
        }
        fs::create_dir_all(folder)?;
        if folder.ends_with(DEFAULT_FOLDER) {
            File::create_new(folder.join(".gitignore"))?.write_all(b"*\n")?;
        }
        Ok(())
    }

    fn remove_unfinished(&self) -> io::Result<()> {
        let prefix = self.unfinished_prefix();

        for entry in fs::read_dir(self.folder())? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.as_encoded_bytes();
            if name.starts_with(prefix.as_encoded_bytes()) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// What went wrong with the file that is locked in its place.
    fn lock_file_error(&self, error: LockFileError) -> ProviderError {
        ProviderError::File {
            action: "use",
            path: self.lock_file(),
            source: error.into(),
        }
    }

    /// Why the lock is not ours.
    fn lock_error(&self, error: TryLockError) -> ProviderError {
        match error {
            TryLockError::WouldBlock => ProviderError::Locked {
                path: self.path.clone(),
            },
            TryLockError::Error(source) => self.error("lock", source),
        }
    }
}
