//! What reads a realm, and keeps what it has learnt of it.

use std::slice;
use std::sync::Arc;

use futures_util::future::try_join;

use super::decode::Decoded;
use super::http::{Getter, is_not_found};
use super::listing::{self, Listed};
use super::memory::Memory;
use super::reading::Reading;
use super::scopes::Scopes;
use super::settings::Settings;
use crate::model::ClientId;
use crate::provider::ProviderError;

/// Reads a realm. It can ask for its token and GET: nothing it has can write.
#[derive(Debug)]
pub struct Reader {
    getter: Getter,
    memory: Memory,
}

/// How often a realm is read that does not agree with itself:
/// somebody may be changing it.
const READINGS: usize = 3;

impl Reader {
    /// Prepares the connection; nothing is sent yet.
    pub fn new(settings: Settings) -> Result<Self, ProviderError> {
        Ok(Self {
            getter: Getter::new(settings)?,
            memory: Memory::default(),
        })
    }

    pub(super) fn getter(&self) -> &Getter {
        &self.getter
    }

    /// What was learnt of where things are: asked for
    /// again where it is not there.
    pub(super) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Our own client, where it is of the realm that is managed.
    fn ourselves(&self) -> Result<Option<&ClientId>, ProviderError> {
        let settings = self.getter.settings();
        let is_here = settings.auth_realm == settings.realm.name;

        is_here
            .then(|| settings.credentials.client_id())
            .transpose()
    }

    pub(super) async fn read_realm(&self) -> Result<Reading, ProviderError> {
        let mut readings = 1;
        loop {
            match self.read_once().await {
                Err(error @ ProviderError::Incomplete { .. })
                    if readings < READINGS =>
                {
                    tracing::info!(%error, "the realm is read again");
                    readings += 1;
                }
                read => return read,
            }
        }
    }

    async fn read_once(&self) -> Result<Reading, ProviderError> {
        let begun = self.memory.changes();
        let mut clients = Vec::new();
        let walk =
            listing::walk_clients(&self.getter, |listed| clients.push(listed));
        let (scopes, ()) =
            try_join(listing::read_scopes(&self.getter), walk).await?;
        listing::check_complete(self.getter.settings(), &clients)?;
        listing::check_scopes(&clients, &scopes)?;

        let scopes = Arc::new(scopes);
        self.memory
            .learn_scopes(begun, scopes.clone());
        self.memory.learn_clients(
            clients
                .iter()
                .map(|listed| &listed.client),
        );
        Ok(Reading {
            scopes,
            clients,
        })
    }

    pub(super) fn decode(
        &self,
        reading: &Reading,
    ) -> Result<Decoded, ProviderError> {
        Ok(reading.decode(self.ourselves()?))
    }

    /// A client by what the configuration calls it; none where it is
    /// surely not there. What may not be seen is in no listing
    /// either, and nothing says so.
    pub(super) async fn find(
        &self,
        client_id: &str,
    ) -> Result<Option<Listed>, ProviderError> {
        let listed = listing::find_client(&self.getter, client_id).await?;
        if listed.is_some() {
            return Ok(listed);
        }

        match self.memory.id_of_client(client_id) {
            Some(id) => self.find_known(client_id, &id).await,
            None => listing::probe(&self.getter)
                .await
                .map(|()| None),
        }
    }

    /// The client of an id that was learnt, if it is still called so.
    async fn find_known(
        &self,
        client_id: &str,
        id: &str,
    ) -> Result<Option<Listed>, ProviderError> {
        match listing::get_client(&self.getter, id).await {
            Ok(live) => {
                Ok((live.client.client_id == client_id).then_some(live))
            }
            Err(error) if is_not_found(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The scopes of the realm: as they were read, or else asked for.
    pub(super) async fn scopes(&self) -> Result<Arc<Scopes>, ProviderError> {
        match self.memory.scopes() {
            Some(scopes) => Ok(scopes),
            None => self.read_scopes_again().await,
        }
    }

    pub(super) async fn read_scopes_again(
        &self,
    ) -> Result<Arc<Scopes>, ProviderError> {
        let begun = self.memory.changes();
        let scopes = Arc::new(listing::read_scopes(&self.getter).await?);
        self.memory
            .learn_scopes(begun, scopes.clone());
        Ok(scopes)
    }

    /// The scopes of the realm, among which are all that a client has.
    pub(super) async fn scopes_for(
        &self,
        listed: &Listed,
    ) -> Result<Arc<Scopes>, ProviderError> {
        let scopes = self.scopes().await?;
        let listed = slice::from_ref(listed);
        let is_known = listing::check_scopes(listed, &scopes).is_ok();

        if is_known {
            Ok(scopes)
        } else {
            self.read_scopes_again().await
        }
    }
}
