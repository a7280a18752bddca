//! What writes to a realm, and what its writes share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

use super::http::Sender;
use super::reader::Reader;
use super::scopes::Scopes;
use super::settings::Settings;
use crate::provider::{ProviderError, WriteError};

/// Writes to a realm.
#[derive(Debug)]
pub struct Writer {
    pub(super) reader: Reader,
    pub(super) sender: Sender,
    /// The last reading of scopes for a change, and which one it
    /// was. Held while they are read, so that changes that are made
    /// at the same time share one.
    reading: Mutex<(u64, Arc<Scopes>)>,
    /// How many of these readings have begun.
    begun: AtomicU64,
}

impl Writer {
    /// Prepares the connection; nothing is sent yet.
    pub fn new(settings: Settings) -> Result<Self, ProviderError> {
        let reader = Reader::new(settings)?;
        let sender = Sender::over(reader.getter().clone());

        Ok(Self {
            reader,
            sender,
            reading: Mutex::default(),
            begun: AtomicU64::default(),
        })
    }

    /// The scopes of the realm as they are now, or were a moment later: one
    /// that began since will do.
    pub(super) async fn read_scopes(&self) -> Result<Arc<Scopes>, WriteError> {
        let asked = self.begun.load(Ordering::SeqCst);
        let mut reading = self.reading.lock().await;
        let (last, scopes) = &*reading;
        if *last > asked {
            return Ok(scopes.clone());
        }

        let this = self
            .begun
            .fetch_add(1, Ordering::SeqCst)
            + 1;
        let scopes = self.reader.read_scopes_again().await;
        let scopes = scopes.map_err(WriteError::Refused)?;
        *reading = (this, scopes.clone());
        Ok(scopes)
    }
}
