//! What is stored once fields have been written over others.

use crate::model::{Attrs, Value};

/// Sets fields; `Null` clears. What is only ever written is not kept: a tenant
/// would not give it back either.
pub(super) fn merge(fields: &mut Attrs, changes: &Attrs) {
    for (field, value) in changes {
        match value {
            Value::Null | Value::WriteOnly(_) => drop(fields.remove(field)),
            value => {
                let stored = written_over(fields.get(field), value);
                fields.insert(field.clone(), stored);
            }
        }
    }
}

/// One value written over another: a map that is owned key by key keeps the
/// keys that are not named, and any other map is replaced as a whole.
fn written_over(before: Option<&Value>, written: &Value) -> Value {
    let before = before.and_then(Value::as_map);
    match written {
        Value::Map(entries) => {
            let stored = entries
                .iter()
                .filter(|(_, value)| !matches!(value, Value::WriteOnly(_)))
                .map(|(key, value)| {
                    let inner = before.and_then(|before| before.get(key));
                    (key.clone(), written_over(inner, value))
                });
            Value::Map(stored.collect())
        }
        Value::Entries(changes) => {
            let mut entries = before.cloned().unwrap_or_default();
            merge(&mut entries, changes);
            Value::Map(entries)
        }
        other => other.clone(),
    }
}
