//! Where the files of a configuration are: on the disk, or in
//! a revision that Git keeps.
//!
//! One door with the same rules for both: regular files that are not too large,
//! and nothing outside of the folder it is sought in, wherever links lead.

use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use super::git::EntryKind;
use super::revision::Revision;
use super::revision_error::RevisionError;
use super::{Limit, ReadError};

/// Where files are read.
#[derive(Debug)]
#[non_exhaustive]
pub enum Tree {
    /// The disk.
    Disk,
    /// A revision, without its files being on the disk.
    Revision(Revision),
}

/// Where a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Here, if it is anywhere.
    Here,
    /// Of the repository, and not there in this revision.
    NotYet,
    /// Of no repository, or another one: it is as it is now.
    Elsewhere,
}

impl Tree {
    /// How a file is called in messages.
    pub(crate) fn name_of(&self, path: &Path) -> String {
        match self {
            Self::Disk => path.display().to_string(),
            Self::Revision(revision) => revision.name_of(path),
        }
    }

    /// Whether there is a folder of this name.
    pub(crate) fn is_folder(&self, path: &Path) -> bool {
        match self {
            Self::Disk => path.is_dir(),
            Self::Revision(revision) => revision.is_folder(path),
        }
    }

    /// What is in a folder, in no particular order. A link is told as one,
    /// wherever it leads.
    pub(crate) fn list(
        &self,
        folder: &Path,
    ) -> io::Result<Vec<(PathBuf, EntryKind)>> {
        match self {
            Self::Disk => fs::read_dir(folder)?
                .map(|entry| {
                    let entry = entry?;
                    Ok((entry.path(), kind_of(entry.file_type()?)))
                })
                .collect(),
            Self::Revision(revision) => revision.list(folder),
        }
    }

    /// Reads a whole file.
    pub(crate) fn read(
        &self,
        path: &Path,
        limit: Limit,
    ) -> Result<Vec<u8>, ReadError> {
        match self {
            Self::Disk => super::read(path, limit),
            Self::Revision(revision) => revision.read(path, limit),
        }
    }

    /// Where a file is that is not of the configuration,
    /// but was named beside it.
    pub(crate) fn reach(&self, path: &Path) -> Reach {
        match self {
            Self::Disk => Reach::Here,
            Self::Revision(revision) => match revision.has(path) {
                Ok(false) => Reach::NotYet,
                Err(RevisionError::Outside { .. }) => Reach::Elsewhere,
                // What is in the way is told by whoever reads it.
                Ok(true) | Err(_) => Reach::Here,
            },
        }
    }

    /// Whether a name, relative to a folder, leads to something in it, wherever
    /// its links lead. What is not there yet counts as what it would be.
    pub(crate) fn is_inside(
        &self,
        folder: &Path,
        name: &Path,
    ) -> io::Result<bool> {
        match self {
            Self::Disk => super::is_inside(folder, name),
            Self::Revision(revision) => revision.is_inside(folder, name),
        }
    }
}

fn kind_of(kind: FileType) -> EntryKind {
    if kind.is_symlink() {
        EntryKind::Link
    } else if kind.is_dir() {
        EntryKind::Folder
    } else {
        // Also a pipe, say: whoever opens it finds that it is no file.
        EntryKind::File
    }
}
