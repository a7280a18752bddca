//! Files that somebody else may have put there.
//!
//! Floor 0. A pull request chooses what a name stands for: a pipe that
//! is waited for for ever, a device that never ends, a link to what is
//! not its author's. So every file that a person or a configuration
//! names is opened here, and so is the one beside it that is locked.
//! `place` says where a name leads.
//!
//! A `tree` is where the files of a configuration are: the disk, or a
//! `revision` that `git` keeps.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;

#[cfg(feature = "engine")]
mod attributes;
#[cfg(feature = "cli")]
mod closed;
#[cfg(feature = "engine")]
mod git;
#[cfg(feature = "cli")]
mod kept;
#[cfg(any(feature = "local", feature = "emulator"))]
mod lock;
#[cfg(feature = "cli")]
mod name;
#[cfg(feature = "cli")]
mod numbered;
mod place;
#[cfg(feature = "engine")]
mod revision;
#[cfg(feature = "engine")]
mod revision_error;
#[cfg(feature = "engine")]
mod revision_name;
#[cfg(feature = "cli")]
mod state;
#[cfg(feature = "engine")]
mod tree;
#[cfg(feature = "cli")]
mod writing;

#[cfg(feature = "cli")]
pub(crate) use closed::is_closed_to_others;
#[cfg(feature = "engine")]
pub(crate) use git::EntryKind;
#[cfg(feature = "cli")]
pub(crate) use kept::{Access, KeptError, KeptFile};
#[cfg(any(feature = "local", feature = "emulator"))]
pub(crate) use lock::{FileLock, open_to_lock};
#[cfg(feature = "local")]
pub(crate) use lock::{LockFileError, find_locked};
#[cfg(feature = "cli")]
pub(crate) use name::name_from;
#[cfg(feature = "cli")]
pub(crate) use numbered::NumberedFile;
pub(crate) use place::folder_of;
#[cfg(feature = "engine")]
pub(crate) use place::is_inside;
#[cfg(feature = "engine")]
pub(crate) use place::where_it_leads;
#[cfg(feature = "engine")]
pub use revision::Revision;
#[cfg(feature = "engine")]
pub use revision_error::RevisionError;
#[cfg(feature = "engine")]
pub use revision_name::RevisionName;
#[cfg(feature = "cli")]
pub(crate) use state::FileState;
#[cfg(feature = "engine")]
pub(crate) use tree::Reach;
#[cfg(feature = "engine")]
pub use tree::Tree;
#[cfg(feature = "cli")]
pub(crate) use writing::{append, replace};

/// How many bytes a file may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit(u64);

impl Limit {
    /// A key, or a few certificates.
    #[cfg(feature = "engine")]
    pub(crate) const KEY: Self = Self(64 << 10);

    /// One file of a configuration.
    #[cfg(feature = "engine")]
    pub(crate) const CONFIGURATION: Self = Self(16 << 20);

    /// A plan that was kept: some 100,000 changes.
    #[cfg(feature = "cli")]
    pub(crate) const PLAN: Self = Self(256 << 20);

    /// A tenant: some 700,000 clients and grants.
    #[cfg(any(feature = "local", feature = "emulator"))]
    pub(crate) const TENANT: Self = Self(512 << 20);

    pub(crate) fn bytes(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 >> 20 {
            0 => write!(formatter, "{} KiB", self.0 >> 10),
            mebibytes => write!(formatter, "{mebibytes} MiB"),
        }
    }
}

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("it is not a regular file")]
    NotRegular,
    #[error("it is larger than {0}")]
    TooLarge(Limit),
}

impl From<ReadError> for io::Error {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Io(error) => error,
            other => Self::other(other),
        }
    }
}

/// Opens a regular file that is not larger than it may be.
pub(crate) fn open(path: &Path, limit: Limit) -> Result<File, ReadError> {
    let mut options = OpenOptions::new();
    options.read(true);

    // What the name stands for is asked of the open file: between a
    // look at the name and the opening it could be exchanged. So
    // nothing may be waited for here.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        libc::O_NONBLOCK | libc::O_NOCTTY,
    );

    let file = options.open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(ReadError::NotRegular);
    }
    // Most files tell their length, so that one that is too
    // large need not be read first.
    if metadata.len() > limit.bytes() {
        return Err(ReadError::TooLarge(limit));
    }
    Ok(file)
}

/// Reads a whole file.
pub(crate) fn read(path: &Path, limit: Limit) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();

    // Files grow while they are read, and some of the system's
    // say that they are empty.
    open(path, limit)?
        .take(limit.bytes() + 1)
        .read_to_end(&mut bytes)?;

    if bytes.len() as u64 > limit.bytes() {
        return Err(ReadError::TooLarge(limit));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
