//! Entries that are a file each, in the folder of a configuration.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::SinkError;
use super::unchanged::{refuse_changed, strange};
use crate::files::{Access, KeptError, KeptFile, Limit};
use crate::model::{LabelError, Looked, Seen, step};
use crate::words::sanitize;

/// The folder of a configuration, and how entries lie in it.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    access: Access,
    /// One entry after the other: each finds out whether a folder is new.
    writing: Mutex<Cleared>,
}

/// The folders that nothing unfinished is left in.
type Cleared = BTreeSet<String>;

/// Reads what may be looked at of the file of an entry.
pub(super) type ReadSeen<'a> =
    &'a (dyn Fn(&[u8]) -> Result<Seen, LabelError> + Sync);

impl Folder {
    pub(super) fn new(path: PathBuf, access: Access) -> Self {
        Self {
            path,
            access,
            writing: Mutex::default(),
        }
    }

    /// Makes sure that entries could be written.
    pub(super) fn check(&self, places: &[String]) -> Result<(), SinkError> {
        places.iter().try_for_each(|place| {
            let checked = self
                .file(place)
                .and_then(|file| file.check());
            checked.map_err(|error| self.explain(place, &error))
        })
    }

    /// The whole file of an entry.
    pub(super) fn read(
        &self,
        place: &str,
    ) -> Result<Option<Vec<u8>>, SinkError> {
        let read = self.read_kept(place);
        read.map_err(|error| self.explain(place, &error))
    }

    /// What may be looked at of the entries.
    pub(super) fn look(
        &self,
        places: &[String],
        read_seen: ReadSeen<'_>,
    ) -> Result<Vec<Looked>, SinkError> {
        let looks = places.iter();
        looks
            .map(|place| self.look_at(place, read_seen))
            .collect()
    }

    fn look_at(
        &self,
        place: &str,
        read_seen: ReadSeen<'_>,
    ) -> Result<Looked, SinkError> {
        match self.read_kept(place) {
            Ok(None) => Ok(Looked::Nothing),
            Ok(Some(bytes)) => Ok(match read_seen(&bytes) {
                Ok(seen) => Looked::Entry(seen),
                Err(error) => Looked::Strange(sanitize(&error.to_string())),
            }),
            Err(error) if is_strange(&error) => {
                Ok(Looked::Strange(error.to_string()))
            }
            Err(error) => Err(self.explain(place, &error)),
        }
    }

    /// Writes the file of an entry over what was looked at.
    pub(super) fn put(
        &self,
        place: &str,
        bytes: &[u8],
        before: Option<&Seen>,
        read_seen: ReadSeen<'_>,
    ) -> Result<(), SinkError> {
        let mut cleared = self
            .writing
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        refuse_changed(place, &self.look_at(place, read_seen)?, before)?;

        let file = self.file(place);
        // Once: there may be as many files as there are entries.
        let (folder, _) = place
            .rsplit_once('/')
            .unwrap_or_default();
        if let Ok(file) = &file
            && cleared.insert(folder.to_owned())
        {
            let removed = file.remove_unfinished();
            removed.map_err(|error| self.explain(place, &error.into()))?;
        }
        let written = file.and_then(|file| file.write(bytes, before.is_none()));
        written.map_err(|error| match error {
            KeptError::Io(error)
                if error.kind() == ErrorKind::AlreadyExists =>
            {
                SinkError::Changed {
                    place: place.to_owned(),
                }
            }
            error => self.explain(place, &error),
        })
    }

    /// Removes the file of an entry that was looked at.
    pub(super) fn remove(
        &self,
        place: &str,
        before: &Seen,
        read_seen: ReadSeen<'_>,
    ) -> Result<(), SinkError> {
        let _one = self
            .writing
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        refuse_changed(
            place,
            &self.look_at(place, read_seen)?,
            Some(before),
        )?;

        let removed = self
            .file(place)
            .and_then(|file| Ok(file.remove()?));
        removed.map_err(|error| self.explain(place, &error))
    }

    fn read_kept(&self, place: &str) -> Result<Option<Vec<u8>>, KeptError> {
        self.file(place)?.read(Limit::KEY)
    }

    fn file(&self, place: &str) -> Result<KeptFile, KeptError> {
        KeptFile::find(&self.path, place, self.access)
    }

    fn explain(&self, place: &str, error: &KeptError) -> SinkError {
        let next_step = match error {
            error if is_strange(error) => return strange(place, error),
            KeptError::OpenToOthers => step![format!(
                "take the secret in it for known, and give the file to its \
                 owner alone: `chmod 600 {place}`"
            )],
            KeptError::NotIgnored | KeptError::Unanswered(_) => step![format!(
                "keep secrets out of Git: add `/{place}`, or the whole of its \
                 folder, to `.gitignore` there, and take out of the \
                 repository what it has of it"
            )],
            _ => step![format!(
                "see that {} may be written",
                self.path.join(place).display()
            )],
        };

        SinkError::NotSetUp {
            sink: place.to_owned(),
            reason: sanitize(&error.to_string()),
            next_step: Some(next_step),
        }
    }
}

/// Whether something is in the place of an entry that is none.
fn is_strange(error: &KeptError) -> bool {
    match error {
        KeptError::Outside
        | KeptError::Link
        | KeptError::NotRegular
        | KeptError::TooLarge(_) => true,
        KeptError::Io(_)
        | KeptError::OpenToOthers
        | KeptError::NotIgnored
        | KeptError::Unanswered(_) => false,
    }
}
