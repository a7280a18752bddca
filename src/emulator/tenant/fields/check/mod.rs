//! The check of a body against a field table.

use serde_json::Value;

use super::super::Object;
use super::shape::{Field, Form, Null, Others, Record, Sent, Shape};
use super::violation::Violation;

/// How long a key or a value of metadata may be, and how many keys there may
/// be.
const METADATA_LENGTH: usize = 255;
pub(crate) const METADATA_KEYS: usize = 10;

/// What a request means to do with the body.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Create,
    Update,
}

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
    if object.len() < record.least {
        return Err(Violation::too_few(
            object.len(),
            record.least,
            path,
        ));
    }
    if object.len() > record.most {
        return Err(Violation::too_many(
            object.len(),
            record.most,
            path,
        ));
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
    match missing {
        Some(field) => {
            let reason = format!("Missing required property: {}", field.name);
            Err(Violation::new(reason, path))
        }
        None => Ok(()),
    }
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

    let reason = format!(
        "Additional properties not allowed: {}",
        refused.join(",")
    );
    Err(Violation::new(reason, path))
}

impl Record {
    fn field(&self, key: &str, operation: Operation) -> Option<&Field> {
        self.fields
            .iter()
            .find(|field| field.name == key && field.is_sent(operation))
    }

    /// A record that is open takes what it does not know, and not what it knows
    /// of another request.
    fn takes(&self, key: &str, operation: Operation) -> bool {
        let is_known = self
            .fields
            .iter()
            .any(|field| field.name == key);

        match self.others {
            Others::Kept if !is_known => true,
            Others::Kept | Others::Refused => {
                self.field(key, operation).is_some()
            }
        }
    }
}

impl Field {
    fn is_sent(&self, operation: Operation) -> bool {
        match self.sent {
            Sent::Always => true,
            Sent::OnPost => operation == Operation::Create,
            Sent::OnPatch => operation == Operation::Update,
        }
    }

    fn takes_null(&self, operation: Operation) -> bool {
        match self.null {
            Null::Never => false,
            Null::OnPatch => operation == Operation::Update,
            Null::Always => true,
        }
    }
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
            check_range(
                number.as_i64().unwrap_or(i64::MAX),
                *least,
                *most,
                path,
            )
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
        _ => Err(wrong_type(name_expected(shape), value, path)),
    }
}

fn wrong_type(expected: &str, value: &Value, path: &str) -> Violation {
    let found = name_found(value);

    Violation::new(
        format!("Expected type {expected} but found type {found}"),
        path,
    )
}

fn check_least(items: &[Value], path: &str) -> Result<(), Violation> {
    if items.is_empty() {
        return Err(Violation::new(
            "Array is too short (0), minimum 1",
            path,
        ));
    }

    Ok(())
}

fn check_most(
    items: &[Value],
    most: usize,
    path: &str,
) -> Result<(), Violation> {
    if items.len() > most {
        let reason = format!(
            "Array is too long ({}), maximum {most}",
            items.len()
        );
        return Err(Violation::new(reason, path));
    }

    Ok(())
}

fn check_items(
    shape: &Shape,
    items: &[Value],
    operation: Operation,
    path: &str,
) -> Result<(), Violation> {
    for (index, value) in items.iter().enumerate() {
        check_value(
            shape,
            value,
            operation,
            &format!("{path}[{index}]"),
        )?;
    }

    Ok(())
}

pub(crate) fn check_range(
    number: i64,
    least: i64,
    most: i64,
    path: &str,
) -> Result<(), Violation> {
    let reason = if number < least {
        format!("Value {number} is less than minimum {least}")
    } else if number > most {
        format!("Value {number} is greater than maximum {most}")
    } else {
        return Ok(());
    };

    Err(Violation::new(reason, path))
}

/// Checks how many characters a text has.
pub(crate) fn check_length(
    text: &str,
    least: usize,
    most: usize,
    path: &str,
) -> Result<(), Violation> {
    let length = text.chars().count();

    let reason = if length < least {
        format!("String is too short ({length} chars), minimum {least}")
    } else if length > most {
        format!("String is too long ({length} chars), maximum {most}")
    } else {
        return Ok(());
    };

    Err(Violation::new(reason, path))
}

fn check_name(name: &str, most: usize, path: &str) -> Result<(), Violation> {
    if name.is_empty() || name.contains(['<', '>']) {
        let reason = format!("String does not match pattern ^[^<>]+$: {name}");
        return Err(Violation::new(reason, path));
    }

    check_length(name, 1, most, path)
}

pub(crate) fn check_choice(
    text: &str,
    allowed: &[&str],
    path: &str,
) -> Result<(), Violation> {
    if allowed.contains(&text) {
        return Ok(());
    }

    Err(Violation::new(
        format!("No enum match for: {text}"),
        path,
    ))
}

fn check_form(
    text: &str,
    form: Form,
    fits: fn(&str) -> bool,
    path: &str,
) -> Result<(), Violation> {
    if fits(text) {
        return Ok(());
    }

    let reason = match form {
        Form::Format(name) => {
            format!("Object didn't pass validation for format {name}: {text}")
        }
        Form::Pattern(pattern) => {
            format!("String does not match pattern {pattern}: {text}")
        }
    };

    Err(Violation::new(reason, path))
}

fn check_metadata(metadata: &Object, path: &str) -> Result<(), Violation> {
    for key in metadata.keys() {
        check_metadata_key(key, &join(path, key))?;
    }

    check_texts(metadata, METADATA_KEYS, path)
}

fn check_texts(
    texts: &Object,
    most: usize,
    path: &str,
) -> Result<(), Violation> {
    if texts.len() > most {
        return Err(Violation::too_many(texts.len(), most, path));
    }

    for (key, value) in texts {
        let path = join(path, key);
        match value {
            Value::Null => {}
            Value::String(text) => {
                check_length(text, 0, METADATA_LENGTH, &path)?;
            }
            _ => return Err(wrong_type("string", value, &path)),
        }
    }

    Ok(())
}

fn check_metadata_key(key: &str, path: &str) -> Result<(), Violation> {
    check_length(key, 1, METADATA_LENGTH, path)?;

    match key
        .chars()
        .find(|letter| !is_metadata_letter(*letter))
    {
        Some(letter) => {
            let reason =
                format!("Key has a letter that is not allowed: {letter}");
            Err(Violation::new(reason, path))
        }
        None => Ok(()),
    }
}

fn is_metadata_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || ":,-+=_*?\"/\\()<>@\t ".contains(letter)
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

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

fn name_found(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests;
