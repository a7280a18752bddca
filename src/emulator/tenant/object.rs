//! Raw JSON objects: how they are read, and how changes are laid over them.

use serde_json::{Map, Value};

/// A stored object, or a request's body: whatever keys it has.
pub(crate) type Object = Map<String, Value>;

/// The text under `key`, or nothing when it is absent or not text.
pub(crate) fn text<'a>(object: &'a Object, key: &str) -> Option<&'a str> {
    object.get(key)?.as_str()
}

/// Whether `key` is present and true.
pub(crate) fn is_true(object: &Object, key: &str) -> bool {
    object.get(key) == Some(&Value::Bool(true))
}

/// The texts of the list under `key`; none when it is absent.
pub(crate) fn texts<'a>(
    object: &'a Object,
    key: &str,
) -> impl Iterator<Item = &'a str> {
    let items = object
        .get(key)
        .and_then(Value::as_array)
        .map(Vec::as_slice);

    items
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_str)
}

/// The object a `json!` object literal is.
pub(super) fn into_object(value: Value) -> Object {
    if let Value::Object(object) = value {
        object
    } else {
        Object::new()
    }
}

/// Lays `changes` over `object`, where null takes a key away.
pub(super) fn merge(object: &mut Object, changes: Object) {
    for (key, value) in changes {
        if value.is_null() {
            object.remove(&key);
        } else {
            object.insert(key, value);
        }
    }
}

/// Merges the object under `key` of `changes` into the stored one, instead of
/// replacing it.
pub(super) fn merge_within(
    object: &mut Object,
    changes: &mut Object,
    key: &str,
) {
    let Some(Value::Object(inner)) = changes.remove(key) else {
        return;
    };

    let stored = object
        .entry(key)
        .or_insert_with(|| Value::Object(Object::new()));
    if let Value::Object(stored) = stored {
        merge(stored, inner);
    }
}
