//! Reading a whole tenant.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, OnceLock, PoisonError};

use futures_util::future::{try_join, try_join_all};
use serde_json::Value as Json;

use super::SUPPORT;
use super::advice;
use super::agreement::{self, find_own_api};
use super::collected::Collected;
use super::decode::Decoder;
use super::details;
use super::estimate;
use super::fields;
use super::http::{Getter, Group};
use super::listing::{self, FirstPage, Listed};
use super::lock_identifier::is_lock;
use super::object::get_text;
use super::scopes::Scopes;
use super::settings::Settings;
use super::site::DomainName;
use crate::model::{
    Address, Digest, Endpoints, Found, Identifier, Inspection, Kind, RemoteId,
    Snapshot, TenantHash, UnnamedGrant,
};
use crate::plan::{Planned, SecretAccess};
use crate::provider::{Estimate, LockUse, Need, Observe, ProviderError};

/// Reads an Auth0 tenant. It can ask for its token and GET:
/// nothing it has can write.
#[derive(Debug)]
pub struct Reader {
    getter: Getter,
    /// The tenant's own API, as it was listed. Until then it is the one that
    /// was asked for.
    own_api: OnceLock<Identifier>,
    /// The locks that were listed, by their identifiers.
    locks: Mutex<BTreeMap<String, RemoteId>>,
}

/// How often a tenant is read that does not agree with itself:
/// somebody may be changing it.
const READINGS: usize = 3;

impl Reader {
    /// Prepares the connection; nothing is sent yet.
    pub fn new(settings: Settings) -> Result<Self, ProviderError> {
        let getter = Getter::new(settings)?;

        Ok(Self {
            getter,
            own_api: OnceLock::new(),
            locks: Mutex::default(),
        })
    }

    pub(super) fn getter(&self) -> &Getter {
        &self.getter
    }
}

impl Reader {
    /// What decodes the objects of this tenant.
    pub(super) async fn decoder(&self) -> Result<Decoder<'_>, ProviderError> {
        let session = self.getter.session().await?;
        let asked_for = &self.getter.settings().management_api;

        Ok(Decoder {
            ourselves: session.client_id.clone(),
            management_api: self.own_api.get().unwrap_or(asked_for),
        })
    }

    /// Takes the tenant's own API from its listing, as far as it is there.
    fn learn_own_api(&self, resource_servers: &[Listed]) {
        let asked_for = &self.getter.settings().management_api;
        if let Some(own) = find_own_api(resource_servers, asked_for) {
            // The first reading that shows it counts; it never changes.
            let _ = self.own_api.set(own);
        }
    }

    /// Takes the locks of stacks from the listing of the APIs.
    fn learn_locks(&self, resource_servers: &[Listed]) {
        let locks = resource_servers
            .iter()
            .filter_map(lock_of)
            .collect::<BTreeMap<_, _>>();

        *self
            .locks
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = locks;
    }

    /// The locks that were listed last, by their identifiers.
    pub(super) fn locks(&self) -> BTreeMap<String, RemoteId> {
        let locks = self
            .locks
            .lock()
            .unwrap_or_else(PoisonError::into_inner);

        locks.clone()
    }

    /// Makes sure that the tenant's own name for its API is known, also where
    /// the tenant has not been read.
    pub(super) async fn ask_for_own_api(&self) -> Result<(), ProviderError> {
        if self.own_api.get().is_some() {
            return Ok(());
        }

        let first =
            listing::read_first_page(&self.getter, Kind::ResourceServer)
                .await?;
        self.seek_own_api(&first).await
    }

    /// Takes the tenant's own API from the first page of its listing, or from
    /// all of it. It is nearly always on the first page, as the oldest one, but
    /// Auth0 promises no order.
    pub(super) async fn seek_own_api(
        &self,
        first: &FirstPage,
    ) -> Result<(), ProviderError> {
        self.learn_own_api(&first.listed);
        if self.own_api.get().is_none() && first.listed.len() < first.total {
            let servers = self.read_resource_servers().await?;
            self.learn_own_api(&servers);
        }

        // The one that was asked for may be another name of the tenant: marks
        // and locks by that name would be unknown to all other runs.
        match self.own_api.get() {
            Some(_) => Ok(()),
            None => Err(agreement::own_api_is_missing()),
        }
    }

    /// What marks are written for in this tenant.
    pub(super) async fn listed_tenant_hash(
        &self,
    ) -> Result<TenantHash, ProviderError> {
        let own_api = self.decoder().await?.management_api;
        let host = own_api
            .host_of_management_api()
            .unwrap_or_default();

        Ok(TenantHash::of(host))
    }
}

/// A resource server as a lock, by its identifier, if it is one.
fn lock_of(server: &Listed) -> Option<(String, RemoteId)> {
    let identifier = get_text(&server.object, "identifier")?;
    let id = RemoteId::new(server.id.as_str());

    is_lock(identifier).then(|| (identifier.to_owned(), id))
}

impl Observe for Reader {
    fn estimate(
        &self,
        planned: &Planned,
        seen: &Snapshot,
        lock: LockUse,
    ) -> Option<Estimate> {
        let (requests, needs) = estimate::estimate(planned, seen, lock);

        Some(Estimate {
            requests,
            // Nearly all of them are writes.
            time: self
                .getter
                .time_of(&[(Group::Others, requests)]),
            needs,
        })
    }

    async fn endpoints(&self) -> Result<Option<Endpoints>, ProviderError> {
        Ok(Some(self.getter.settings().endpoints()))
    }

    async fn tenant_hash(&self) -> Result<TenantHash, ProviderError> {
        let settings = self.getter.settings();
        // The domain that Auth0 gave to a tenant is in the name of its own API.
        if settings.domain_name() == DomainName::Canonical {
            return Ok(TenantHash::of(&settings.canonical_domain));
        }

        self.ask_for_own_api().await?;
        self.listed_tenant_hash().await
    }

    fn management_api(&self) -> Option<&Identifier> {
        Some(&self.getter.settings().management_api)
    }

    async fn secret_access(&self) -> Result<SecretAccess, ProviderError> {
        let session = self.getter.session().await?;
        // A token that does not say what it allows is not tried: what is
        // refused ends the run.
        let is_shown = session
            .scopes()
            .is_some_and(Scopes::show_keys);

        Ok(if is_shown {
            SecretAccess::Shown
        } else {
            SecretAccess::Hidden
        })
    }

    async fn check_permissions(
        &self,
        needs: &BTreeSet<Need>,
    ) -> Result<(), ProviderError> {
        let session = self.getter.session().await?;
        // A token that does not say what it allows is tried.
        let missing = session
            .scopes()
            .map(|scopes| scopes.find_missing(needs))
            .unwrap_or_default();
        if missing.is_empty() {
            return Ok(());
        }

        let client = session.client_id.clone();
        Err(ProviderError::MissingScopes {
            api: self
                .getter
                .settings()
                .management_api
                .clone(),
            missing,
            next_step: Some(advice::to_add_missing_scopes(&client)),
            client,
        })
    }

    async fn read(&self) -> Result<Snapshot, ProviderError> {
        let mut readings = 1;
        loop {
            match self.read_once().await {
                // No other error: what passes by itself was repeated where it
                // happened, request by request.
                Err(error @ ProviderError::Incomplete { .. })
                    if readings < READINGS =>
                {
                    tracing::info!(%error, "the tenant is read again");
                    readings += 1;
                }
                read => return read,
            }
        }
    }

    async fn read_details(
        &self,
        mut seen: Snapshot,
        unlisted: &BTreeSet<Address>,
    ) -> Result<Snapshot, ProviderError> {
        let known = unlisted
            .iter()
            .filter_map(|address| Some((address, seen.found.get(address)?)));
        let reads = known.map(|(address, found)| {
            details::read(&self.getter, address, found)
        });
        let read = try_join_all(reads).await?;

        for (address, details) in read.into_iter().flatten() {
            if let Some(found) = seen.found.get_mut(&address) {
                details.fill_in(found);
            }
        }
        Ok(seen)
    }

    async fn inspect(
        &self,
        address: &Address,
        id: &RemoteId,
    ) -> Result<Option<Inspection>, ProviderError> {
        let whole = listing::read_object(&self.getter, address, id.as_str());
        let grants =
            listing::list_grants_of(&self.getter, address, id.as_str());
        let (whole, grants) = try_join(whole, grants).await?;
        let Some(listed) = whole else {
            return Ok(None);
        };

        // Before the known fields are taken out: a field that is not known here
        // may have changed.
        let digest = Digest::of(Json::Object(listed.object.clone()));
        let decoder = self.decoder().await?;
        let mut collected = Collected::new(&decoder);
        collected.add(address.kind(), listed)?;

        match collected
            .into_map()?
            .into_values()
            .next()
        {
            Some(found) => Ok(Some(Inspection {
                found,
                digest,
                grants,
            })),
            // It is there, and nothing that could be planned for any more.
            None => Err(ProviderError::ChangedSince {
                address: Box::new(address.clone()),
            }),
        }
    }

    async fn list_clients(
        &self,
    ) -> Result<BTreeMap<Address, Found>, ProviderError> {
        let decoder = self.decoder().await?;
        let mut clients = Collected::new(&decoder);
        listing::walk_clients(&self.getter, |listed| {
            clients.add(Kind::Client, listed)
        })
        .await?;

        clients.into_map()
    }
}

impl Reader {
    /// The APIs come first: what the tenant calls its own one tells which grant
    /// is ours. The others are taken in page by page: whole, as they are
    /// listed, they would fill the memory.
    async fn read_once(&self) -> Result<Snapshot, ProviderError> {
        let servers = self.read_resource_servers().await?;
        self.learn_own_api(&servers);
        self.learn_locks(&servers);

        let decoder = self.decoder().await?;
        let mut collected = Collected::new(&decoder);
        for server in servers {
            collected.add(Kind::ResourceServer, server)?;
        }
        let mut found = collected.into_map()?;
        // Before the rest is read: its name decides which grant is ours, and
        // what the marks are written for.
        agreement::check_own_api(&found, decoder.management_api)?;

        let others = Kind::ALL
            .into_iter()
            .filter(|kind| *kind != Kind::ResourceServer)
            .map(|kind| self.read_kind(&decoder, kind));
        let mut unnamed = Vec::new();
        for (mut objects, more) in try_join_all(others).await? {
            found.append(&mut objects);
            unnamed.extend(more);
        }
        agreement::check(&self.getter, &found, &unnamed).await?;

        Ok(Snapshot {
            tenant: self.listed_tenant_hash().await?,
            support: &SUPPORT,
            management_api: Some(decoder.management_api.clone()),
            rules: Kind::ALL
                .map(|kind| (kind, fields::rules(kind)))
                .into(),
            found,
            unnamed,
            held_scopes: BTreeMap::new(),
        })
    }

    /// Reads every object of a kind, and apart from those the grants that no
    /// configuration can name.
    async fn read_kind(
        &self,
        decoder: &Decoder<'_>,
        kind: Kind,
    ) -> Result<(BTreeMap<Address, Found>, Vec<UnnamedGrant>), ProviderError>
    {
        let mut collected = Collected::new(decoder);
        listing::read(&self.getter, kind, |listed| {
            collected.add(kind, listed)
        })
        .await?;

        let unnamed = collected.take_unnamed();
        Ok((collected.into_map()?, unnamed))
    }

    async fn read_resource_servers(
        &self,
    ) -> Result<Vec<Listed>, ProviderError> {
        let mut servers = Vec::new();
        let add = |listed| {
            servers.push(listed);
            Ok(())
        };
        listing::read(&self.getter, Kind::ResourceServer, add).await?;

        Ok(servers)
    }
}
