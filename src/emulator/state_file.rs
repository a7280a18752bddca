//! The state file, and its lock: two emulators that keep their tenants in one
//! would each undo what the other has answered.

use std::fs::{self, File, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Arc;

use super::error::EmulatorError;
use crate::files::{self, FileLock, ReadError};

/// As many digits as a process can have.
const LONGEST_ID: u64 = 20;

/// The file that a state is kept in, and the exclusive right to write it. That
/// ends with the last copy of this, or with the process, however that ends: the
/// system keeps it, and the file that is left behind means nothing by itself.
#[derive(Clone)]
pub(crate) struct StateFile {
    path: PathBuf,
    // Shared with what writes: an emulator that is dropped may be writing
    // still, and lets nobody else do so before it is through.
    _lock: Arc<FileLock>,
}

impl StateFile {
    /// Takes it, unless another emulator has it.
    pub(crate) fn lock(path: PathBuf) -> Result<Self, EmulatorError> {
        // Another emulator may know the same file by its own name; and a link
        // is no place to write to.
        let path = match path.canonicalize() {
            Ok(file) if path.is_symlink() => file,
            _ => path,
        };
        check_regular(&path)?;
        let lock_file = name_lock_file(&path);
        let cannot_lock = |source| EmulatorError::File {
            action: "lock",
            path: lock_file.clone(),
            source,
        };
        let file = files::open_to_lock(&lock_file)
            .map_err(|error| cannot_lock(error.into()))?;
        let named = file.try_clone().map_err(cannot_lock)?;

        match FileLock::hold(file) {
            Ok(lock) => {
                name_holder(&named);
                Ok(Self {
                    path,
                    _lock: Arc::new(lock),
                })
            }
            Err(TryLockError::WouldBlock) => Err(EmulatorError::Locked {
                path,
                holder: read_holder(&named),
            }),
            Err(TryLockError::Error(source)) => Err(cannot_lock(source)),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// Nothing is made beside what can be no state.
fn check_regular(path: &Path) -> Result<(), EmulatorError> {
    match fs::metadata(path) {
        Ok(there) if !there.is_file() => Err(EmulatorError::File {
            action: "read",
            path: path.to_owned(),
            source: ReadError::NotRegular.into(),
        }),
        // Whatever else is wrong with it is found as it is read.
        _ => Ok(()),
    }
}

/// The file beside the state that is locked in its place: the
/// state is itself replaced.
fn name_lock_file(state: &Path) -> PathBuf {
    let mut name = state.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

/// For whoever comes while it is held. Nothing is decided
/// by it, so it may fail too.
fn name_holder(mut file: &File) {
    let _ = file
        .set_len(0)
        .and_then(|()| file.write_all(process::id().to_string().as_bytes()));
}

fn read_holder(file: &File) -> Option<u32> {
    let mut text = String::new();
    file.take(LONGEST_ID)
        .read_to_string(&mut text)
        .ok()?;
    text.parse().ok()
}

#[cfg(test)]
mod tests;
