//! Text of a form as what its field means it to be.

use serde_json::Value;

use super::super::Object;
use super::shape::{Record, Shape};

/// Reads each text where a Boolean, a number or a list stands; what cannot be
/// read stays text, and is refused as text.
pub(crate) fn coerce(record: &Record, mut object: Object) -> Object {
    for (key, value) in &mut object {
        // Whichever request it is: where a field differs between the two, its
        // type does not.
        if let Some(field) = record.known(key) {
            *value = coerce_value(&field.shape, value.take());
        }
    }

    object
}

fn coerce_value(shape: &Shape, value: Value) -> Value {
    if let Some(item) = shape.item() {
        return coerce_items(item, value);
    }

    match (shape, value) {
        (Shape::Boolean, Value::String(text)) => coerce_boolean(text),
        (Shape::Integer { .. }, Value::String(text)) => coerce_integer(text),
        (Shape::Record(record), Value::Object(object)) => {
            coerce(record, object).into()
        }
        (_, value) => value,
    }
}

fn coerce_boolean(text: String) -> Value {
    match text.parse::<bool>() {
        Ok(boolean) => boolean.into(),
        Err(_) => text.into(),
    }
}

fn coerce_integer(text: String) -> Value {
    match text.parse::<i64>() {
        Ok(number) => number.into(),
        Err(_) => text.into(),
    }
}

/// A list of one item is written like the item alone.
fn coerce_items(item: &Shape, value: Value) -> Value {
    let items = match value {
        Value::Array(items) => items,
        single @ Value::String(_) => vec![single],
        value => return value,
    };

    items
        .into_iter()
        .map(|value| coerce_value(item, value))
        .collect()
}
