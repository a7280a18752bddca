//! Saving to a tenant file: it is appended to, or another one takes its place.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, IntoInnerError, Write as _};

use super::file::TenantFile;
use super::lines::LIMIT;
use super::state::TenantState;
use crate::files::ReadError;

/// Whether lines could be appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Appended {
    /// They are in the file, whatever happens to the machine.
    Kept,
    /// The file is not as it was left. Nothing was done.
    Changed,
}

/// Why the file does not have for sure what it was to have.
#[derive(Debug)]
pub(super) enum Unsaved {
    /// It is as it was.
    Undone(io::Error),
    /// It may have some of it.
    InDoubt(io::Error),
    /// It has it, and may be as it was again once the machine has stopped.
    NotForGood(io::Error),
}

impl From<io::Error> for Unsaved {
    fn from(error: io::Error) -> Self {
        Self::Undone(error)
    }
}

impl TenantFile {
    /// Appends lines to the file of this length.
    pub(super) fn append_lines(
        &self,
        lines: &[u8],
        length: u64,
    ) -> Result<Appended, Unsaved> {
        let mut options = OpenOptions::new();
        options.read(true).append(true);
        let mut file = match options.open(&self.file) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(Appended::Changed);
            }
            Err(error) => return Err(error.into()),
        };
        // Somebody has written to it, or put another in its place: what is
        // appended need not fit that.
        if file.metadata()?.len() != length {
            return Ok(Appended::Changed);
        }

        // Its length is synced along with its data; when it was changed is of
        // no interest.
        let written = file
            .write_all(lines)
            .and_then(|()| file.sync_data());
        if let Err(error) = written {
            return Err(match file.set_len(length) {
                Ok(()) => Unsaved::Undone(error),
                Err(_) => Unsaved::InDoubt(error),
            });
        }

        Ok(Appended::Kept)
    }

    /// Puts another file in the place of this one, and gives its length:
    /// whoever reads it, even after a crash, sees the old or the new content.
    pub(super) fn replace_with(
        &self,
        tenant: &TenantState,
    ) -> Result<u64, Unsaved> {
        let folder = self.folder();
        // Beside it, and not in the system's folder for such files: only within
        // one file system does a name change hands at once.
        let unfinished = tempfile::Builder::new()
            .prefix(&self.unfinished_prefix())
            .tempfile_in(folder)?;

        let mut writer = BufWriter::new(unfinished);
        tenant.write_file(&mut writer)?;
        let unfinished = writer
            .into_inner()
            .map_err(IntoInnerError::into_error)?;

        // Its content must be on the disk before its name is.
        unfinished.as_file().sync_all()?;
        let length = unfinished.as_file().metadata()?.len();
        // Before it takes the place of the other: the next run
        // would refuse to read it.
        if length > LIMIT.bytes() {
            return Err(io::Error::from(ReadError::TooLarge(LIMIT)).into());
        }

        unfinished
            .persist(&self.file)
            .map_err(|error| error.error)?;
        // The new name must survive a crash of the machine too.
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(Unsaved::NotForGood)?;
        Ok(length)
    }
}
