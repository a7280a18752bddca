use super::*;
use serde_json::json;

#[test]
fn a_digest_is_of_what_counts() {
    let one = Digest::of(json!({
        "client_id": "c", "callbacks": ["a", "b"], "client_secret": "s", "updated_at": "then",
    }));
    let same = Digest::of(json!({
        "client_secret": "other", "callbacks": ["b", "a"], "client_id": "c", "updated_at": "now",
    }));
    assert_eq!(one, same);

    let changed =
        Digest::of(json!({ "client_id": "c", "callbacks": ["a", "b", "c"] }));
    assert_ne!(one, changed);
}

#[test]
fn the_key_that_tokens_are_encrypted_for_counts() {
    let api = |kid: &str| json!({ "token_encryption": { "encryption_key": { "kid": kid } } });
    assert_ne!(Digest::of(api("a")), Digest::of(api("b")));
    // As an approval looks at it.
    let fields = |kid: &str| json!({ "id": "i", "fields": api(kid) });
    assert_ne!(Digest::of(fields("a")), Digest::of(fields("b")));

    // A client's own is shown to whoever may see its
    // secret, and to nobody else.
    let with = json!({ "client_id": "c", "encryption_key": { "pub": "p" } });
    assert_eq!(
        Digest::of(with),
        Digest::of(json!({ "client_id": "c" }))
    );
}

#[test]
fn what_people_name_counts_whatever_its_name() {
    for field in ["client_metadata", "scopes"] {
        let object = |text: &str| json!({ field: { "updated_at": text, "client_secret": "" } });
        assert_ne!(
            Digest::of(object("a")),
            Digest::of(object("b")),
            "{field}"
        );
    }
}

#[test]
fn secrets_and_dates_are_left_out_of_lists_too() {
    let keys = |text: &str| json!({ "keys": [{ "id": "k", "created_at": text, "signing_secret": text }] });
    assert_eq!(Digest::of(keys("a")), Digest::of(keys("b")));
    assert_ne!(
        Digest::of(keys("a")),
        Digest::of(json!({ "keys": [{ "id": "l" }] }))
    );
}
