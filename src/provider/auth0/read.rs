//! Reading a whole tenant.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, OnceLock, PoisonError};

use futures_util::future::{try_join, try_join_all};
use serde_json::Value as Json;

use super::decode::{Decoded, Tenant};
use super::fields;
use super::http::Getter;
use super::listing::{self, Listed};
use super::listings::{Listings, find_own_api};
use super::price;
use super::refusal::printable;
use super::settings::Settings;
use super::{credentials, organizations};
use crate::model::{
    Address, ClientSpec, Digest, Found, GrantSpec, Identifier, Inspection, Kind, RemoteId,
    Snapshot, TenantHash, Value,
};
use crate::plan::Plan;
use crate::provider::{Need, Observe, Price, ProviderError};

/// Reads an Auth0 tenant. It can ask for its token and GET: nothing it has can write.
#[derive(Debug)]
pub struct Reader {
    getter: Getter,
    /// The credentials of each client, when they were last looked at.
    keys: Mutex<BTreeMap<RemoteId, credentials::Ids>>,
    /// The tenant's own API, as it was listed. Until then it is the one that was asked for.
    own_api: OnceLock<Identifier>,
}

/// How often a tenant is read that does not agree with itself: somebody may be changing it.
const READINGS: usize = 3;

impl Reader {
    /// Prepares the connection; nothing is sent yet.
    pub fn new(settings: Settings) -> Result<Self, ProviderError> {
        Getter::new(settings).map(|getter| Self {
            getter,
            keys: Mutex::default(),
            own_api: OnceLock::new(),
        })
    }

    pub(super) fn getter(&self) -> &Getter {
        &self.getter
    }

    /// The credentials of a client when they were last looked at, if they were.
    pub(super) fn keys_of(&self, client: &RemoteId) -> Option<credentials::Ids> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).get(client).cloned()
    }
}

impl Reader {
    /// What must be known of the tenant to tell what may be changed.
    pub(super) async fn tenant(&self) -> Result<Tenant<'_>, ProviderError> {
        let session = self.getter.session().await?;
        let asked_for = &self.getter.settings().management_api;

        Ok(Tenant {
            ourselves: session.client_id.clone(),
            management_api: self.own_api.get().unwrap_or(asked_for),
        })
    }
}

impl Reader {
    /// Takes the tenant's own API from its listing, as far as it is there.
    pub(super) fn learn_own_api(&self, resource_servers: &[Listed]) {
        let asked_for = &self.getter.settings().management_api;
        if let Some(own) = find_own_api(resource_servers, asked_for) {
            // The first reading that shows it counts; it never changes.
            let _ = self.own_api.set(own);
        }
    }

    /// Makes sure that the tenant's own name for its API is known, also where the tenant has not been
    /// read. It was there before any other API, so it is on the first page.
    pub(super) async fn ask_for_own_api(&self) -> Result<(), ProviderError> {
        if self.own_api.get().is_none() {
            let first = listing::first(&self.getter, Kind::ResourceServer).await?;
            self.learn_own_api(&first.listed);
        }

        Ok(())
    }

    /// What marks are written for in this tenant.
    pub(super) async fn tenant_hash(&self) -> Result<TenantHash, ProviderError> {
        let own_api = self.tenant().await?.management_api;
        Ok(TenantHash::of(own_api.host_of_management_api().unwrap_or_default()))
    }
}

impl Observe for Reader {
    fn price(&self, plan: &Plan, seen: &Snapshot) -> Option<Price> {
        let changes: usize = plan.changes.iter().map(price::requests).sum();
        let requests = changes + price::requests_around(plan, seen);
        Some(Price { requests, time: self.getter.time_of(requests) })
    }

    async fn allows(&self, needs: &BTreeSet<Need>) -> Result<(), ProviderError> {
        let session = self.getter.session().await?;
        let missing = session.scopes().map(|scopes| scopes.missing(needs)).unwrap_or_default();
        if missing.is_empty() {
            return Ok(());
        }
        let api = self.getter.settings().management_api.clone();
        Err(ProviderError::MissingScopes { client: session.client_id.clone(), api, missing })
    }

    async fn read(&self) -> Result<Snapshot, ProviderError> {
        let mut readings = 1;
        loop {
            match self.read_once().await {
                Err(error @ ProviderError::Incomplete { .. }) if readings < READINGS => {
                    tracing::info!(%error, "the tenant is read again");
                    readings += 1;
                }
                read => return read,
            }
        }
    }

    async fn complete(
        &self,
        mut seen: Snapshot,
        closer: &BTreeSet<Address>,
    ) -> Result<Snapshot, ProviderError> {
        let known = closer.iter().filter_map(|address| Some((address, seen.found.get(address)?)));
        let closely = known.map(|(address, found)| self.closely(address, found));
        for (address, field, value) in try_join_all(closely).await?.into_iter().flatten() {
            if let Some(found) = seen.found.get_mut(&address) {
                found.attrs.remove(field);
                found.attrs.extend(value.map(|value| (field.to_owned(), value)));
            }
        }
        Ok(seen)
    }

    async fn inspect(
        &self,
        address: &Address,
        id: &RemoteId,
    ) -> Result<Option<Inspection>, ProviderError> {
        let (whole, grants) = try_join(
            listing::whole(&self.getter, address, id.as_str()),
            listing::grants_of(&self.getter, address, id.as_str()),
        )
        .await?;
        let Some(listed) = whole else { return Ok(None) };

        let digest = Digest::of(Json::Object(listed.object.clone()));
        let mut found = BTreeMap::new();
        take(&mut found, &self.tenant().await?, address.kind(), listed)?;

        match found.into_values().next() {
            Some(found) => Ok(Some(Inspection { found, digest, grants })),
            // It is there, and nothing that could be planned for any more.
            None => Err(ProviderError::ChangedSince { address: Box::new(address.clone()) }),
        }
    }

    async fn clients(&self) -> Result<BTreeMap<Address, Found>, ProviderError> {
        let tenant = self.tenant().await?;
        let mut found = BTreeMap::new();
        for listed in listing::walk_clients(&self.getter).await? {
            take(&mut found, &tenant, Kind::Client, listed)?;
        }

        Ok(found)
    }
}

impl Reader {
    async fn read_once(&self) -> Result<Snapshot, ProviderError> {
        let listings = Listings::read(&self.getter).await?;
        listings.check(&self.getter).await?;
        self.learn_own_api(&listings.resource_servers);

        let tenant = self.tenant().await?;
        let mut found = BTreeMap::new();
        for (kind, listed) in listings.into_objects() {
            take(&mut found, &tenant, kind, listed)?;
        }

        Ok(Snapshot {
            tenant: self.tenant_hash().await?,
            management_api: tenant.management_api.clone(),
            defaults: fields::defaults(),
            ceilings: fields::ceilings(),
            unlisted: fields::unlisted(),
            found,
        })
    }

    /// The field of an object that listings do not show, and its value, if it has such a field.
    async fn closely(
        &self,
        address: &Address,
        found: &Found,
    ) -> Result<Option<(Address, &'static str, Option<Value>)>, ProviderError> {
        let (field, value) = match address.kind() {
            Kind::Client => {
                let shown = found.attrs.get(ClientSpec::METHODS);
                let (methods, ids) = credentials::read(&self.getter, &found.id, shown).await?;
                let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
                keys.insert(found.id.clone(), ids);
                (ClientSpec::METHODS, methods)
            }
            Kind::Grant => {
                let ids = organizations::read(&self.getter, &found.id).await?;
                (GrantSpec::ORGANIZATIONS, Some(organizations::plain(ids)))
            }
            // Their listing shows everything.
            Kind::ResourceServer => return Ok(None),
        };
        Ok(Some((address.clone(), field, value)))
    }
}

/// Takes one listed object in. What no configuration can name is left out: it can be neither
/// declared nor owned, so it must not keep anybody from reading the rest.
pub(super) fn take(
    found: &mut BTreeMap<Address, Found>,
    tenant: &Tenant<'_>,
    kind: Kind,
    listed: Listed,
) -> Result<(), ProviderError> {
    let id = printable(&listed.id);
    let damaged = |why: &str| ProviderError::Unexpected {
        request: format!("listing the {}", kind.words().1),
        reason: format!("{} {id}: {why}", kind.words().0),
    };
    match tenant.decode(kind, listed) {
        Decoded::Found(address, object) => match found.entry(address) {
            Entry::Vacant(place) => {
                place.insert(object);
                Ok(())
            }
            Entry::Occupied(other) => {
                let (address, other) = (other.key(), &other.get().id);
                Err(damaged(&format!("{address} is already the address of {other}")))
            }
        },
        Decoded::Aside => Ok(()),
        Decoded::Nameless(what) => {
            let kind = kind.words().0;
            tracing::warn!(kind, id, "left out: no configuration can name {what}");
            Ok(())
        }
        Decoded::Damaged(why) => Err(damaged(why)),
    }
}
