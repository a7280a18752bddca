//! The words of structural problems.

use std::fmt;

use super::super::node::{Node, Value};
use super::super::problem::quote;
use super::super::reference::has_references;
use super::super::source::Span;
use super::Form;

const VOWELS: [char; 10] = ['A', 'E', 'I', 'O', 'U', 'a', 'e', 'i', 'o', 'u'];

/// Which value a problem is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Subject<'a> {
    /// The document as a whole.
    Document,
    /// The value of a key, and where the key is.
    Entry(&'a str, Span),
    /// A key of the map under this key.
    Key(&'a str),
    /// An item of the list under this key.
    Item(&'a str),
}

impl<'a> Subject<'a> {
    /// The nearest key.
    pub(super) fn key(self) -> &'a str {
        match self {
            Self::Document => "",
            Self::Entry(key, _) | Self::Key(key) | Self::Item(key) => key,
        }
    }

    /// Where to point when the value as a whole is meant: at its key, if it has
    /// one.
    pub(super) fn point_at(self, value: Span) -> Span {
        match self {
            Self::Entry(_, key) => key,
            _ => value,
        }
    }

    /// Where to point when the value is of the wrong type: a block or nothing
    /// has no place itself.
    pub(super) fn point_at_value(self, node: &Node) -> Span {
        match node.value {
            Value::Sequence(_) | Value::Mapping(_) => self.point_at(node.span),
            _ if node.span.bytes().is_empty() => self.point_at(node.span),
            _ => node.span,
        }
    }

    /// What an object is called, with its article: by the schema, or by its
    /// place.
    pub(super) fn name_object(self, title: Option<&str>) -> String {
        match (self, title) {
            (Self::Document, _) => "a configuration".to_owned(),
            (_, Some(title)) if title.starts_with(VOWELS) => {
                format!("an {title}")
            }
            (_, Some(title)) => format!("a {title}"),
            (_, None) => self.to_string(),
        }
    }
}

impl fmt::Display for Subject<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document => formatter.write_str("a configuration"),
            Self::Entry(key, _) => formatter.write_str(&quote(key)),
            Self::Key(key) => write!(formatter, "a key of {}", quote(key)),
            Self::Item(key) => write!(formatter, "an item of {}", quote(key)),
        }
    }
}

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

/// Names in a row.
pub(in crate::config) fn join_quoted<'a>(
    names: impl IntoIterator<Item = &'a str>,
    between: &str,
) -> String {
    let quoted: Vec<String> = names
        .into_iter()
        .map(|name| format!("`{name}`"))
        .collect();
    quoted.join(between)
}
