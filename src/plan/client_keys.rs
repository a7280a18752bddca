//! The keys of clients: what no plan may do to them, and
//! what a plan says of them.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::Conflict;
use crate::model::{
    Address, Attrs, ClientAuthenticationMethods, ClientRef, ClientSpec, Found,
    Key, Value,
};

const METHODS: &str = ClientSpec::METHODS;
const SECRET_METHOD: &str = ClientSpec::SECRET_METHOD;
const DETACHED: &str = ClientAuthenticationMethods::DETACHED;

/// What is fixed once a key exists.
const FIXED: [&str; 2] = ["alg", "name"];

/// The keys of each method, by their names in the tenant.
type Methods<'a> = BTreeMap<&'a SmolStr, &'a Attrs>;

fn methods_of(attrs: &Attrs) -> Methods<'_> {
    let methods = attrs
        .get(METHODS)
        .and_then(Value::as_map);
    methods
        .into_iter()
        .flatten()
        .filter_map(|(method, keys)| Some((method, keys.as_map()?)))
        .collect()
}

/// How a client authenticates with a secret, if that is said.
fn secret_method(attrs: &Attrs) -> Option<&str> {
    attrs
        .get(SECRET_METHOD)
        .and_then(Value::as_text)
}

/// What contradicts the keys a declared client has.
pub(super) fn find_key_conflicts(
    key: &Key,
    wanted: &Attrs,
    found: &Found,
) -> Vec<Conflict> {
    let live = methods_of(&found.attrs);
    if let Some(conflict) = refuse_secret(key, wanted, &live) {
        return vec![conflict];
    }

    let declared = methods_of(wanted);
    let keys = declared
        .values()
        .flat_map(|keys| keys.iter());
    keys.flat_map(|(name, fields)| find_fixed(key, name, fields, &live))
        .collect()
}

/// A client gets no secret while it has keys, unless they are
/// given up by name: `null`.
fn refuse_secret(
    key: &Key,
    wanted: &Attrs,
    live: &Methods<'_>,
) -> Option<Conflict> {
    if wanted.contains_key(METHODS) {
        return None;
    }

    let method = live
        .keys()
        .find(|method| method.as_str() != DETACHED)?;
    Some(Conflict::KeysInUse {
        key: key.clone(),
        method: method.to_string(),
        wanted: secret_method(wanted)?.to_owned(),
    })
}

/// The fields of a declared key that would have to change, and cannot.
fn find_fixed(
    key: &Key,
    name: &str,
    fields: &Value,
    live: &Methods<'_>,
) -> Vec<Conflict> {
    let Some(there) = live
        .values()
        .find_map(|keys| keys.get(name)?.as_map())
    else {
        return Vec::new();
    };
    // A tenant that shows nothing of its keys contradicts nothing.
    if there.is_empty() {
        return Vec::new();
    }

    let fixed = fields
        .as_map()
        .into_iter()
        .flatten()
        .filter(|(field, _)| FIXED.contains(&field.as_str()));
    let changed = fixed
        .map(|(field, wanted)| (field, wanted, there.get(field)))
        .filter(|(_, wanted, live)| *live != Some(*wanted));
    changed
        .map(|(field, wanted, live)| Conflict::FixedKey {
            key: key.clone(),
            name: name.to_owned(),
            field: field.to_string(),
            wanted: wanted
                .as_text()
                .unwrap_or_default()
                .to_owned(),
            live: live
                .and_then(Value::as_text)
                .map(str::to_owned),
        })
        .collect()
}

/// The clients that declare their keys and cannot authenticate any more, once
/// these are as declared, with anything they may authenticate with now.
pub(super) fn find_abrupt_keys<'a>(
    live: impl Iterator<Item = (&'a Address, Attrs, &'a Found)>,
) -> Vec<Key> {
    live.filter_map(|(address, wanted, found)| match address {
        Address::Client(ClientRef::Key(key)) if is_abrupt(&wanted, found) => {
            Some(key.clone())
        }
        _ => None,
    })
    .collect()
}

/// Whether nothing a client authenticates with now is accepted afterwards.
fn is_abrupt(wanted: &Attrs, found: &Found) -> bool {
    let declared = methods_of(wanted);
    let live = methods_of(&found.attrs);
    let after = accepted_keys(&declared);
    let before = accepted_keys(&live);
    // Which of them its service uses is not known here: as long as one stays,
    // it may be that one.
    if !before.is_empty() {
        return before.is_disjoint(&after);
    }

    // A client has a secret or keys, never both, so no moment
    // accepts the old and the new.
    let had_secret =
        secret_method(&found.attrs).is_some_and(|method| method != "none");
    had_secret && !after.is_empty()
}

/// The keys that a client may authenticate with, each with its method.
fn accepted_keys<'a>(
    methods: &Methods<'a>,
) -> BTreeSet<(&'a SmolStr, &'a SmolStr)> {
    let accepted = methods
        .iter()
        .filter(|(method, _)| method.as_str() != DETACHED);
    accepted
        .flat_map(|(method, keys)| {
            keys.keys()
                .map(move |name| (*method, name))
        })
        .collect()
}

#[cfg(test)]
mod tests;
