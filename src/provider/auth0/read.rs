//! Reading a whole tenant.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;
use std::sync::{Mutex, OnceLock, PoisonError};

use futures_util::future::{try_join, try_join_all};
use serde_json::Value as Json;

use super::advice;
use super::agreement::{self, find_own_api};
use super::decode::{Decoded, Tenant};
use super::estimate;
use super::fields;
use super::http::Getter;
use super::listing::{self, Listed};
use super::lock_identifier::is_lock;
use super::object::text;
use super::settings::Settings;
use super::text::printable;
use super::{credentials, organizations};
use crate::model::{
    Address, ClientSpec, Digest, Found, GrantSpec, Identifier, Inspection, Kind, RemoteId,
    Snapshot, TenantHash, UnnamedGrant, Value,
};
use crate::plan::Planned;
use crate::provider::{Estimate, LockUse, Need, Observe, ProviderError};

/// Reads an Auth0 tenant. It can ask for its token and GET: nothing it has can write.
#[derive(Debug)]
pub struct Reader {
    getter: Getter,
    /// The tenant's own API, as it was listed. Until then it is the one that was asked for.
    own_api: OnceLock<Identifier>,
    /// The locks that were listed, by their identifiers.
    locks: Mutex<BTreeMap<String, RemoteId>>,
}

/// How often a tenant is read that does not agree with itself: somebody may be changing it.
const READINGS: usize = 3;

impl Reader {
    /// Prepares the connection; nothing is sent yet.
    pub fn new(settings: Settings) -> Result<Self, ProviderError> {
        Getter::new(settings).map(|getter| Self {
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

    /// Takes the locks of stacks from the listing of the APIs.
    fn learn_locks(&self, resource_servers: &[Listed]) {
        let locks = resource_servers.iter().filter_map(|server| {
            let identifier = text(&server.object, "identifier")?;
            let is_lock = is_lock(identifier);
            is_lock.then(|| (identifier.to_owned(), RemoteId::new(server.id.as_str())))
        });
        *self.locks.lock().unwrap_or_else(PoisonError::into_inner) = locks.collect();
    }

    /// The locks that were listed last, by their identifiers.
    pub(super) fn locks(&self) -> BTreeMap<String, RemoteId> {
        self.locks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
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
        Ok(TenantHash::of(
            own_api.host_of_management_api().unwrap_or_default(),
        ))
    }
}

impl Observe for Reader {
    fn estimate(&self, planned: &Planned, seen: &Snapshot, lock: LockUse) -> Option<Estimate> {
        let (requests, needs) = estimate::of(planned, seen, lock);

        Some(Estimate {
            requests,
            time: self.getter.time_of(requests),
            needs,
        })
    }

    async fn allows(&self, needs: &BTreeSet<Need>) -> Result<(), ProviderError> {
        let session = self.getter.session().await?;
        let missing = session
            .scopes()
            .map(|scopes| scopes.missing(needs))
            .unwrap_or_default();
        if missing.is_empty() {
            return Ok(());
        }
        let api = self.getter.settings().management_api.clone();
        let client = session.client_id.clone();
        let next_step = Some(advice::to_add_missing_scopes(&client));
        Err(ProviderError::MissingScopes {
            client,
            api,
            missing,
            next_step,
        })
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
        let known = closer
            .iter()
            .filter_map(|address| Some((address, seen.found.get(address)?)));
        let closely = known.map(|(address, found)| self.closely(address, found));
        for (
            address,
            Beside {
                field,
                value,
                revision,
            },
        ) in try_join_all(closely).await?.into_iter().flatten()
        {
            if let Some(found) = seen.found.get_mut(&address) {
                found.attrs.remove(field);
                found.attrs.extend(value.map(|value| (field.into(), value)));
                found.revision = Some(Box::new(revision));
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
        let tenant = self.tenant().await?;
        let mut taken = Taken::new(&tenant);
        taken.add(address.kind(), listed)?;

        match taken.by_address()?.into_values().next() {
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

    async fn clients(&self) -> Result<BTreeMap<Address, Found>, ProviderError> {
        let tenant = self.tenant().await?;
        let mut clients = Taken::new(&tenant);
        listing::walk_clients(&self.getter, |listed| clients.add(Kind::Client, listed)).await?;

        clients.by_address()
    }
}

impl Reader {
    /// The APIs come first: what the tenant calls its own one tells which grant is ours. The others are
    /// taken in page by page: whole, as they are listed, they would fill the memory.
    async fn read_once(&self) -> Result<Snapshot, ProviderError> {
        let servers = self.read_resource_servers().await?;
        self.learn_own_api(&servers);
        self.learn_locks(&servers);

        let tenant = self.tenant().await?;
        let mut taken = Taken::new(&tenant);
        for server in servers {
            taken.add(Kind::ResourceServer, server)?;
        }
        let mut found = taken.by_address()?;
        agreement::check_own_api(&found, tenant.management_api)?;

        let others = Kind::ALL
            .into_iter()
            .filter(|kind| *kind != Kind::ResourceServer);
        let others = others.map(async |kind| {
            let mut taken = Taken::new(&tenant);
            listing::read(&self.getter, kind, |listed| taken.add(kind, listed)).await?;
            let unnamed = take(&mut taken.unnamed);
            Ok::<_, ProviderError>((taken.by_address()?, unnamed))
        });
        let mut unnamed = Vec::new();
        for (mut objects, more) in try_join_all(others).await? {
            found.append(&mut objects);
            unnamed.extend(more);
        }
        agreement::check(&self.getter, &found, &unnamed).await?;

        Ok(Snapshot {
            tenant: self.tenant_hash().await?,
            management_api: tenant.management_api.clone(),
            rules: Kind::ALL.map(|kind| (kind, fields::rules(kind))).into(),
            found,
            unnamed,
        })
    }

    async fn read_resource_servers(&self) -> Result<Vec<Listed>, ProviderError> {
        let mut servers = Vec::new();
        let each = |listed| {
            servers.push(listed);
            Ok(())
        };
        listing::read(&self.getter, Kind::ResourceServer, each).await?;
        Ok(servers)
    }

    /// What listings do not show of an object; none if that is nothing.
    async fn closely(
        &self,
        address: &Address,
        found: &Found,
    ) -> Result<Option<(Address, Beside)>, ProviderError> {
        let beside = match address.kind() {
            Kind::Client => {
                let shown = found.attrs.get(ClientSpec::METHODS);
                let (value, revision) = credentials::read(&self.getter, &found.id, shown).await?;
                Beside {
                    field: ClientSpec::METHODS,
                    value,
                    revision,
                }
            }
            Kind::Grant => {
                let organizations = organizations::read(&self.getter, &found.id).await?;
                let revision = organizations.revision();
                let value = Some(organizations.plain());
                Beside {
                    field: GrantSpec::ORGANIZATIONS,
                    value,
                    revision,
                }
            }
            // Their listing shows everything.
            Kind::ResourceServer => return Ok(None),
        };
        Ok(Some((address.clone(), beside)))
    }
}

/// What is kept beside an object, and shown as a field of it.
struct Beside {
    field: &'static str,
    /// None if the object has no such field.
    value: Option<Value>,
    /// What tells whether it is still so.
    revision: Digest,
}

/// Objects as they are read: in a row until all are there, as there may be very many.
pub(super) struct Taken<'a> {
    tenant: &'a Tenant<'a>,
    objects: Vec<(Address, Found)>,
    unnamed: Vec<UnnamedGrant>,
}

impl<'a> Taken<'a> {
    pub(super) fn new(tenant: &'a Tenant<'a>) -> Self {
        Self {
            tenant,
            objects: Vec::new(),
            unnamed: Vec::new(),
        }
    }

    /// Takes one listed object in. What no configuration can name is left out: it can be neither
    /// declared nor owned, so it must not keep anybody from reading the rest.
    pub(super) fn add(&mut self, kind: Kind, listed: Listed) -> Result<(), ProviderError> {
        let id = RemoteId::new(listed.id.as_str());
        match self.tenant.decode(kind, listed) {
            Decoded::Found(address, object) => {
                self.objects.push((address, object));
                Ok(())
            }
            Decoded::Aside => Ok(()),
            Decoded::Unnamed(grant) => {
                let (id, kind) = (printable(id.as_str()), kind.words().0);
                tracing::info!(
                    kind,
                    id,
                    "no configuration can name it; it counts where its API goes"
                );
                self.unnamed.push(grant);
                Ok(())
            }
            Decoded::Nameless(what) => {
                let (kind, id) = (kind.words().0, printable(id.as_str()));
                tracing::warn!(kind, id, "left out: no configuration can name {what}");
                Ok(())
            }
            Decoded::Damaged(why) => Err(damaged(kind, &id, why)),
        }
    }

    /// Every object by its address. No two have one.
    pub(super) fn by_address(mut self) -> Result<BTreeMap<Address, Found>, ProviderError> {
        self.objects.sort_by(|(one, _), (other, _)| one.cmp(other));

        let twins = self.objects.windows(2).find(|pair| pair[0].0 == pair[1].0);
        if let Some([(address, one), (_, other)]) = twins {
            let why = format!("{address} is already the address of {}", one.id);
            return Err(damaged(address.kind(), &other.id, &why));
        }
        Ok(self.objects.into_iter().collect())
    }
}

fn damaged(kind: Kind, id: &RemoteId, why: &str) -> ProviderError {
    let (one, many) = kind.words();

    ProviderError::Unexpected {
        request: format!("listing the {many}"),
        reason: format!("{one} {}: {why}", printable(id.as_str())),
    }
}
