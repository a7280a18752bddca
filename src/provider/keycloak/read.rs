//! Reading a whole realm.

use std::collections::BTreeMap;

use super::settings::Settings;
use crate::model::{Address, Found, Inspection, RemoteId, Snapshot};
use crate::provider::{Locks, Observe, ProviderError};

/// Reads a realm. It can ask for its token and GET: nothing it has can write.
#[derive(Debug)]
pub struct Reader {
    settings: Settings,
}

impl Reader {
    /// Prepares the connection; nothing is sent yet.
    pub fn new(settings: Settings) -> Result<Self, ProviderError> {
        Ok(Self { settings })
    }
}

impl Observe for Reader {
    async fn read(&self) -> Result<Snapshot, ProviderError> {
        Err(later(&self.settings))
    }

    async fn inspect(
        &self,
        _: &Address,
        _: &RemoteId,
    ) -> Result<Option<Inspection>, ProviderError> {
        Err(later(&self.settings))
    }

    async fn list_clients(&self) -> Result<BTreeMap<Address, Found>, ProviderError> {
        Err(later(&self.settings))
    }
}

impl Locks for Reader {}

pub(super) fn later(settings: &Settings) -> ProviderError {
    ProviderError::Unexpected {
        request: settings.realm.to_string(),
        reason: "not there yet".to_owned(),
    }
}
