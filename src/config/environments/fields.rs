//! The fields of one object, and what an environment says of them.

use std::mem::take;

use super::super::node::{Entry, Node, Value};
use crate::model::ClientSpec;

/// Puts an entry in the place of the one with this key, if there is one.
pub(super) fn put(node: &mut Node, entry: Entry) {
    let Value::Mapping(entries) = &mut node.value else {
        return;
    };

    match entries.binary_search_by(|other| other.key.cmp(&entry.key)) {
        Ok(place) => entries[place] = entry,
        Err(place) => entries.insert(place, entry),
    }
}

/// Puts what an environment says of an object over it, field by field.
pub(super) fn overlay_object(base: &mut Node, object: Node) {
    match object.value {
        Value::Mapping(fields) if matches!(base.value, Value::Mapping(_)) => {
            for field in fields {
                overlay_field(base, field);
            }
        }
        _ => *base = object,
    }
}

/// Replaces a field as a whole; of metadata only the entries that are named, as
/// in the tenant itself.
fn overlay_field(base: &mut Node, mut field: Entry) {
    let is_metadata = &*field.key == ClientSpec::METADATA;
    let earlier = base
        .entry_mut(&field.key)
        .filter(|earlier| {
            is_metadata && matches!(earlier.value.value, Value::Mapping(_))
        });

    if let (Some(earlier), Value::Mapping(named)) =
        (earlier, &mut field.value.value)
    {
        for entry in take(named) {
            put(&mut earlier.value, entry);
        }
    } else {
        put(base, field);
    }
}
