use std::collections::BTreeSet;

use serde_json::json;

use super::super::tests::{object, seeded};
use super::super::{Client, ClientGrant, Organization, ResourceServer};
use super::*;

fn fill<C: Collection>(tenant: &mut Tenant) {
    let present = tenant.store::<C>().all().count();
    for number in present..C::MOST {
        tenant.keep::<C>(object(json!({C::ID: number.to_string()})));
    }
}

#[test]
fn a_tenant_has_room_for_so_many_of_each_and_no_more() {
    let mut tenant = seeded();
    let api = object(json!({"identifier": "urn:a"}));
    let client = object(json!({"name": "n"}));
    let organization = object(json!({"name": "o"}));
    tenant
        .create_resource_server(api)
        .unwrap();
    let created = tenant
        .create_client(client.clone())
        .unwrap();
    let grant =
        object(json!({"client_id": created["client_id"], "audience": "urn:a"}));

    fill::<ResourceServer>(&mut tenant);
    fill::<Client>(&mut tenant);
    fill::<ClientGrant>(&mut tenant);
    fill::<Organization>(&mut tenant);
    let another = object(json!({"identifier": "urn:b"}));
    assert_eq!(
        tenant.create_resource_server(another),
        Err(Refusal::TooMany)
    );
    assert_eq!(
        tenant.create_client(client),
        Err(Refusal::TooMany)
    );
    assert_eq!(
        tenant.create_grant(grant),
        Err(Refusal::TooMany)
    );
    assert_eq!(
        tenant.create_organization(organization.clone()),
        Err(Refusal::TooMany)
    );

    tenant.delete_organization("5");
    tenant
        .create_organization(organization)
        .unwrap();
}

macro_rules! keys {
    ($($collection:path),* $(,)?) => {
        [$(<$collection as Schema>::KEYS),*]
    };
}

#[test]
fn names_and_paths_are_unique_and_no_key_has_two_places() {
    let names: BTreeSet<&str> = COLLECTIONS
        .iter()
        .map(|row| row.name)
        .collect();
    let paths: BTreeSet<&str> = collection_paths().collect();
    assert_eq!(names.len(), COLLECTIONS.len());
    assert_eq!(paths.len(), COLLECTIONS.len());

    for keys in for_each_collection!(keys) {
        let places: BTreeSet<&&str> = keys.iter().collect();
        assert_eq!(places.len(), keys.len(), "{keys:?}");
    }
}
