use std::cell::Cell;

use serde_json::json;

use super::super::Tenant;
use super::super::tests::{object, seeded};
use super::*;

fn with_clients(count: usize) -> Tenant {
    let mut tenant = seeded();
    for number in 0..count {
        tenant
            .create_client(object(json!({"name": format!("{number:03}")})))
            .unwrap();
    }
    tenant
}

fn names<'a>(listed: impl Iterator<Item = Listed<'a>>) -> Vec<&'a str> {
    listed
        .map(|listed| listed.object["name"].as_str().unwrap())
        .collect()
}

#[test]
fn both_ways_into_a_listing_lead_to_the_same_objects() {
    let tenant = with_clients(700);
    // The management client is the first of those that are not global.
    let ordinary = tenant.clients_by_global(false);
    assert_eq!(
        (ordinary.count(), tenant.clients().count()),
        (701, 702)
    );
    let is_even = |client: &Object| {
        client["name"]
            .as_str()
            .unwrap()
            .ends_with('0')
    };
    let tens = tenant
        .clients_by_global(false)
        .only(is_even);
    assert_eq!(tens.count(), 70);

    for listing in [ordinary, tenant.clients(), tens] {
        let checkpoints: Vec<&str> = listing
            .past(0)
            .map(|listed| listed.checkpoint)
            .collect();
        for (rank, checkpoint) in checkpoints
            .iter()
            .enumerate()
            .step_by(53)
        {
            let page = names(listing.past(rank + 1).take(3));
            assert_eq!(names(listing.after(checkpoint).take(3)), page);
        }
    }
}

#[test]
fn a_page_after_a_checkpoint_looks_at_no_object_before_it() {
    let tenant = with_clients(700);
    let looked_at = Cell::new(0);
    let listing = tenant
        .clients_by_global(false)
        .only(|_| {
            looked_at.set(looked_at.get() + 1);
            true
        });
    let checkpoint = listing
        .past(650)
        .next()
        .unwrap()
        .checkpoint;
    looked_at.set(0);

    assert_eq!(
        names(listing.after(checkpoint).take(10)).len(),
        10
    );
    assert_eq!(looked_at.get(), 10);
}

#[test]
fn what_is_changed_or_gone_is_found_no_more_where_it_was() {
    let mut tenant = seeded();
    for identifier in ["urn:a", "urn:b"] {
        tenant
            .create_resource_server(object(json!({"identifier": identifier})))
            .unwrap();
    }
    let client = tenant
        .create_client(object(json!({"name": "n"})))
        .unwrap();
    let id = client["client_id"].as_str().unwrap();
    let mut grant = |audience: &str| {
        let grant = json!({"client_id": id, "audience": audience});
        tenant
            .create_grant(object(grant))
            .unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (first, _second) = (grant("urn:a"), grant("urn:b"));
    assert_eq!(
        tenant
            .grants_with("client_id", id)
            .count(),
        2
    );
    tenant.delete_grant(&first).unwrap();
    assert_eq!(
        tenant
            .grants_with("client_id", id)
            .count(),
        1
    );
    assert_eq!(
        tenant
            .grants_with("audience", "urn:a")
            .count(),
        0
    );
    tenant.delete_client(id).unwrap();
    assert_eq!(
        tenant
            .grants_with("audience", "urn:b")
            .count(),
        0
    );
    assert_eq!(
        tenant
            .resource_servers_of(["urn:b", "urn:c", "urn:b"])
            .count(),
        1
    );
}
