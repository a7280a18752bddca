//! Whether a file is as it was.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

/// When a file was written, and how long it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileState {
    modified: Option<SystemTime>,
    length: u64,
}

impl FileState {
    /// None where there is no file. A folder has none: it changes with files
    /// that nobody reads.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let there = fs::metadata(path).ok()?;

        there.is_file().then(|| Self {
            // Where nothing keeps it, only the length tells.
            modified: there.modified().ok(),
            length: there.len(),
        })
    }
}
