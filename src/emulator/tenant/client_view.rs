//! Which fields of a client a caller sees.

use std::collections::BTreeSet;

use super::Object;

/// Seen with any scope that lets clients be read at all.
const BASIC: [&str; 4] = ["client_id", "app_type", "name", "description"];

/// Seen only with `read:client_keys` or `read:client_credentials`.
const KEYS: [&str; 4] = [
    "client_secret",
    "client_authentication_methods",
    "encryption_key",
    "signing_key",
];

/// The part of a client that the scopes of a token open.
#[derive(Clone, Copy)]
pub(crate) struct ClientView {
    ordinary: bool,
    keys: bool,
}

impl ClientView {
    pub(crate) fn of(scopes: &BTreeSet<String>) -> Self {
        let reads_clients = scopes.contains("read:clients");
        let reads_keys = scopes.contains("read:client_keys");
        let reads_credentials = scopes.contains("read:client_credentials");

        Self {
            ordinary: reads_clients || reads_keys,
            keys: reads_keys || reads_credentials,
        }
    }

    /// A write answers every ordinary field, whatever the token may read.
    pub(crate) fn of_a_write(scopes: &BTreeSet<String>) -> Self {
        Self {
            ordinary: true,
            ..Self::of(scopes)
        }
    }

    /// The scopes that would open `field`, unless it is open already.
    pub(crate) fn lacks(self, field: &str) -> Option<&'static [&'static str]> {
        if KEYS.contains(&field) {
            (!self.keys)
                .then_some(&["read:client_keys", "read:client_credentials"])
        } else if BASIC.contains(&field) {
            None
        } else {
            (!self.ordinary).then_some(&["read:clients", "read:client_keys"])
        }
    }

    /// The client as this view shows it. While a client authenticates with a
    /// key, its secret is kept and shown to nobody.
    pub(crate) fn show(self, client: &Object) -> Object {
        let is_secret_hidden =
            client.contains_key("client_authentication_methods");

        client
            .iter()
            .filter(|(key, _)| self.lacks(key).is_none())
            .filter(|(key, _)| !is_secret_hidden || *key != "client_secret")
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }
}

#[cfg(test)]
mod tests;
