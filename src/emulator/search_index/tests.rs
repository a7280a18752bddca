use serde_json::json;

use super::*;

fn change(tenant: &mut Tenant) {
    let body = json!({"name": "n"});
    tenant
        .create_client(body.as_object().unwrap().clone())
        .unwrap();
}

#[test]
fn a_search_knows_what_is_older_than_its_lag() {
    let mut tenant = Tenant::new([0; 32]);
    let mut index = SearchIndex::default();
    let start = Instant::now();
    let second = |number| start + Duration::from_secs(number);
    let lag = Duration::from_secs(5);

    index.change_lag(&mut tenant, lag, start);
    let first = tenant.revision();
    assert_eq!(index.known(&tenant, lag, start), first);

    change(&mut tenant);
    index.note_change(&mut tenant, second(10));
    let changed = tenant.revision();
    assert_ne!(first, changed);
    for (at, known) in [
        (10, first),
        (14, first),
        (15, changed),
        (99, changed),
    ] {
        assert_eq!(
            index.known(&tenant, lag, second(at)),
            known,
            "{at}"
        );
    }
    assert_eq!(
        index.known(&tenant, Duration::ZERO, second(10)),
        changed
    );
    let shorter = Duration::from_secs(1);
    assert_eq!(
        index.known(&tenant, shorter, second(11)),
        changed
    );

    // Another lag hides nothing that was known, and shows nothing that was not.
    index.change_lag(&mut tenant, lag * 2, second(15));
    assert_eq!(index.known(&tenant, lag, second(14)), first);
    index.change_lag(&mut tenant, lag, second(15));

    // Long after, the first change is old for everybody,
    // and nothing older is kept.
    change(&mut tenant);
    index.note_change(&mut tenant, second(100));
    assert_eq!(index.noted.len(), 2);
    assert_eq!(index.known(&tenant, lag, second(101)), changed);
}
