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
        if let Some(field) = record
            .fields
            .iter()
            .find(|field| field.name == key)
        {
            *value = coerce_value(&field.shape, value.take());
        }
    }

    object
}

fn coerce_value(shape: &Shape, value: Value) -> Value {
    match (shape, value) {
        (Shape::Boolean, Value::String(text)) => text
            .parse()
            .map_or(Value::String(text), Value::Bool),
        (Shape::Integer { .. }, Value::String(text)) => text
            .parse::<i64>()
            .map_or(Value::String(text), Value::from),
        (Shape::Record(record), Value::Object(object)) => {
            Value::Object(coerce(record, object))
        }
        (shape, value) => match shape.item() {
            Some(item) => coerce_items(item, value),
            None => value,
        },
    }
}

/// A list of one item is written like the item alone.
fn coerce_items(item: &Shape, value: Value) -> Value {
    match value {
        Value::Array(items) => items
            .into_iter()
            .map(|value| coerce_value(item, value))
            .collect(),
        single @ Value::String(_) => {
            Value::Array(vec![coerce_value(item, single)])
        }
        value => value,
    }
}

impl Shape {
    /// What the items of a list are; nothing where no list stands.
    fn item(&self) -> Option<&'static Self> {
        match self {
            Self::List(item)
            | Self::SomeOf(item)
            | Self::ShortList { item, .. } => Some(item),
            _ => None,
        }
    }
}
