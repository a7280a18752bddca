//! Scenes for the tests of each collection, and what holds
//! for the tenant as a whole.

use serde_json::{Value, json};

use super::*;

pub(super) fn seeded() -> Tenant {
    Tenant::new([0; 32])
}

impl Tenant {
    /// Creates a client at a time that does not matter.
    pub(crate) fn create_client(
        &mut self,
        body: Object,
    ) -> Result<Object, Refusal> {
        self.create_client_with_credentials(body, Moment::at_second(0))
    }
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
    let client = tenant
        .create_client(object(json!({"name": "n"})))
        .unwrap();
    (
        tenant,
        text(&client, "client_id")
            .unwrap()
            .to_owned(),
    )
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

    assert_eq!(
        serde_json::to_vec(&restored.snapshot()).unwrap(),
        written
    );
    assert!(
        restored
            .create_grant(grant(&client, "urn:a"))
            .is_err()
    );
    let again = object(json!({"identifier": "urn:a"}));
    let refusal = restored
        .create_resource_server(again)
        .unwrap_err();
    assert!(
        matches!(refusal, Refusal::Conflict { .. }),
        "{refusal}"
    );
}
