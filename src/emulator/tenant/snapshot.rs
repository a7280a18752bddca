//! The tenant as it is kept in a file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::associations::Association;
use super::collection::Collection;
use super::credential::Credential;
use super::mint::Mint;
use super::{GrantKey, Object, Tenant, text};

/// The credentials of each client.
type Credentials = BTreeMap<String, Vec<Credential>>;

/// Everything a tenant is. `O` is a borrowed object when writing and an owned one when reading.
#[derive(Serialize, Deserialize)]
pub(crate) struct Snapshot<O, M = Mint, C = Credentials> {
    mint: M,
    resource_servers: Vec<O>,
    clients: Vec<O>,
    // Like organizations, not in the files of the first emulators.
    #[serde(default)]
    credentials: C,
    client_grants: Vec<O>,
    #[serde(default)]
    organizations: Vec<O>,
    #[serde(default)]
    associations: Vec<Association>,
}

impl Tenant {
    pub(crate) fn snapshot(&self) -> Snapshot<&Object, &Mint, &Credentials> {
        Snapshot {
            mint: &self.mint,
            resource_servers: self.resource_servers.objects().collect(),
            clients: self.clients.objects().collect(),
            credentials: &self.credentials,
            client_grants: self.grants.objects().collect(),
            organizations: self.organizations.objects().collect(),
            associations: self.associations.kept(),
        }
    }
}

impl From<Snapshot<Object>> for Tenant {
    fn from(snapshot: Snapshot<Object>) -> Self {
        let mut tenant = Self::empty(snapshot.mint);
        for object in snapshot.resource_servers {
            tenant.keep_resource_server(object);
        }
        fill(&mut tenant.clients, "client_id", snapshot.clients);
        tenant.credentials = snapshot.credentials;
        for grant in &snapshot.client_grants {
            let id = text(grant, "id").unwrap_or_default().to_owned();
            tenant.granted.insert(GrantKey::of(grant), id);
        }
        fill(&mut tenant.grants, "id", snapshot.client_grants);
        fill(&mut tenant.organizations, "id", snapshot.organizations);
        tenant.associations = snapshot.associations.into_iter().collect();
        tenant
    }
}

fn fill(collection: &mut Collection, id: &str, objects: Vec<Object>) {
    for object in objects {
        if let Some(id) = text(&object, id).map(str::to_owned) {
            collection.put(&id, object);
        }
    }
}
