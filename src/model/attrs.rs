//! The plain form of a specification: what diff, plan,
//! apply and render work on.

use std::{slice, vec};

use litemap::LiteMap;
use serde::{Serialize, Serializer};
use smol_str::{SmolStr, ToSmolStr as _};

/// The managed fields of one object, by field name; or the entries of a field
/// that is a map.
// A row instead of a tree: objects have few fields, and a plan may hold 200,000
// of them, which in trees took three times the memory.
pub type Attrs = LiteMap<SmolStr, Value>;

/// The same fields in no more memory than they need: what is read of a tenant
/// is kept for long.
pub(crate) fn compact(attrs: Attrs) -> Attrs {
    let mut row = attrs.into_tuple_vec();
    row.shrink_to_fit();

    // It comes out of such a map, so its keys are in order already.
    LiteMap::from_sorted_store_unchecked(row)
}

/// A plain value. Every array is a set and every map is sorted, so that a plain
/// comparison is right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// No value: as a wish, the provider's default.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(SmolStr),
    /// A set: order and repetition mean nothing.
    Set(Members),
    /// A map, wholly owned: a key that is not named is to go.
    Map(Attrs),
    /// A map owned key by key: a key that is not named belongs to someone else.
    Entries(Attrs),
    /// What a tenant takes and never gives back: it is sent along with what
    /// stands beside it, and cannot differ.
    WriteOnly(Box<Self>),
}

/// The members of a set, in order and each once. They are few, and there are
/// many sets: in a row they take a tenth of the memory of a tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Members(Box<[Value]>);

impl Members {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this is one of them.
    #[must_use]
    pub fn contains(&self, value: &Value) -> bool {
        self.0.binary_search(value).is_ok()
    }

    /// One after the other, in order.
    pub fn iter(&self) -> slice::Iter<'_, Value> {
        self.0.iter()
    }
}

impl FromIterator<Value> for Members {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> Self {
        let mut members: Vec<Value> = values.into_iter().collect();
        members.sort();
        members.dedup();
        Self(members.into_boxed_slice())
    }
}

impl IntoIterator for Members {
    type Item = Value;
    type IntoIter = vec::IntoIter<Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Members {
    type Item = &'a Value;
    type IntoIter = slice::Iter<'a, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Value {
    /// The text, if this is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The entries, if this is a map of either kind.
    #[must_use]
    pub fn as_map(&self) -> Option<&Attrs> {
        match self {
            Self::Map(map) | Self::Entries(map) => Some(map),
            _ => None,
        }
    }

    /// The members, if this is a set.
    #[must_use]
    pub fn as_set(&self) -> Option<&Members> {
        match self {
            Self::Set(set) => Some(set),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<serde_json::Value> for Value {
    /// Numbers in this domain are whole; any other number keeps its text, so
    /// that it differs from every wish instead of being rounded into one.
    fn from(json: serde_json::Value) -> Self {
        use serde_json::Value as Json;
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(value),
            Json::Number(number) => number.as_i64().map_or_else(
                || Self::Text(number.to_smolstr()),
                Self::Integer,
            ),
            Json::String(text) => Self::Text(text.into()),
            // No array of this domain has a meaningful order, and a tenant need
            // not keep the one it was sent.
            Json::Array(items) => Self::Set(
                items
                    .into_iter()
                    .map(Self::from)
                    .collect(),
            ),
            // Whether a map is owned key by key is not in the JSON: whoever
            // knows the field says so.
            Json::Object(entries) => Self::Map(
                entries
                    .into_iter()
                    .map(|(key, value)| (key.into(), value.into()))
                    .collect(),
            ),
        }
    }
}

impl From<Value> for serde_json::Value {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Integer(number) => number.into(),
            Value::Text(text) => Self::String(text.into()),
            Value::Set(items) => items
                .into_iter()
                .map(Self::from)
                .collect(),
            Value::Map(entries) | Value::Entries(entries) => Self::Object(
                entries
                    .into_iter()
                    .map(|(key, value)| (key.into(), value.into()))
                    .collect(),
            ),
            Value::WriteOnly(value) => (*value).into(),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(
        &self,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Set(items) => serializer.collect_seq(items),
            Self::Map(entries) | Self::Entries(entries) => {
                serializer.collect_map(entries)
            }
            Self::WriteOnly(value) => value.serialize(serializer),
        }
    }
}
