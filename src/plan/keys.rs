//! The keys of clients: what no plan may do to them, and what a plan says of them.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::{Conflict, Note};
use crate::model::{
    Address, Attrs, ClientAuthenticationMethods, ClientRef, ClientSpec, Found, Key, Value,
};

const METHODS: &str = ClientSpec::METHODS;
const SECRET_METHOD: &str = ClientSpec::SECRET_METHOD;
const DETACHED: &str = ClientAuthenticationMethods::DETACHED;

/// What is fixed once a key exists.
const FIXED: [&str; 2] = ["alg", "name"];

/// What contradicts the keys a declared client has.
pub(super) fn conflicts(key: &Key, wanted: &Attrs, found: &Found) -> Vec<Conflict> {
    let live = methods(&found.attrs);
    let secret = wanted.get(SECRET_METHOD).and_then(Value::as_text);
    let in_use = live.keys().find(|method| method.as_str() != DETACHED);
    if let (None, Some(wanted), Some(method)) = (wanted.get(METHODS), secret, in_use) {
        let (key, method) = (key.clone(), method.to_string());
        return vec![Conflict::KeysInUse {
            key,
            method,
            wanted: wanted.to_owned(),
        }];
    }
    let declared = methods(wanted);
    let declared = declared.values().flat_map(|keys| keys.iter());
    declared
        .flat_map(|(name, fields)| fixed(key, name, fields, &live))
        .collect()
}

/// The fields of a declared key that would have to change, and cannot.
fn fixed(key: &Key, name: &str, fields: &Value, live: &Methods<'_>) -> Vec<Conflict> {
    let Some(there) = live.values().find_map(|keys| keys.get(name)?.as_map()) else {
        return Vec::new();
    };
    let wanted = fields.as_map().into_iter().flatten();
    let wanted = wanted.filter(|(field, _)| FIXED.contains(&field.as_str()));
    // A tenant that shows nothing of its keys contradicts nothing.
    let changed = wanted.filter(|(field, value)| {
        there
            .get(*field)
            .map_or(!there.is_empty(), |live| live != *value)
    });
    changed
        .map(|(field, value)| Conflict::FixedKey {
            key: key.clone(),
            name: name.to_owned(),
            field: field.to_string(),
            wanted: value.as_text().unwrap_or_default().to_owned(),
            live: there.get(field).and_then(Value::as_text).map(str::to_owned),
        })
        .collect()
}

/// The clients that declare their keys and cannot authenticate any more, once these are as declared,
/// with anything they may authenticate with now.
pub(super) fn abrupt<'a>(
    live: impl Iterator<Item = (&'a Address, Attrs, &'a Found)>,
) -> Option<Note> {
    let abrupt = live.filter_map(|(address, wanted, found)| {
        let Address::Client(ClientRef::Key(key)) = address else {
            return None;
        };
        let (after, before) = (
            accepted(&methods(&wanted)),
            accepted(&methods(&found.attrs)),
        );
        let had_secret = found.attrs.get(SECRET_METHOD).and_then(Value::as_text);
        let has_none_left = if before.is_empty() {
            had_secret.is_some_and(|method| method != "none") && !after.is_empty()
        } else {
            before.is_disjoint(&after)
        };
        has_none_left.then(|| key.clone())
    });
    let abrupt: Vec<Key> = abrupt.collect();
    (!abrupt.is_empty()).then_some(Note::AbruptKeys(abrupt))
}

type Methods<'a> = BTreeMap<&'a SmolStr, &'a Attrs>;

fn methods(attrs: &Attrs) -> Methods<'_> {
    let methods = attrs
        .get(METHODS)
        .and_then(Value::as_map)
        .into_iter()
        .flatten();
    methods
        .filter_map(|(method, keys)| Some((method, keys.as_map()?)))
        .collect()
}

/// The keys that a client may authenticate with, each with its method.
fn accepted<'a>(methods: &Methods<'a>) -> BTreeSet<(&'a SmolStr, &'a SmolStr)> {
    let attached = methods
        .iter()
        .filter(|(method, _)| method.as_str() != DETACHED);
    attached
        .flat_map(|(method, keys)| keys.keys().map(move |name| (*method, name)))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::{RemoteId, Standing};

    fn attrs(json: serde_json::Value) -> Attrs {
        Value::from(json).as_map().unwrap().clone()
    }

    fn found(json: serde_json::Value) -> Found {
        let (id, standing) = (RemoteId::new("1"), Standing::Ordinary);
        Found {
            id,
            standing,
            attrs: attrs(json),
            revision: None,
        }
    }

    fn said(wanted: serde_json::Value, live: serde_json::Value) -> Vec<String> {
        let key = "billing".parse().unwrap();
        let conflicts = conflicts(&key, &attrs(wanted), &found(live));
        conflicts.iter().map(ToString::to_string).collect()
    }

    fn is_abrupt(wanted: serde_json::Value, live: serde_json::Value) -> bool {
        let address = Address::Client(ClientRef::Key("billing".parse().unwrap()));
        abrupt([(&address, attrs(wanted), &found(live))].into_iter()).is_some()
    }

    fn keys(method: &str, names: &[&str]) -> serde_json::Value {
        let keys: serde_json::Map<_, _> = names
            .iter()
            .map(|name| ((*name).to_owned(), json!({ "alg": "RS256" })))
            .collect();
        json!({ METHODS: { method: keys } })
    }

    #[test]
    fn what_is_fixed_in_a_key_cannot_be_declared_otherwise() {
        let live = || json!({ METHODS: { "private_key_jwt": { "k": { "alg": "RS256" } } } });
        let with = |key: serde_json::Value| json!({ METHODS: { "private_key_jwt": { "k": key } } });
        assert!(said(with(json!({ "alg": "RS256" })), live()).is_empty());
        assert_eq!(said(with(json!({ "alg": "PS256" })), live()).len(), 1);
        assert_eq!(
            said(with(json!({ "alg": "RS256", "name": "n" })), live()).len(),
            1
        );
        let other = json!({ METHODS: { "private_key_jwt": { "other": { "alg": "PS256" } } } });
        assert!(said(other, live()).is_empty());
        let idle = json!({ METHODS: { "detached": { "k": { "alg": "RS256" } } } });
        assert_eq!(said(with(json!({ "alg": "PS256" })), idle).len(), 1);
    }

    #[test]
    fn a_client_with_keys_gets_no_secret_unless_its_keys_are_given_up() {
        let secret = json!({ SECRET_METHOD: "client_secret_post" });
        let live = || keys("private_key_jwt", &["k"]);
        assert_eq!(said(secret.clone(), live()).len(), 1);
        assert!(said(json!({}), live()).is_empty());
        assert!(said(json!({ SECRET_METHOD: "x", METHODS: null }), live()).is_empty());
        assert!(said(secret, keys("detached", &["k"])).is_empty());
    }

    #[test]
    fn a_rotation_is_abrupt_where_no_key_stays() {
        let of = |names: &[&str]| keys("private_key_jwt", names);
        assert!(is_abrupt(of(&["new"]), of(&["old"])));
        assert!(!is_abrupt(of(&["old", "new"]), of(&["old"])));
        assert!(!is_abrupt(of(&["new"]), of(&["old", "new"])));
        assert!(is_abrupt(json!({ METHODS: null }), of(&["old"])));
        assert!(is_abrupt(
            of(&["new"]),
            json!({ SECRET_METHOD: "client_secret_post" })
        ));
        assert!(!is_abrupt(of(&["new"]), json!({})));
        assert!(!is_abrupt(of(&["new"]), keys("detached", &["old"])));
    }
}
