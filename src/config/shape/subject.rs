//! What a problem is about: what it is called, and where to point.

use std::fmt;

use super::super::node::{Node, Value};
use super::super::problem::quote;
use super::super::source::Span;

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

    /// Where to point when the value as a whole is meant:
    /// at its key, if it has one.
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

    /// What an object is called, with its article: by the
    /// schema, or by its place.
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
