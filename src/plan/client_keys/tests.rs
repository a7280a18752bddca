use serde_json::json;

use super::*;
use crate::model::{RemoteId, Standing};

fn attrs(json: &serde_json::Value) -> Attrs {
    Value::from(json.clone())
        .as_map()
        .unwrap()
        .clone()
}

fn found(json: &serde_json::Value) -> Found {
    Found {
        id: RemoteId::new("1"),
        standing: Standing::Ordinary,
        attrs: attrs(json),
        revision: None,
    }
}

fn said(wanted: &serde_json::Value, live: &serde_json::Value) -> Vec<String> {
    let key = "billing".parse().unwrap();
    let conflicts = find_key_conflicts(&key, &attrs(wanted), &found(live));
    conflicts
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn is_abrupt(wanted: &serde_json::Value, live: &serde_json::Value) -> bool {
    super::is_abrupt(&attrs(wanted), &found(live))
}

fn keys(method: &str, names: &[&str]) -> serde_json::Value {
    let keys: serde_json::Map<_, _> = names
        .iter()
        .map(|name| ((*name).to_owned(), json!({ "alg": "RS256" })))
        .collect();
    json!({ METHODS: { method: keys } })
}

fn key(fields: &serde_json::Value) -> serde_json::Value {
    json!({ METHODS: { "private_key_jwt": { "k": fields } } })
}

#[test]
fn what_is_fixed_in_a_key_cannot_be_declared_otherwise() {
    let live = keys("private_key_jwt", &["k"]);
    let same = key(&json!({ "alg": "RS256" }));
    let named = key(&json!({ "alg": "RS256", "name": "n" }));
    let stronger = key(&json!({ "alg": "PS256" }));
    assert!(said(&same, &live).is_empty());
    assert_eq!(said(&named, &live).len(), 1);
    assert_eq!(said(&stronger, &live).len(), 1);

    let other = json!({ METHODS: { "private_key_jwt": { "other": { "alg": "PS256" } } } });
    assert!(said(&other, &live).is_empty());
    let idle = keys("detached", &["k"]);
    assert_eq!(said(&stronger, &idle).len(), 1);
}

#[test]
fn a_client_with_keys_gets_no_secret_unless_its_keys_are_given_up() {
    let secret = json!({ SECRET_METHOD: "client_secret_post" });
    let given_up = json!({ SECRET_METHOD: "x", METHODS: null });
    let live = keys("private_key_jwt", &["k"]);

    assert_eq!(said(&secret, &live).len(), 1);
    assert!(said(&json!({}), &live).is_empty());
    assert!(said(&given_up, &live).is_empty());
    assert!(said(&secret, &keys("detached", &["k"])).is_empty());
}

#[test]
fn a_rotation_is_abrupt_where_no_key_stays() {
    let old = keys("private_key_jwt", &["old"]);
    let new = keys("private_key_jwt", &["new"]);
    let both = keys("private_key_jwt", &["old", "new"]);
    assert!(is_abrupt(&new, &old));
    assert!(!is_abrupt(&both, &old));
    assert!(!is_abrupt(&new, &both));
    assert!(is_abrupt(&json!({ METHODS: null }), &old));

    let secret = json!({ SECRET_METHOD: "client_secret_post" });
    assert!(is_abrupt(&new, &secret));
    assert!(!is_abrupt(&new, &json!({})));
    assert!(!is_abrupt(&new, &keys("detached", &["old"])));
}
