//! Writing to a realm, one object at a time.

use super::read::{Reader, later};
use super::settings::Settings;
use crate::model::RemoteId;
use crate::provider::{Locks, Mutate, ProviderError, Write, WriteError};

/// Writes to a realm.
#[derive(Debug)]
pub struct Writer {
    reader: Reader,
    settings: Settings,
}

impl Writer {
    /// Prepares the connection; nothing is sent yet.
    pub fn new(settings: Settings) -> Result<Self, ProviderError> {
        Ok(Self {
            reader: Reader::new(settings.clone())?,
            settings,
        })
    }
}

/// Names are unique in a realm, so nothing has to be kept out.
impl Locks for Writer {}

impl Mutate for Writer {
    type Reader = Reader;

    fn reader(&self) -> &Reader {
        &self.reader
    }

    async fn write(&self, _: &Write) -> Result<RemoteId, WriteError> {
        Err(WriteError::Refused(later(&self.settings)))
    }
}
