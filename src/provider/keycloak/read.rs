//! Reading a whole realm.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::future::try_join;

use super::advice;
use super::decode::{
    Decoded, Decoder, client_of_grant, found_elsewhere, rules,
};
use super::estimate;
use super::http::{Getter, is_not_found};
use super::listing::{self, Listed};
use super::memory::Memory;
use super::names::ADMIN_PERMISSIONS;
use super::reach::{Reach, reach_of};
use super::scopes::Scopes;
use super::settings::Settings;
use super::support::support_for;
use crate::model::{
    Address, ClientId, ClientRef, Digest, Endpoints, Found, Identifier,
    Inspection, Kind, RemoteId, Snapshot, TenantHash,
};
use crate::plan::{Planned, SecretAccess};
use crate::provider::{
    Estimate, ForbiddenReason, LockUse, Locks, Need, Observe, ProviderError,
};

/// Reads a realm. It can ask for its token and GET: nothing it has can write.
#[derive(Debug)]
pub struct Reader {
    getter: Getter,
    memory: Memory,
}

/// How often a realm is read that does not agree with itself: somebody may be
/// changing it.
const READINGS: usize = 3;

/// A realm as it was read.
struct Reading {
    scopes: Arc<Scopes>,
    clients: Vec<Listed>,
}

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

    /// What was learnt of where things are: asked for again where it is not
    /// there.
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

    fn decoder<'a>(
        &'a self,
        scopes: &'a Scopes,
    ) -> Result<Decoder<'a>, ProviderError> {
        Ok(Decoder {
            scopes,
            ourselves: self.ourselves()?,
        })
    }

    async fn read_realm(&self) -> Result<Reading, ProviderError> {
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
        self.memory.learn_scopes(begun, scopes.clone());
        self.memory
            .learn_clients(clients.iter().map(|listed| &listed.client));
        Ok(Reading {
            scopes,
            clients,
        })
    }

    /// A client by what the configuration calls it; none where it is surely not
    /// there. What may not be seen is in no listing either, and nothing
    /// says so.
    pub(super) async fn find(
        &self,
        client_id: &str,
    ) -> Result<Option<Listed>, ProviderError> {
        let listed = listing::find_client(&self.getter, client_id).await?;
        if listed.is_some() {
            return Ok(listed);
        }

        match self.memory.id_of_client(client_id) {
            Some(id) => match listing::get_client(&self.getter, &id).await {
                Ok(live) => {
                    Ok((live.client.client_id == client_id).then_some(live))
                }
                Err(error) if is_not_found(&error) => Ok(None),
                Err(error) => Err(error),
            },
            None => listing::probe(&self.getter)
                .await
                .map(|()| None),
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
        self.memory.learn_scopes(begun, scopes.clone());
        Ok(scopes)
    }

    fn decode(&self, reading: &Reading) -> Result<Decoded, ProviderError> {
        let decoder = self.decoder(&reading.scopes)?;
        let mut all = Decoded::default();
        for listed in &reading.clients {
            let mut one = decoder.decode(&listed.client);
            all.found.append(&mut one.found);
            all.unnamed.append(&mut one.unnamed);
        }

        add_apis_elsewhere(reading, &mut all.found);
        Ok(all)
    }
}

impl Observe for Reader {
    fn estimate(
        &self,
        planned: &Planned,
        seen: &Snapshot,
        _lock: LockUse,
    ) -> Option<Estimate> {
        Some(estimate::estimate(planned, seen))
    }

    /// Before anything is written: the token says which roles there are, if it
    /// says anything of them.
    async fn check_permissions(
        &self,
        needs: &BTreeSet<Need>,
    ) -> Result<(), ProviderError> {
        if !estimate::is_to_write(needs) {
            return Ok(());
        }

        // Under fine-grained permissions, roles are not all that counts.
        if self
            .memory
            .id_of_client(ADMIN_PERMISSIONS)
            .is_some()
        {
            return Ok(());
        }

        let session = self.getter.session().await?;
        match reach_of(&session.roles) {
            Reach::Apply | Reach::Readable => Ok(()),
            Reach::Plan => Err(ProviderError::Forbidden {
                request: "applying".to_owned(),
                denial: ForbiddenReason::Unsaid,
                reason: "our client has the role `view-clients`, and not \
                         `manage-clients`"
                    .to_owned(),
                next_step: Some(advice::to_write(self.getter.settings())),
            }),
        }
    }

    /// Whoever may list clients is shown all of their secrets.
    async fn secret_access(&self) -> Result<SecretAccess, ProviderError> {
        Ok(SecretAccess::Shown)
    }

    async fn read(&self) -> Result<Snapshot, ProviderError> {
        let (issuer, ()) = try_join(
            self.getter.issuer(),
            listing::probe(&self.getter),
        )
        .await?;
        let reading = self.read_realm().await?;
        let Decoded { found, unnamed } = self.decode(&reading)?;

        Ok(Snapshot {
            tenant: TenantHash::of_issuer(&issuer),
            support: support_for(self.getter.settings().scope_naming),
            management_api: None,
            rules: Kind::ALL.map(|kind| (kind, rules(kind))).into(),
            found,
            unnamed,
            held_scopes: reading.scopes.holders(),
        })
    }

    /// As the realm says it, whichever address it was reached at: services are
    /// to use the same.
    async fn endpoints(&self) -> Result<Option<Endpoints>, ProviderError> {
        let discovery = self.getter.discover().await?;

        Ok(Some(Endpoints {
            domain: None,
            issuer: discovery.issuer,
            token_endpoint: discovery.token_endpoint,
            key_set: discovery.jwks_uri,
        }))
    }

    async fn tenant_hash(&self) -> Result<TenantHash, ProviderError> {
        let issuer = self.getter.issuer().await?;

        Ok(TenantHash::of_issuer(&issuer))
    }

    async fn inspect(
        &self,
        address: &Address,
        id: &RemoteId,
    ) -> Result<Option<Inspection>, ProviderError> {
        let objects = [(address.clone(), id.clone())];
        // Who may call an API stands on each client; all else stands on one.
        let reading = match address {
            Address::ResourceServer(_) => self.read_realm().await?,
            Address::Client(_) | Address::Grant { .. } => {
                let client = client_of(address, id);
                let Some(listed) = self.find(client).await? else {
                    return Ok(None);
                };
                self.memory
                    .learn_client(client, &listed.client.id);
                Reading {
                    scopes: self.scopes_for(&listed).await?,
                    clients: vec![listed],
                }
            }
        };

        let mut looks = self.look_at(&reading, &objects)?;
        self.check_gone(&looks).await?;
        Ok(looks.pop().flatten())
    }

    /// One reading shows them all.
    async fn inspect_all(
        &self,
        objects: &[(Address, RemoteId)],
    ) -> Result<Vec<Option<Inspection>>, ProviderError> {
        if objects.is_empty() {
            return Ok(Vec::new());
        }

        let reading = self.read_realm().await?;
        let looks = self.look_at(&reading, objects)?;
        self.check_gone(&looks).await?;
        Ok(looks)
    }

    async fn list_clients(
        &self,
    ) -> Result<BTreeMap<Address, Found>, ProviderError> {
        let reading = self.read_realm().await?;
        let mut found = self.decode(&reading)?.found;
        found.retain(|address, _| address.kind() == Kind::Client);
        Ok(found)
    }
}

impl Reader {
    fn look_at(
        &self,
        reading: &Reading,
        objects: &[(Address, RemoteId)],
    ) -> Result<Vec<Option<Inspection>>, ProviderError> {
        let found = self.decode(reading)?.found;
        let index = Index::of(reading, &found);

        let looks = objects
            .iter()
            .map(|object| index.inspect(object));
        Ok(looks.collect())
    }

    /// Makes sure that what was not seen is not there.
    async fn check_gone(
        &self,
        looks: &[Option<Inspection>],
    ) -> Result<(), ProviderError> {
        if looks.iter().any(Option::is_none) {
            listing::probe(&self.getter).await?;
        }
        Ok(())
    }

    /// The scopes of the realm, among which are all that a client has.
    pub(super) async fn scopes_for(
        &self,
        listed: &Listed,
    ) -> Result<Arc<Scopes>, ProviderError> {
        let scopes = self.scopes().await?;
        let is_known =
            listing::check_scopes(std::slice::from_ref(listed), &scopes)
                .is_ok();

        if is_known {
            Ok(scopes)
        } else {
            self.read_scopes_again().await
        }
    }
}

/// Names are unique in a realm, so nothing has to be kept out.
impl Locks for Reader {}

/// Adds the APIs that are no clients of their own: a client that gets tokens is
/// one, or nothing but scopes. What we have made ourselves is a rest, and no
/// API.
fn add_apis_elsewhere(reading: &Reading, found: &mut BTreeMap<Address, Found>) {
    let clients: BTreeSet<&str> = reading
        .clients
        .iter()
        .map(|listed| listed.client.client_id.as_str())
        .collect();
    let is_rest = |api: &Identifier| {
        let mut scopes = reading.scopes.of_api(api);
        !clients.contains(api.as_str())
            && scopes.all(|(_, scope)| scope.is_made_for(api))
    };

    for api in reading
        .scopes
        .apis()
        .filter(|api| !is_rest(api))
    {
        let address = Address::ResourceServer(api.clone());
        found
            .entry(address)
            .or_insert_with(|| found_elsewhere(api, &reading.scopes));
    }
}

/// What was read, by where it is sought: there may be as many objects to look
/// at as there are.
struct Index<'a> {
    found: &'a BTreeMap<Address, Found>,
    scopes: &'a Scopes,
    listed: BTreeMap<&'a str, &'a Listed>,
    /// The grants that would end with an object.
    grants: BTreeMap<Address, BTreeSet<RemoteId>>,
}

impl<'a> Index<'a> {
    fn of(reading: &'a Reading, found: &'a BTreeMap<Address, Found>) -> Self {
        let mut grants: BTreeMap<Address, BTreeSet<RemoteId>> = BTreeMap::new();
        for (address, grant) in found {
            if let Address::Grant {
                client,
                audience,
                ..
            } = address
            {
                let client = Address::Client(client.clone());
                let api = Address::ResourceServer(audience.clone());
                for end in [client, api] {
                    grants
                        .entry(end)
                        .or_default()
                        .insert(grant.id.clone());
                }
            }
        }
        let clients = reading.clients.iter();

        Self {
            found,
            scopes: &reading.scopes,
            listed: clients
                .map(|listed| (listed.client.client_id.as_str(), listed))
                .collect(),
            grants,
        }
    }

    /// A close look at an object.
    fn inspect(
        &self,
        (address, id): &(Address, RemoteId),
    ) -> Option<Inspection> {
        let address = remote_address(address, id)?;
        let found = self.found.get(&address)?.clone();
        let listed = self.listed.get(client_of(&address, id))?;

        Some(Inspection {
            digest: digest_of(&address, &found, listed, self.scopes),
            grants: self
                .grants
                .get(&address)
                .cloned()
                .unwrap_or_default(),
            found,
        })
    }
}

/// The address that the realm knows an object by: a client of ours is named by
/// its key elsewhere.
fn remote_address(address: &Address, id: &RemoteId) -> Option<Address> {
    match address {
        Address::Client(_) => {
            let id = id.as_str().parse().ok()?;
            Some(Address::Client(ClientRef::Id(id)))
        }
        Address::ResourceServer(_) | Address::Grant { .. } => {
            Some(address.clone())
        }
    }
}

/// The client that an object is kept on, as it is called.
fn client_of<'a>(address: &'a Address, id: &'a RemoteId) -> &'a str {
    match address {
        Address::ResourceServer(identifier) => identifier.as_str(),
        Address::Client(_) => id.as_str(),
        Address::Grant { .. } => client_of_grant(id),
    }
}

/// What an object comes to. Of an API its scopes count, of a grant only itself:
/// the rest of its client has nothing to do with it.
fn digest_of(
    address: &Address,
    found: &Found,
    listed: &Listed,
    scopes: &Scopes,
) -> Digest {
    let fields =
        serde_json::Value::from(crate::model::Value::Map(found.attrs.clone()));
    match address {
        Address::Grant { .. } => Digest::of(fields),
        Address::ResourceServer(_) | Address::Client(_) => {
            let whole = listed.digest(scopes).to_string();
            Digest::of(serde_json::json!({ "object": whole, "fields": fields }))
        }
    }
}
