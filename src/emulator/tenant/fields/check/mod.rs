//! The check of a body against a field table: its fields here, what a request
//! may do with them in `operation`, and their values in `scalar` and `metadata`.

use serde_json::Value;

use super::super::Object;
use super::shape::{Field, Record, Shape};
use super::violation::{Violation, join};

mod metadata;
mod operation;
mod scalar;

pub(crate) use metadata::METADATA_KEYS;
use metadata::{check_metadata, check_texts};
pub(crate) use operation::Operation;
pub(crate) use scalar::{check_choice, check_length, check_range};
use scalar::{check_form, check_name};

/// Checks the body of a POST or PATCH against the table of its kind.
pub(crate) fn check(
    record: &Record,
    body: &Object,
    operation: Operation,
) -> Result<(), Violation> {
    if operation == Operation::Update && body.is_empty() {
        return Err(Violation::too_few(0, 1, ""));
    }

    check_record(record, body, operation, "")
}

fn check_record(
    record: &Record,
    object: &Object,
    operation: Operation,
    path: &str,
) -> Result<(), Violation> {
    check_count(record, object, path)?;
    check_required(record, object, operation, path)?;
    check_known(record, object, operation, path)?;

    for (key, value) in object {
        if let Some(field) = record.field(key, operation) {
            check_field(field, value, operation, &join(path, key))?;
        }
    }

    Ok(())
}

fn check_count(
    record: &Record,
    object: &Object,
    path: &str,
) -> Result<(), Violation> {
    let count = object.len();

    if count < record.least {
        return Err(Violation::too_few(count, record.least, path));
    }
    if count > record.most {
        return Err(Violation::too_many(count, record.most, path));
    }
    Ok(())
}

fn check_required(
    record: &Record,
    object: &Object,
    operation: Operation,
    path: &str,
) -> Result<(), Violation> {
    // A PATCH says only what changes. What is required of an object within it
    // is so there too.
    if operation == Operation::Update && path.is_empty() {
        return Ok(());
    }

    let missing = record
        .fields
        .iter()
        .find(|field| field.required && !object.contains_key(field.name));
    let Some(field) = missing else {
        return Ok(());
    };

    let reason = format!("Missing required property: {}", field.name);
    Err(Violation::new(reason, path))
}

fn check_known(
    record: &Record,
    object: &Object,
    operation: Operation,
    path: &str,
) -> Result<(), Violation> {
    let refused: Vec<&str> = object
        .keys()
        .map(String::as_str)
        .filter(|key| !record.takes(key, operation))
        .collect();
    if refused.is_empty() {
        return Ok(());
    }

    let refused = refused.join(",");
    let reason = format!("Additional properties not allowed: {refused}");
    Err(Violation::new(reason, path))
}

fn check_field(
    field: &Field,
    value: &Value,
    operation: Operation,
    path: &str,
) -> Result<(), Violation> {
    if value.is_null() && field.takes_null(operation) {
        return Ok(());
    }

    check_value(&field.shape, value, operation, path)
}

fn check_value(
    shape: &Shape,
    value: &Value,
    operation: Operation,
    path: &str,
) -> Result<(), Violation> {
    match (shape, value) {
        (Shape::Boolean, Value::Bool(_))
        | (Shape::Anything, Value::Array(_) | Value::Object(_)) => Ok(()),
        (Shape::Integer { least, most }, Value::Number(number))
            if !number.is_f64() =>
        {
            let number = number.as_i64().unwrap_or(i64::MAX);
            check_range(number, *least, *most, path)
        }
        (Shape::Text { least, most }, Value::String(text)) => {
            check_length(text, *least, *most, path)
        }
        (Shape::Name { most }, Value::String(name)) => {
            check_name(name, *most, path)
        }
        (Shape::OneOf(allowed), Value::String(text)) => {
            check_choice(text, allowed, path)
        }
        (Shape::Formed { form, fits }, Value::String(text)) => {
            check_form(text, *form, *fits, path)
        }
        (Shape::List(item), Value::Array(items)) => {
            check_items(item, items, operation, path)
        }
        (Shape::SomeOf(item), Value::Array(items)) => {
            check_least(items, path)?;
            check_items(item, items, operation, path)
        }
        (Shape::ShortList { most, item }, Value::Array(items)) => {
            check_most(items, *most, path)?;
            check_items(item, items, operation, path)
        }
        (Shape::Record(record), Value::Object(object)) => {
            check_record(record, object, operation, path)
        }
        (Shape::Texts { most }, Value::Object(texts)) => {
            check_texts(texts, *most, path)
        }
        (Shape::Metadata, Value::Object(metadata)) => {
            check_metadata(metadata, path)
        }
        _ => Err(Violation::wrong_type(
            name_expected(shape),
            value,
            path,
        )),
    }
}

fn check_least(items: &[Value], path: &str) -> Result<(), Violation> {
    if !items.is_empty() {
        return Ok(());
    }

    let reason = "Array is too short (0), minimum 1";
    Err(Violation::new(reason, path))
}

fn check_most(
    items: &[Value],
    most: usize,
    path: &str,
) -> Result<(), Violation> {
    let count = items.len();
    if count <= most {
        return Ok(());
    }

    let reason = format!("Array is too long ({count}), maximum {most}");
    Err(Violation::new(reason, path))
}

fn check_items(
    shape: &Shape,
    items: &[Value],
    operation: Operation,
    path: &str,
) -> Result<(), Violation> {
    for (index, value) in items.iter().enumerate() {
        let path = format!("{path}[{index}]");
        check_value(shape, value, operation, &path)?;
    }

    Ok(())
}

/// What is said to be expected of a value.
fn name_expected(shape: &Shape) -> &'static str {
    match shape {
        Shape::Boolean => "boolean",
        Shape::Integer { .. } => "integer",
        Shape::Text { .. }
        | Shape::Name { .. }
        | Shape::OneOf(_)
        | Shape::Formed { .. } => "string",
        Shape::List(_) | Shape::SomeOf(_) | Shape::ShortList { .. } => "array",
        Shape::Record(_)
        | Shape::Texts { .. }
        | Shape::Metadata
        | Shape::Anything => "object",
    }
}

#[cfg(test)]
mod tests;
