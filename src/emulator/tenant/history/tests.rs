use serde_json::json;

use super::super::Client;
use super::super::tests::{object, seeded};
use super::*;

fn names(tenant: &Tenant, revision: Revision) -> Vec<&str> {
    tenant
        .find_as_of::<Client>(revision, None, usize::MAX, |_| true)
        .into_iter()
        .filter_map(|listed| listed.object["name"].as_str())
        .skip(2)
        .collect()
}

#[test]
fn each_state_since_it_is_remembered_can_be_asked_for() {
    let mut tenant = seeded();
    tenant.remember_changes(true);
    let empty = tenant.revision();
    let create = |tenant: &mut Tenant, name: &str| {
        let made = tenant
            .create_client(object(json!({"name": name})))
            .unwrap();
        made["client_id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let a = create(&mut tenant, "a");
    let b = create(&mut tenant, "b");
    let two = tenant.revision();

    tenant
        .update_client(&a, object(json!({"name": "changed"})))
        .unwrap();
    tenant.delete_client(&b).unwrap();
    create(&mut tenant, "c");
    let now = tenant.revision();

    for (revision, expected) in [
        (empty, vec![]),
        (two, vec!["a", "b"]),
        (now, vec!["changed", "c"]),
    ] {
        assert_eq!(names(&tenant, revision), expected);
    }

    tenant.forget_before(two);
    assert_eq!(names(&tenant, two), ["a", "b"]);
    tenant.remember_changes(false);
    assert_eq!(
        names(&tenant, tenant.revision()),
        ["changed", "c"]
    );
}

#[test]
fn a_page_goes_on_after_a_place_whether_it_was_changed_or_not() {
    let mut tenant = seeded();
    let ids: Vec<String> = ["a", "b", "c", "d"]
        .map(|name| {
            let made = tenant
                .create_client(object(json!({"name": name})))
                .unwrap();
            made["client_id"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .to_vec();
    tenant.remember_changes(true);
    let before = tenant.revision();
    for id in [&ids[1], &ids[3]] {
        tenant.delete_client(id).unwrap();
    }

    let is_named = |client: &Object| {
        client["name"]
            .as_str()
            .is_some_and(|n| n.len() == 1)
    };
    let first = tenant.find_as_of::<Client>(before, None, 2, is_named);
    let rest = tenant.find_as_of::<Client>(
        before,
        Some(first[1].checkpoint),
        9,
        is_named,
    );
    let seen: Vec<&str> = first
        .iter()
        .chain(&rest)
        .filter_map(|listed| listed.object["name"].as_str())
        .collect();
    assert_eq!(seen, ["a", "b", "c", "d"]);
}
