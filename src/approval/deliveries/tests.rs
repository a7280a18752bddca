use serde_json::json;

use super::*;

/// A delivery as `ACTION SOURCE REASON`, with `-` for none.
fn delivery(words: &str) -> DeliveryView {
    let mut fields = json!({
        "client": "courier", "sink": "vault",
        "destination": { "kind": "vault", "address": "https://vault.example", "place": "secret/courier" },
    });
    for (name, word) in ["action", "source", "reason"]
        .into_iter()
        .zip(words.split(' '))
    {
        if word != "-" {
            fields[name] = word.into();
        }
    }
    serde_json::from_value(fields).unwrap()
}

#[test]
fn nothing_that_is_secret_moves_without_approval() {
    for (approved, now, is_covered) in [
        ("add creation -", "add creation -", true),
        ("add creation -", "change creation -", true),
        ("add creation -", "add anew interrupted", true),
        (
            "add creation -",
            "change tenant interrupted",
            true,
        ),
        ("add creation -", "add tenant missing", false),
        (
            "add anew interrupted",
            "add tenant interrupted",
            true,
        ),
        ("unseen creation -", "add creation -", true),
        (
            "unseen creation -",
            "add anew interrupted",
            true,
        ),
        ("unseen creation -", "add tenant missing", false),
        ("unseen - -", "change sink out_of_date", true),
        ("unseen - -", "change nothing out_of_date", true),
        ("unseen - -", "add nothing missing", false),
        ("unseen - -", "change tenant out_of_date", false),
        ("unseen - -", "add tenant missing", false),
        ("unseen - -", "remove - client_goes", false),
        (
            "change sink out_of_date",
            "change tenant out_of_date",
            false,
        ),
        ("add tenant missing", "add tenant missing", true),
        (
            "withhold - missing",
            "add tenant missing",
            false,
        ),
        ("keep - not_named", "remove - not_named", false),
        (
            "remove - not_named",
            "remove - client_goes",
            true,
        ),
        (
            "remove - not_named",
            "change sink out_of_date",
            false,
        ),
    ] {
        let covered = covers(&delivery(approved), &delivery(now));
        assert_eq!(covered, is_covered, "{approved}, now {now}");
    }
}
