//! The words of structural problems.

use super::super::node::{Node, Value};
use super::super::problem::quote;
use super::super::reference::has_references;
use super::Form;

/// So many names or items are written out in an example.
pub(super) const MOST_IN_EXAMPLE: usize = 5;

/// What had to be there.
pub(super) fn describe_form(form: &Form) -> &'static str {
    match form {
        Form::Bool => "`true` or `false`",
        Form::True => "`true`",
        Form::Integer { .. } => "a whole number",
        Form::Text(_) | Form::Choice(_) => "a text",
        Form::Scalar => "a text, a whole number, `true`, `false` or `null`",
        Form::Sequence(sequence) if sequence.takes_one => "a name or a list",
        Form::Sequence(_) => "a list",
        Form::Map(_) | Form::Object(_) => "a map",
        Form::NameOrObject(..) => "a name or a map",
    }
}

/// What is there.
pub(super) fn describe_node(node: &Node, source: &str) -> String {
    match &node.value {
        Value::Null | Value::Unknown => "`null`".to_owned(),
        Value::Bool(value) => format!("the boolean `{value}`"),
        // What a reference leads to is not written here.
        Value::Integer(number) if has_references(source) => {
            format!("the number `{number}`")
        }
        Value::Integer(_) | Value::OtherNumber => {
            format!("the number {}", quote(source))
        }
        Value::Text(_) | Value::Untyped(_) => "a text".to_owned(),
        Value::Sequence(_) => "a list".to_owned(),
        Value::Mapping(_) => "a map".to_owned(),
    }
}
