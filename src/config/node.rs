//! The tree of a YAML document: plain values, each with its place.

use serde::{Serialize, Serializer};

use super::source::Span;

/// A value and where it is written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// What a YAML document can hold, as far as this domain needs it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    /// A number that is not whole, or beyond 64 bits. Nothing here takes one;
    /// the source has its text.
    OtherNumber,
    Text(Box<str>),
    /// A text from outside of YAML. Where no text is wanted, it is what YAML
    /// makes of it, so what it is depends on its place; none is left once the
    /// structure is checked.
    Untyped(Box<str>),
    /// What a reference that leads nowhere would be.
    /// Nothing more is said of it.
    Unknown,
    Sequence(Vec<Node>),
    /// Sorted by key, each key once (after `normalize`).
    Mapping(Vec<Entry>),
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: Box<str>,
    pub(crate) key_span: Span,
    pub(crate) value: Node,
}

impl Entry {
    /// The entry with this key among those of a normalized mapping, made if
    /// there is none.
    pub(crate) fn find_or_insert<'e>(
        entries: &'e mut Vec<Self>,
        key: &str,
        key_span: Span,
        empty: Value,
    ) -> &'e mut Self {
        let place = entries
            .binary_search_by(|entry| (*entry.key).cmp(key))
            .unwrap_or_else(|place| {
                let entry = Self {
                    key: key.into(),
                    key_span,
                    value: Node {
                        span: key_span,
                        value: empty,
                    },
                };
                entries.insert(place, entry);
                place
            });

        &mut entries[place]
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(
        &self,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match &self.value {
            // A checked document has no number that is none here.
            Value::Null | Value::OtherNumber | Value::Unknown => {
                serializer.serialize_unit()
            }
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Integer(number) => serializer.serialize_i64(*number),
            Value::Text(text) | Value::Untyped(text) => {
                serializer.serialize_str(text)
            }
            Value::Sequence(items) => serializer.collect_seq(items),
            Value::Mapping(entries) => {
                let entries = entries
                    .iter()
                    .map(|entry| (&*entry.key, &entry.value));
                serializer.collect_map(entries)
            }
        }
    }
}

impl Node {
    /// Changes the places of all that is in this value, those of keys too.
    pub(crate) fn map_spans(&mut self, change: &impl Fn(Span) -> Span) {
        self.span = change(self.span);
        match &mut self.value {
            Value::Sequence(items) => {
                for item in items {
                    item.map_spans(change);
                }
            }
            Value::Mapping(entries) => {
                for entry in entries {
                    entry.key_span = change(entry.key_span);
                    entry.value.map_spans(change);
                }
            }
            _ => {}
        }
    }

    /// The entries, if this is a mapping.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The text, if this is one.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Untyped(text) => Some(text),
            _ => None,
        }
    }

    /// Takes the value of an entry out of a normalized mapping.
    pub(crate) fn take(&mut self, key: &str) -> Option<Entry> {
        let Value::Mapping(entries) = &mut self.value else {
            return None;
        };

        let index = entries.binary_search_by(|entry| (*entry.key).cmp(key));
        Some(entries.remove(index.ok()?))
    }

    /// The items, if this is a sequence.
    pub(crate) fn items(&self) -> &[Self] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The entry of a normalized mapping with this key.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        let entries = self.entries();
        let index = entries.binary_search_by(|entry| (*entry.key).cmp(key));
        entries.get(index.ok()?)
    }

    /// The entries of the mapping under this key; none, if that is none.
    pub(crate) fn entries_at(&self, key: &str) -> &[Entry] {
        self.entry(key)
            .map_or(&[], |entry| entry.value.entries())
    }

    /// The text under this key.
    pub(crate) fn text_at(&self, key: &str) -> Option<&str> {
        self.entry(key)?.value.as_text()
    }

    /// The entry of a normalized mapping with this key, to be changed.
    pub(crate) fn entry_mut(&mut self, key: &str) -> Option<&mut Entry> {
        let Value::Mapping(entries) = &mut self.value else {
            return None;
        };

        let index = entries.binary_search_by(|entry| (*entry.key).cmp(key));
        entries.get_mut(index.ok()?)
    }
}
