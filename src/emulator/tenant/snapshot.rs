//! The tenant as it is kept in a file.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::associations::Association;
use super::collection::{COLLECTIONS, Collection, Row};
use super::credential::Credential;
use super::id_generator::IdGenerator;
use super::{Client, ClientGrant, Moment, Object, ResourceServer, Tenant};

/// The credentials of each client.
type Credentials = BTreeMap<String, Vec<Credential>>;

/// Everything a tenant is. `O` is a borrowed object when writing and an owned
/// one when reading.
///
/// What the files of the first emulators had too is required: a file without it
/// is damaged. What came later may be missing.
#[derive(Serialize, Deserialize)]
pub(crate) struct Snapshot<O, G = IdGenerator, C = Credentials> {
    /// Called so when the generator was.
    #[serde(rename = "mint")]
    id_generator: G,
    resource_servers: Vec<O>,
    clients: Vec<O>,
    #[serde(default)]
    credentials: C,
    client_grants: Vec<O>,
    #[serde(flatten)]
    later: Later<O>,
    #[serde(default)]
    associations: Vec<Association>,
    #[serde(default)]
    settings: BTreeMap<String, Value>,
    /// When each object was changed last: by the collection, then by the id.
    #[serde(default)]
    updated: BTreeMap<String, BTreeMap<String, String>>,
}

/// The collections that the first emulators did not know, by their names.
#[derive(Serialize)]
#[serde(transparent)]
struct Later<O>(BTreeMap<&'static str, Vec<O>>);

/// The collections of the first emulators.
const FIRST: [&str; 3] = [
    ResourceServer::NAME,
    Client::NAME,
    ClientGrant::NAME,
];

fn later_collections() -> impl Iterator<Item = &'static Row> {
    COLLECTIONS
        .iter()
        .filter(|row| !FIRST.contains(&row.name))
}

impl Tenant {
    pub(crate) fn snapshot(
        &self,
    ) -> Snapshot<&Object, &IdGenerator, &Credentials> {
        let later = later_collections()
            .map(|row| (row.name, (row.store)(self).objects().collect()))
            .collect();

        Snapshot {
            id_generator: &self.id_generator,
            resource_servers: self
                .store::<ResourceServer>()
                .objects()
                .collect(),
            clients: self
                .store::<Client>()
                .objects()
                .collect(),
            credentials: &self.credentials,
            client_grants: self
                .store::<ClientGrant>()
                .objects()
                .collect(),
            later: Later(later),
            associations: self.associations.kept(),
            settings: self.settings.clone(),
            updated: self.updates(),
        }
    }

    fn updates(&self) -> BTreeMap<String, BTreeMap<String, String>> {
        COLLECTIONS
            .iter()
            .map(|row| {
                let updates = (row.store)(self).updates().iter();
                let written = updates
                    .map(|(id, moment)| (id.clone(), moment.to_string()));
                (row.name.to_owned(), written.collect())
            })
            .collect()
    }

    /// A time that cannot be read is none: nothing but a search goes by it.
    fn note_updates(
        &mut self,
        updates: &BTreeMap<String, BTreeMap<String, String>>,
    ) {
        for row in COLLECTIONS {
            for (id, moment) in updates
                .get(row.name)
                .into_iter()
                .flatten()
            {
                if let Some(moment) = Moment::parse(moment) {
                    (row.note_update)(self, id, moment);
                }
            }
        }
    }

    fn keep_all<C: Collection>(&mut self, objects: Vec<Object>) {
        for object in objects {
            self.keep::<C>(object);
        }
    }
}

impl From<Snapshot<Object>> for Tenant {
    fn from(snapshot: Snapshot<Object>) -> Self {
        let mut tenant = Self::empty(snapshot.id_generator);

        tenant.keep_all::<ResourceServer>(snapshot.resource_servers);
        tenant.keep_all::<Client>(snapshot.clients);
        tenant.credentials = snapshot.credentials;
        tenant.keep_all::<ClientGrant>(snapshot.client_grants);

        let mut later = snapshot.later.0;
        for row in later_collections() {
            for object in later
                .remove(row.name)
                .unwrap_or_default()
            {
                (row.keep)(&mut tenant, object);
            }
        }
        tenant.associations = snapshot
            .associations
            .into_iter()
            .collect();
        tenant.settings = snapshot.settings;
        tenant.note_updates(&snapshot.updated);

        tenant
    }
}

impl<'de, O: Deserialize<'de>> Deserialize<'de> for Later<O> {
    fn deserialize<D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Self, D::Error> {
        deserializer.deserialize_map(LaterVisitor(PhantomData))
    }
}

struct LaterVisitor<O>(PhantomData<O>);

impl<'de, O: Deserialize<'de>> Visitor<'de> for LaterVisitor<O> {
    type Value = Later<O>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("collections of a tenant")
    }

    fn visit_map<A: MapAccess<'de>>(
        self,
        mut map: A,
    ) -> Result<Later<O>, A::Error> {
        let mut sections = BTreeMap::new();

        while let Some(name) = map.next_key::<String>()? {
            match later_collections().find(|row| row.name == name) {
                Some(row) => drop(sections.insert(row.name, map.next_value()?)),
                // Of an emulator that knows more than this one: passed over,
                // whatever it is.
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }

        Ok(Later(sections))
    }
}
