//! Text of a form as what its field means it to be.

use serde_json::Value;

use super::super::Object;
use super::shape::{Record, Shape};
use super::{CLIENT, CLIENT_GRANT, CREDENTIAL, ORGANIZATION, RESOURCE_SERVER};

/// The fields of a form that was sent to an address.
pub(crate) fn as_sent_to(path: &str, object: Object) -> Object {
    let kinds = [
        ("/client-grants", &CLIENT_GRANT),
        ("/clients", &CLIENT),
        ("/resource-servers", &RESOURCE_SERVER),
        ("/organizations", &ORGANIZATION),
        ("/credentials", &CREDENTIAL),
    ];
    // The last name of an address that has several says what the body is.
    let kind = kinds
        .iter()
        .filter_map(|(name, record)| Some((path.rfind(name)?, *record)));
    match kind.max_by_key(|(place, _)| *place) {
        Some((_, record)) => typed(record, object),
        None => object,
    }
}

/// Reads each text where a Boolean, a number or a list stands; what cannot be read stays text, and
/// is refused as text.
fn typed(record: &Record, mut object: Object) -> Object {
    for (key, value) in &mut object {
        if let Some(field) = record.fields.iter().find(|field| field.name == key) {
            *value = typed_value(&field.shape, value.take());
        }
    }
    object
}

fn typed_value(shape: &Shape, value: Value) -> Value {
    match (shape, value) {
        (Shape::Boolean, Value::String(text)) => {
            text.parse().map_or(Value::String(text), Value::Bool)
        }
        (Shape::Integer { .. }, Value::String(text)) => {
            text.parse::<i64>().map_or(Value::String(text), Value::from)
        }
        (
            Shape::List(item) | Shape::SomeOf(item) | Shape::ShortList { item, .. },
            Value::Array(items),
        ) => items
            .into_iter()
            .map(|value| typed_value(item, value))
            .collect(),
        (
            Shape::List(item) | Shape::SomeOf(item) | Shape::ShortList { item, .. },
            single @ Value::String(_),
        ) => Value::Array(vec![typed_value(item, single)]),
        (Shape::Record(record), Value::Object(object)) => Value::Object(typed(record, object)),
        (_, value) => value,
    }
}
