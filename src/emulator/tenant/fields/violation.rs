//! What is wrong with a body, in the words of Auth0's schema validator.

use std::fmt;

use serde_json::Value;

/// The first thing wrong with a body.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) struct Violation {
    reason: String,
    path: String,
}

impl Violation {
    /// `path` is like `scopes[8].value`, and empty for the body itself.
    pub(crate) fn new(reason: impl Into<String>, path: &str) -> Self {
        Self {
            reason: reason.into(),
            path: path.to_owned(),
        }
    }

    pub(crate) fn too_few(count: usize, least: usize, path: &str) -> Self {
        let reason =
            format!("Too few properties defined ({count}), minimum {least}");

        Self::new(reason, path)
    }

    pub(crate) fn too_many(count: usize, most: usize, path: &str) -> Self {
        let reason =
            format!("Too many properties defined ({count}), maximum {most}");

        Self::new(reason, path)
    }

    pub(super) fn wrong_type(
        expected: &str,
        value: &Value,
        path: &str,
    ) -> Self {
        let found = name_type(value);
        let reason = format!("Expected type {expected} but found type {found}");

        Self::new(reason, path)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "'{}'", self.reason)?;
        if !self.path.is_empty() {
            write!(formatter, " on property {}", self.path)?;
        }

        write!(formatter, ".")
    }
}

/// The path of a part of what is at a path.
pub(super) fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

fn name_type(value: &Value) -> &'static str {
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
