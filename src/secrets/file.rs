//! A file an entry, which only its owner can read.

use std::path::PathBuf;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use secrecy::{ExposeSecret as _, SecretString};

use super::place::Folder;
use super::unchanged::strange;
use super::{Entry, Sink, SinkError};
use crate::files::Access;
use crate::model::{EntryFormat, LabelError, Looked, Seen};

/// Keeps each entry in a file of its own, which Git ignores. Places are paths
/// from the folder of the configuration.
#[derive(Debug)]
pub struct FileSink {
    folder: Folder,
    format: EntryFormat,
}

impl FileSink {
    /// For the folder of a configuration.
    #[must_use]
    pub fn new(folder: PathBuf, format: EntryFormat) -> Self {
        Self {
            folder: Folder::new(folder, Access::Owner),
            format,
        }
    }

    // A digest of the file would be one of the secret, too: the label alone
    // tells versions apart, and each has another.
    fn read_seen(&self, bytes: &[u8]) -> Result<Seen, LabelError> {
        let text = str::from_utf8(bytes).map_err(|_| LabelError::NotOurs)?;

        Ok(Seen {
            label: Entry::read_label(text, self.format_of(text))?,
            revision: None,
        })
    }

    /// What a file looks like: one may be from before
    /// another format was declared.
    fn format_of(&self, text: &str) -> EntryFormat {
        let other = match self.format {
            EntryFormat::Dotenv => EntryFormat::Json,
            EntryFormat::Json => EntryFormat::Dotenv,
        };
        match Entry::read_label(text, self.format) {
            Err(LabelError::NotOurs)
                if Entry::read_label(text, other).is_ok() =>
            {
                other
            }
            _ => self.format,
        }
    }

    fn read_entry(&self, place: &str) -> Result<Option<Entry>, SinkError> {
        let Some(bytes) = self.folder.read(place)? else {
            return Ok(None);
        };

        let text = String::from_utf8(bytes)
            .map_err(|_| strange(place, &LabelError::NotOurs))?;
        let text = SecretString::from(text);
        let format = self.format_of(text.expose_secret());
        let entry = Entry::read(text.expose_secret(), format);
        entry
            .map(Some)
            .map_err(|error| strange(place, &error))
    }
}

impl Sink for FileSink {
    fn check<'a>(
        &'a self,
        places: &'a [String],
    ) -> BoxFuture<'a, Result<(), SinkError>> {
        async move { self.folder.check(places) }.boxed()
    }

    fn look<'a>(
        &'a self,
        places: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<Looked>, SinkError>> {
        async move {
            self.folder
                .look(places, &|bytes| self.read_seen(bytes))
        }
        .boxed()
    }

    fn put<'a>(
        &'a self,
        place: &'a str,
        entry: &'a Entry,
        before: Option<&'a Seen>,
    ) -> BoxFuture<'a, Result<(), SinkError>> {
        async move {
            let text = entry.to_text(self.format);
            let bytes = text.expose_secret().as_bytes();
            let read_seen = |bytes: &[u8]| self.read_seen(bytes);
            self.folder
                .put(place, bytes, before, &read_seen)
        }
        .boxed()
    }

    fn read<'a>(
        &'a self,
        place: &'a str,
    ) -> BoxFuture<'a, Result<Option<Entry>, SinkError>> {
        async move { self.read_entry(place) }.boxed()
    }

    fn remove<'a>(
        &'a self,
        place: &'a str,
        before: &'a Seen,
    ) -> BoxFuture<'a, Result<(), SinkError>> {
        async move {
            let read_seen = |bytes: &[u8]| self.read_seen(bytes);
            self.folder
                .remove(place, before, &read_seen)
        }
        .boxed()
    }
}
