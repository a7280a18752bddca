//! The tenant: raw JSON objects and the rules Auth0 keeps over them. No HTTP, no async, no clock.

mod associations;
mod certificate;
mod client_defaults;
mod client_view;
mod clients;
mod collection;
mod credential;
mod credentials;
mod fields;
mod grants;
mod listing;
mod mint;
mod moment;
mod my_account;
mod organizations;
mod ranked;
mod refusal;
mod resource_servers;
mod seed;
mod snapshot;
mod thumbprint;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

pub(crate) use client_view::ClientView;
pub(crate) use credential::Credential;
pub(crate) use credentials::Authentication;
pub(crate) use fields::{Violation, as_sent_to, check_choice, check_length, check_range};
pub(crate) use grants::GrantKey;
pub(crate) use listing::{Listed, Listing};
pub(crate) use moment::Moment;
pub(crate) use organizations::shown as shown_to_organizations;
pub(crate) use refusal::Refusal;
pub use seed::{MANAGEMENT_CLIENT_ID, MANAGEMENT_CLIENT_SECRET};
pub(crate) use snapshot::Snapshot;

use associations::Associations;
use collection::{Collection, Order};
use mint::Mint;

/// A stored object, or a request's body: whatever keys it has.
pub(crate) type Object = Map<String, Value>;

/// The canonical domain, whatever host and port the emulator is reached by.
pub(crate) const DOMAIN: &str = "grantry-emulator.eu.auth0.com";

/// The tenant as an issuer under its canonical domain.
pub(crate) const CANONICAL_ISSUER: &str = "https://grantry-emulator.eu.auth0.com/";

/// The audience of the tenant's Management API, whatever host and port the emulator listens on.
pub const MANAGEMENT_AUDIENCE: &str = "https://grantry-emulator.eu.auth0.com/api/v2/";

/// A tenant. Deliberately not `Debug`: it holds secrets.
pub(crate) struct Tenant {
    mint: Mint,
    resource_servers: Collection,
    identifiers: BTreeMap<String, String>,
    clients: Collection,
    /// The credentials of each client, in the order of their creation.
    credentials: BTreeMap<String, Vec<Credential>>,
    grants: Collection,
    granted: BTreeMap<GrantKey, String>,
    organizations: Collection,
    associations: Associations,
}

impl Tenant {
    fn empty(mint: Mint) -> Self {
        Self {
            mint,
            resource_servers: Collection::new(Order::Creation, &[]),
            identifiers: BTreeMap::new(),
            clients: Collection::new(Order::Creation, &["global"]),
            credentials: BTreeMap::new(),
            grants: Collection::new(Order::Id, &["client_id", "audience"]),
            granted: BTreeMap::new(),
            organizations: Collection::new(Order::Creation, &["name"]),
            associations: Associations::default(),
        }
    }
}

/// The text under `key`, or nothing when it is absent or not text.
pub(crate) fn text<'a>(object: &'a Object, key: &str) -> Option<&'a str> {
    object.get(key)?.as_str()
}

/// Whether `key` is present and true.
pub(crate) fn is_true(object: &Object, key: &str) -> bool {
    object.get(key) == Some(&Value::Bool(true))
}

/// The texts of the list under `key`; none when it is absent.
pub(crate) fn texts<'a>(object: &'a Object, key: &str) -> impl Iterator<Item = &'a str> {
    let items = object.get(key).and_then(Value::as_array).map(Vec::as_slice);
    items.unwrap_or_default().iter().filter_map(Value::as_str)
}

/// The object a `json!` object literal is.
fn into_object(value: Value) -> Object {
    if let Value::Object(object) = value {
        object
    } else {
        Object::new()
    }
}

/// Lays `changes` over `object`, where null takes a key away.
fn merge(object: &mut Object, changes: Object) {
    for (key, value) in changes {
        if value.is_null() {
            object.remove(&key);
        } else {
            object.insert(key, value);
        }
    }
}

/// Merges the object under `key` of `changes` into the stored one, instead of replacing it.
fn merge_within(object: &mut Object, changes: &mut Object, key: &str) {
    if let Some(Value::Object(inner)) = changes.remove(key) {
        let stored = object
            .entry(key)
            .or_insert_with(|| Value::Object(Object::new()));
        if let Value::Object(stored) = stored {
            merge(stored, inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    pub(super) fn seeded() -> Tenant {
        Tenant::new([0; 32])
    }

    pub(super) fn object(value: Value) -> Object {
        let Value::Object(object) = value else {
            panic!("not an object: {value}")
        };
        object
    }

    pub(super) fn grant(client_id: &str, audience: &str) -> Object {
        object(json!({"client_id": client_id, "audience": audience}))
    }

    /// A tenant with one more client, and an API of identifier `urn:a`.
    pub(super) fn with_client_and_api() -> (Tenant, String) {
        let mut tenant = seeded();
        tenant
            .create_resource_server(object(json!({"identifier": "urn:a"})))
            .unwrap();
        let client = tenant.create_client(object(json!({"name": "n"}))).unwrap();
        (tenant, text(&client, "client_id").unwrap().to_owned())
    }

    /// As it was written before the emulator knew credentials and organizations.
    #[test]
    fn an_old_snapshot_is_read() {
        let mut written = serde_json::to_value(seeded().snapshot()).unwrap();
        let sections = written.as_object_mut().unwrap();
        for later in ["credentials", "organizations", "associations"] {
            assert!(sections.remove(later).is_some(), "{later}");
        }
        let snapshot: Snapshot<Object> = serde_json::from_value(written).unwrap();
        assert_eq!(Tenant::from(snapshot).clients().count(), 2);
    }

    #[test]
    fn a_snapshot_brings_back_every_object_and_index() {
        let (mut tenant, client) = with_client_and_api();
        let mut open = grant(&client, "urn:a");
        open.insert("organization_usage".to_owned(), "allow".into());
        let made = tenant.create_grant(open).unwrap();
        let organization = tenant
            .create_organization(object(json!({"name": "o"})))
            .unwrap();
        let asked = object(json!({"grant_id": made["id"]}));
        tenant
            .associate(text(&organization, "id").unwrap(), &asked)
            .unwrap();
        let written = serde_json::to_vec(&tenant.snapshot()).unwrap();
        let snapshot: Snapshot<Object> = serde_json::from_slice(&written).unwrap();
        let mut restored = Tenant::from(snapshot);

        assert_eq!(serde_json::to_vec(&restored.snapshot()).unwrap(), written);
        assert!(restored.create_grant(grant(&client, "urn:a")).is_err());
        let again = object(json!({"identifier": "urn:a"}));
        assert_eq!(
            restored.create_resource_server(again),
            Err(Refusal::SameIdentifier)
        );
    }
}
