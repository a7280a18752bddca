//! What was read of a realm, by where it is sought.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::decode::client_of_grant;
use super::listing::Listed;
use super::reading::Reading;
use super::scopes::Scopes;
use crate::model::{
    Address, ClientRef, Digest, Found, Inspection, RemoteId, Value,
};

/// What was read, by where it is sought: there may be as many objects to look
/// at as there are.
pub(super) struct Index<'a> {
    found: &'a BTreeMap<Address, Found>,
    scopes: &'a Scopes,
    listed: BTreeMap<&'a str, &'a Listed>,
    /// The grants that would end with an object.
    grants: BTreeMap<Address, BTreeSet<RemoteId>>,
}

impl<'a> Index<'a> {
    pub(super) fn of(
        reading: &'a Reading,
        found: &'a BTreeMap<Address, Found>,
    ) -> Self {
        let clients = reading.clients.iter();

        Self {
            found,
            scopes: &reading.scopes,
            listed: clients
                .map(|listed| (listed.client.client_id.as_str(), listed))
                .collect(),
            grants: grants_by_ends(found),
        }
    }

    /// A close look at an object.
    pub(super) fn inspect(
        &self,
        (address, id): &(Address, RemoteId),
    ) -> Option<Inspection> {
        let address = remote_address(address, id)?;
        let found = self.found.get(&address)?.clone();
        let listed = self
            .listed
            .get(client_of(&address, id))?;
        let grants = self.grants.get(&address);

        Some(Inspection {
            digest: digest_of(&address, &found, listed, self.scopes),
            grants: grants.cloned().unwrap_or_default(),
            found,
        })
    }
}

/// The grants by what they would end with: their clients, and their APIs.
fn grants_by_ends(
    found: &BTreeMap<Address, Found>,
) -> BTreeMap<Address, BTreeSet<RemoteId>> {
    let mut grants: BTreeMap<Address, BTreeSet<RemoteId>> = BTreeMap::new();
    for (address, grant) in found {
        let Address::Grant {
            client,
            audience,
            ..
        } = address
        else {
            continue;
        };

        let client = Address::Client(client.clone());
        let api = Address::ResourceServer(audience.clone());
        for end in [client, api] {
            let ending = grants.entry(end).or_default();
            ending.insert(grant.id.clone());
        }
    }
    grants
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
pub(super) fn client_of<'a>(address: &'a Address, id: &'a RemoteId) -> &'a str {
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
    let fields = Json::from(Value::Map(found.attrs.clone()));
    match address {
        Address::Grant { .. } => Digest::of(fields),
        Address::ResourceServer(_) | Address::Client(_) => {
            let whole = listed.digest(scopes).to_string();
            Digest::of(json!({ "object": whole, "fields": fields }))
        }
    }
}
