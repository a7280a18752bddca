use super::{distance, distance_in_meaning, fewest_slips, letters_of, nearest};

#[test]
fn a_slip_is_recognised_and_a_stranger_is_not() {
    let known = ["read:maps", "write:maps", "geocode:location"];
    assert_eq!(nearest("raed:maps", known), Some("read:maps"));
    assert_eq!(
        nearest("geocode:locations", known),
        Some("geocode:location")
    );
    assert_eq!(nearest("delete:users", known), None);
    assert_eq!(nearest("x", known), None);
}

#[test]
fn capital_letters_and_the_order_of_parts_are_no_slips() {
    assert_eq!(
        nearest("rs256", ["HS256", "PS256", "RS256"]),
        Some("RS256")
    );
    assert_eq!(
        nearest("CLIENT-CREDENTIALS", ["client_credentials"]),
        Some("client_credentials")
    );
    let scopes = ["read:orders", "write:maps", "write:orders"];
    assert_eq!(
        nearest("orders:write", scopes),
        Some("write:orders")
    );
    assert_eq!(
        nearest("orders.raed", scopes),
        Some("read:orders")
    );
    assert_eq!(nearest("maps:delete", scopes), None);
}

#[cfg(feature = "engine")]
#[test]
fn what_shares_a_part_is_nearest() {
    let keys = [
        "name",
        "idle_lifetime",
        "lifetime_in_seconds",
        "logo_uri",
    ];
    assert_eq!(
        super::nearest_few("lifetime", keys, 2),
        ["idle_lifetime", "lifetime_in_seconds"]
    );
}

#[test]
fn what_two_words_share_at_their_ends_changes_no_distance() {
    let words = [
        "maps",
        "amps",
        "map",
        "mmaps",
        "apms",
        "maaps",
        "read:maps",
        "",
        "größe",
        "großeß",
    ];
    for one in words {
        for other in words {
            let whole = strsim::damerau_levenshtein(one, other);
            assert_eq!(distance(one, other), whole, "{one:?} {other:?}");
        }
    }
}

#[test]
fn no_word_is_nearer_than_its_letters_allow() {
    let words = [
        "orders:write",
        "write:orders",
        "WRITE.orders",
        "größe",
        "İstanbul",
        "amps",
        "map",
        "",
    ];
    for one in words {
        for other in words {
            let fewest = fewest_slips(&letters_of(one), &letters_of(other));
            let slips = distance_in_meaning(one, other);
            assert!(
                fewest <= slips,
                "{one:?} {other:?}: {fewest} > {slips}"
            );
        }
    }
    assert_eq!(
        fewest_slips(&letters_of("abc"), &letters_of("xyz")),
        3
    );
}

#[test]
fn of_two_equally_near_the_first_by_name_wins() {
    assert_eq!(
        nearest("scope", ["scope2", "scope1"]),
        Some("scope1")
    );
}
