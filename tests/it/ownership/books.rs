//! A tenant in memory that keeps books: every object with who made it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use grantry::model::{
    Address, Attrs, ClientRef, Digest, Found, Inspection, Kind, Mark, RemoteId,
    Snapshot, Standing, TenantHash, Value,
};
use grantry::provider::{
    Locks, Mutate, Observe, ProviderError, Write, WriteError,
};

/// The canonical domain of this tenant.
pub(crate) const DOMAIN: &str = "books.example";

/// Who made an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Maker {
    Stack(usize),
    Nobody,
    Tenant,
}

/// The tenant. Whoever reaches for what another made is caught in the act.
#[derive(Debug)]
pub(crate) struct Books(Mutex<State>);

#[derive(Debug, Clone)]
struct State {
    acting: Maker,
    issued: usize,
    found: BTreeMap<Address, Found>,
    makers: BTreeMap<RemoteId, Maker>,
}

impl Books {
    pub(crate) fn new() -> Self {
        let (found, makers) = (BTreeMap::new(), BTreeMap::new());
        Self(Mutex::new(State {
            acting: Maker::Nobody,
            issued: 0,
            found,
            makers,
        }))
    }

    /// Whose writes the next ones are.
    pub(crate) fn act_as(&self, maker: Maker) {
        self.0.lock().unwrap().acting = maker;
    }

    /// Puts an object there by hand.
    pub(crate) fn put(
        &self,
        maker: Maker,
        standing: Standing,
        address: Address,
        attrs: Attrs,
    ) {
        let mut state = self.0.lock().unwrap();
        let id = match &address {
            Address::Client(ClientRef::Id(id)) => RemoteId::new(id.as_str()),
            _ => state.next_id("put"),
        };
        state.makers.insert(id.clone(), maker);
        state.found.insert(
            address,
            Found {
                id,
                standing,
                attrs,
                revision: None,
            },
        );
    }

    /// Who made the object of this id. A grant belongs to
    /// whoever made its client.
    pub(crate) fn maker(&self, id: &RemoteId) -> Maker {
        self.0.lock().unwrap().maker(id)
    }

    /// How many objects of a kind somebody made.
    pub(crate) fn made_by(&self, maker: Maker, kind: Kind) -> usize {
        let state = self.0.lock().unwrap();
        let of_kind = state
            .found
            .iter()
            .filter(|(address, _)| address.kind() == kind);
        of_kind
            .filter(|(_, found)| state.maker(&found.id) == maker)
            .count()
    }

    /// The client of this name, if there is one.
    pub(crate) fn client(&self, name: &str) -> Option<ClientRef> {
        let state = self.0.lock().unwrap();
        state
            .found
            .iter()
            .find_map(|(address, found)| match address {
                Address::Client(client)
                    if found.attrs.get("name") == Some(&Value::from(name)) =>
                {
                    Some(client.clone())
                }
                _ => None,
            })
    }

    /// Whether there is something at an address.
    pub(crate) fn has(&self, address: &Address) -> bool {
        self.0
            .lock()
            .unwrap()
            .found
            .contains_key(address)
    }

    /// Everything there is, without the ids that the tenant gave.
    pub(crate) fn contents(&self) -> BTreeSet<String> {
        let state = self.0.lock().unwrap();
        let name = |client: &ClientRef| {
            state.found[&Address::Client(client.clone())].attrs[&"name".into()]
                .clone()
        };
        let objects =
            state
                .found
                .iter()
                .map(|(address, found)| match address {
                    Address::ResourceServer(identifier) => {
                        format!("{identifier} {:?}", found.attrs)
                    }
                    Address::Client(_) => format!("{:?}", found.attrs),
                    Address::Grant {
                        client,
                        audience,
                        ..
                    } => {
                        format!(
                            "{:?} -> {audience} {:?}",
                            name(client),
                            found.attrs
                        )
                    }
                });
        objects.collect()
    }
}

impl Observe for Books {
    async fn read(&self) -> Result<Snapshot, ProviderError> {
        let found = self.0.lock().unwrap().found.clone();
        let management_api = format!("https://{DOMAIN}/api/v2/")
            .parse()
            .unwrap();
        let tenant = TenantHash::of(DOMAIN);
        let rules = BTreeMap::new();
        Ok(Snapshot {
            tenant,
            support: &grantry::provider::local::SUPPORT,
            management_api: Some(management_api),
            rules,
            found,
            unnamed: Vec::new(),
            held_scopes: BTreeMap::new(),
        })
    }

    async fn inspect(
        &self,
        at: &Address,
        id: &RemoteId,
    ) -> Result<Option<Inspection>, ProviderError> {
        let state = self.0.lock().unwrap();
        let ends_with_it = |grant: &Address| match (grant, at) {
            (Address::Grant { audience, .. }, Address::ResourceServer(api)) => {
                audience == api
            }
            (
                Address::Grant {
                    client: ClientRef::Id(client),
                    ..
                },
                Address::Client(_),
            ) => client.as_str() == id.as_str(),
            _ => false,
        };
        let grants = state
            .found
            .iter()
            .filter(|(address, _)| ends_with_it(address));
        let grants = grants
            .map(|(_, grant)| grant.id.clone())
            .collect();
        let found = state
            .found
            .values()
            .find(|found| found.id == *id)
            .cloned();
        Ok(found.map(|found| {
            let digest = Digest::of(Value::Map(found.attrs.clone()).into());
            Inspection {
                found,
                digest,
                grants,
            }
        }))
    }

    async fn list_clients(
        &self,
    ) -> Result<BTreeMap<Address, Found>, ProviderError> {
        let found = &self.0.lock().unwrap().found;
        let clients = found
            .iter()
            .filter(|(address, _)| address.kind() == Kind::Client);
        Ok(clients
            .map(|(address, found)| (address.clone(), found.clone()))
            .collect())
    }
}

impl Locks for Books {}

impl Mutate for Books {
    type Reader = Self;

    fn reader(&self) -> &Self {
        self
    }

    async fn write(&self, write: &Write) -> Result<RemoteId, WriteError> {
        let mut state = self.0.lock().unwrap();
        Ok(match write {
            Write::Create { address, attrs } => state.create(address, attrs),
            Write::Update { id, fields, .. } => state.update(id, fields),
            Write::Delete { id, .. } => state.delete(id),
        })
    }
}

impl State {
    fn next_id(&mut self, what: &str) -> RemoteId {
        self.issued += 1;
        RemoteId::new(format!("{what}-{}", self.issued))
    }

    fn maker(&self, id: &RemoteId) -> Maker {
        let (address, found) = self
            .found
            .iter()
            .find(|(_, found)| found.id == *id)
            .unwrap();
        match address {
            Address::Grant { client, .. }
                if found.standing == Standing::Ordinary =>
            {
                self.makers[&self.found[&Address::Client(client.clone())].id]
            }
            _ => self.makers[id],
        }
    }

    fn create(&mut self, address: &Address, attrs: &Attrs) -> RemoteId {
        let id = self.next_id("made");
        let address = match address {
            Address::Client(_) => {
                Address::Client(ClientRef::Id(id.as_str().parse().unwrap()))
            }
            _ => address.clone(),
        };
        let mut fields = Attrs::new();
        merge(&mut fields, attrs);
        let found = Found {
            id: id.clone(),
            standing: Standing::Ordinary,
            attrs: fields,
            revision: None,
        };
        assert!(
            self.found
                .insert(address.clone(), found)
                .is_none(),
            "{address} made twice"
        );
        self.makers
            .insert(id.clone(), self.acting);
        id
    }

    fn update(&mut self, id: &RemoteId, fields: &Attrs) -> RemoteId {
        let (maker, acting) = (self.maker(id), self.acting);
        assert!(
            maker == acting || maker == Maker::Nobody,
            "{acting:?} changes {id} of {maker:?}"
        );
        let found = self
            .found
            .values_mut()
            .find(|found| found.id == *id)
            .unwrap();
        merge(&mut found.attrs, fields);
        let metadata = fields
            .get("client_metadata")
            .and_then(Value::as_map);
        match metadata.and_then(|metadata| metadata.get(Mark::KEY)) {
            Some(Value::Null) => {
                _ = self
                    .makers
                    .insert(id.clone(), Maker::Nobody);
            }
            Some(_) => _ = self.makers.insert(id.clone(), acting),
            None => {}
        }
        id.clone()
    }

    /// What hangs on an object ends with it.
    fn delete(&mut self, id: &RemoteId) -> RemoteId {
        let (gone, _) = self
            .found
            .iter()
            .find(|(_, found)| found.id == *id)
            .unwrap();
        let gone = gone.clone();
        let hangs = |address: &Address| match (address, &gone) {
            (Address::Grant { client, .. }, Address::Client(gone)) => {
                client == gone
            }
            (
                Address::Grant { audience, .. },
                Address::ResourceServer(gone),
            ) => audience == gone,
            _ => *address == gone,
        };
        let ended: Vec<Address> = self
            .found
            .keys()
            .filter(|address| hangs(address))
            .cloned()
            .collect();
        for address in &ended {
            let (maker, acting) =
                (self.maker(&self.found[address].id), self.acting);
            assert_eq!(
                maker, acting,
                "{acting:?} ends {address} of {maker:?} with {gone}"
            );
        }
        self.found
            .retain(|address, _| !ended.contains(address));
        id.clone()
    }
}

fn merge(fields: &mut Attrs, changes: &Attrs) {
    for (field, value) in changes {
        match value {
            Value::Null => _ = fields.remove(field),
            Value::Entries(changes) => {
                let empty = || Value::Map(Attrs::new());
                if let Value::Map(entries) = fields
                    .entry(field.clone())
                    .or_insert_with(empty)
                {
                    merge(entries, changes);
                }
            }
            _ => _ = fields.insert(field.clone(), value.clone()),
        }
    }
}
