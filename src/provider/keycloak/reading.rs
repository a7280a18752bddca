//! A realm as it was read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::decode::{Decoded, Decoder, found_elsewhere};
use super::listing::Listed;
use super::scopes::Scopes;
use crate::model::{Address, ClientId, Found, Identifier};

/// What the listings have shown.
pub(super) struct Reading {
    pub(super) scopes: Arc<Scopes>,
    pub(super) clients: Vec<Listed>,
}

impl Reading {
    /// What it comes to; `ourselves` is our own client,
    /// where it is of the realm.
    pub(super) fn decode(&self, ourselves: Option<&ClientId>) -> Decoded {
        let decoder = Decoder {
            scopes: &self.scopes,
            ourselves,
        };

        let mut all = Decoded::default();
        for listed in &self.clients {
            let mut one = decoder.decode(&listed.client);
            all.found.append(&mut one.found);
            all.unnamed.append(&mut one.unnamed);
        }
        self.add_apis_elsewhere(&mut all.found);
        all
    }

    /// Adds the APIs that are no clients of their own: a client that gets
    /// tokens is one, or nothing but scopes. What we have made ourselves is a
    /// rest, and no API.
    fn add_apis_elsewhere(&self, found: &mut BTreeMap<Address, Found>) {
        let clients = self.clients.iter();
        let clients: BTreeSet<&str> = clients
            .map(|listed| listed.client.client_id.as_str())
            .collect();
        let is_rest = |api: &Identifier| {
            let mut scopes = self.scopes.of_api(api);
            !clients.contains(api.as_str())
                && scopes.all(|(_, scope)| scope.is_made_for(api))
        };

        let apis = self.scopes.apis();
        for api in apis.filter(|api| !is_rest(api)) {
            let address = Address::ResourceServer(api.clone());
            found
                .entry(address)
                .or_insert_with(|| found_elsewhere(api, &self.scopes));
        }
    }
}
