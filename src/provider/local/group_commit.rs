//! Saving writes in groups: what is in memory, and how much of it the file has.
//!
//! Each write becomes a line. Writes that run side by side are appended
//! together, because making sure that the disk has them costs the same for
//! one as for a thousand. Once most lines are out of date, the file is
//! replaced by one with each object once: all that is ever written grows as
//! the number of writes does.

use std::io;

use super::file::TenantFile;
use super::lines::LIMIT;
use super::saving::{Appended, Unsaved};
use super::state::TenantState;
use super::write::Before;
use crate::model::RemoteId;
use crate::provider::{ProviderError, Write, WriteError};

/// The tenant in memory, and how much of it the file has.
#[derive(Debug)]
pub(super) struct GroupCommit {
    file: TenantFile,
    /// The file as it was left; none if it has to be replaced.
    left: Option<Extent>,
    /// With every write.
    tenant: TenantState,
    /// What of it the file does not have yet.
    pending: Pending,
    /// How many writes `tenant` has seen.
    written: u64,
    /// Up to which of them the file has them.
    kept: u64,
    /// Up to which of them those that the file does not have are lost.
    lost: u64,
    /// Up to which of them it is not known of the others
    /// whether the file has them.
    doubtful: u64,
}

/// Writes that are not saved yet.
#[derive(Debug, Default)]
struct Pending {
    /// What is to be appended for them.
    text: Vec<u8>,
    lines: usize,
    /// What was there before them, the oldest first.
    before: Vec<Before>,
}

/// How much a file holds.
#[derive(Debug, Clone, Copy)]
struct Extent {
    bytes: u64,
    lines: usize,
}

impl GroupCommit {
    /// The first save replaces the file: what a killed writer left behind its
    /// last line goes, and so do the lines that are out of date.
    pub(super) fn new(file: TenantFile, tenant: TenantState) -> Self {
        Self {
            file,
            left: None,
            tenant,
            pending: Pending::default(),
            written: 0,
            kept: 0,
            lost: 0,
            doubtful: 0,
        }
    }

    pub(super) fn tenant(&self) -> &TenantState {
        &self.tenant
    }

    /// Carries out a write, in memory only: the id of its object, and the
    /// number of the write.
    pub(super) fn write_in_memory(
        &mut self,
        write: &Write,
    ) -> Result<(RemoteId, u64), ProviderError> {
        let (id, before) = self.tenant.carry_out(write)?;
        let has_changed = !before.is_empty();

        // What was gone before it was deleted needs no line.
        if has_changed {
            // One line, whatever else it takes along: no crash leaves the half
            // of a write.
            let line = self
                .tenant
                .write_line(id.as_str(), &mut self.pending.text);
            if let Err(source) = line {
                self.tenant.undo_writes(before);
                return Err(self.file.error("write", source));
            }
            self.pending.lines += 1;
            self.pending.before.extend(before);
        }

        self.written += 1;
        Ok((id, self.written))
    }

    /// Sees to it that the file has this write.
    pub(super) fn save(&mut self, write: u64) -> Result<(), WriteError> {
        self.save_by(write, Self::append_or_replace)
    }

    fn save_by(
        &mut self,
        write: u64,
        put: impl FnOnce(&Self, &Pending) -> Result<Extent, Unsaved>,
    ) -> Result<(), WriteError> {
        // Another one has saved it along with its own.
        if write <= self.kept {
            return Ok(());
        }
        if write <= self.lost {
            return Err(WriteError::Refused(self.failed_beside()));
        }
        if write <= self.doubtful {
            return Err(WriteError::Unknown(self.failed_beside()));
        }

        let pending = std::mem::take(&mut self.pending);
        match put(self, &pending) {
            Ok(extent) => {
                self.left = Some(extent);
                self.kept = self.written;
                Ok(())
            }
            Err(unsaved) => {
                // Somebody may be reading what was taken back: nothing is put
                // in its place.
                self.left = None;
                Err(self.give_up(pending, unsaved))
            }
        }
    }

    /// Takes back what the file does not have. What it has is what others read
    /// already, and stays.
    fn give_up(&mut self, pending: Pending, unsaved: Unsaved) -> WriteError {
        match unsaved {
            Unsaved::Undone(source) => {
                self.tenant.undo_writes(pending.before);
                // All that waited, whoever wrote it: it was to be saved as one,
                // and is taken back as one.
                self.lost = self.written;
                WriteError::Refused(self.file.error("write", source))
            }
            Unsaved::InDoubt(source) => {
                // The next save replaces the file, and what may
                // be in it of this goes.
                self.tenant.undo_writes(pending.before);
                self.doubtful = self.written;
                WriteError::Unknown(self.file.error("write", source))
            }
            Unsaved::NotForGood(source) => {
                self.doubtful = self.written;
                WriteError::Unknown(self.file.error("write", source))
            }
        }
    }

    fn failed_beside(&self) -> ProviderError {
        let source = io::Error::other("a write beside it failed");

        self.file.error("write", source)
    }

    fn append_or_replace(&self, pending: &Pending) -> Result<Extent, Unsaved> {
        if let Some(left) = self.left {
            let extent = Extent {
                bytes: left.bytes + pending.text.len() as u64,
                lines: left.lines + pending.lines,
            };
            let is_mostly_out_of_date = extent.lines / 2 > self.tenant.len();
            // Nor is more appended than may be read: the next run would refuse
            // such a file.
            if !is_mostly_out_of_date && extent.bytes <= LIMIT.bytes() {
                let appended = self
                    .file
                    .append_lines(&pending.text, left.bytes)?;
                if appended == Appended::Kept {
                    return Ok(extent);
                }
            }
        }

        let bytes = self.file.replace_with(&self.tenant)?;
        Ok(Extent {
            bytes,
            lines: self.tenant.len(),
        })
    }
}

#[cfg(test)]
mod tests;
