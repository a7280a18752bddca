use super::*;
use crate::model::{Attrs, ClientSpec};

fn make_mark(
    stack: &str,
    key: &str,
    protection: Protection,
    delivery: Delivery,
) -> Mark {
    Mark {
        stack: stack.parse().unwrap(),
        tenant: TenantHash::of("acme.eu.auth0.com"),
        key: key.parse().unwrap(),
        protection,
        delivery,
    }
}

#[test]
fn a_mark_reads_back_as_it_was_written() {
    for protection in [Protection::Open, Protection::Protected] {
        for delivery in [Delivery::Done, Delivery::Pending] {
            let mark = make_mark(
                "world-mappers",
                "gift-deliveries",
                protection,
                delivery,
            );
            let metadata = Value::Entries(mark.entries().into_iter().collect());
            let attrs =
                Attrs::from_iter([(ClientSpec::METADATA.into(), metadata)]);
            assert_eq!(Written::find(&attrs).unwrap().read(), Ok(mark));
        }
    }
}

/// Marks outlive versions of Grantry: the notation is a promise.
#[test]
fn the_notation_stays() {
    let mark = make_mark(
        "world-mappers",
        "gift-deliveries",
        Protection::Protected,
        Delivery::Pending,
    );

    let expected = [
        (
            "grantry_stack".into(),
            "v1:world-mappers:bac52a7c".into(),
        ),
        ("grantry_key".into(), "gift-deliveries!?".into()),
    ];
    assert_eq!(mark.entries(), expected);
}

#[test]
fn the_longest_mark_fits_into_what_a_search_indexes() {
    let longest = make_mark(
        &"s".repeat(48),
        &"k".repeat(60),
        Protection::Protected,
        Delivery::Pending,
    );
    for (entry, value) in longest.entries() {
        assert!(value.as_text().unwrap().len() <= 64, "{entry}");
    }
}
