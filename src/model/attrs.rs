//! The plain form of a specification: what diff, plan, apply and render work on.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, Serializer};

/// The managed fields of one object, by field name.
pub type Attrs = BTreeMap<String, Value>;

/// A plain value. Every array is a set and every map is sorted, so that a plain comparison is right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// No value: as a wish, the provider's default.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
    /// A set: order and repetition mean nothing.
    Set(BTreeSet<Self>),
    /// A map, wholly owned: a key that is not named is to go.
    Map(BTreeMap<String, Self>),
    /// A map owned key by key: a key that is not named belongs to someone else.
    Entries(BTreeMap<String, Self>),
    /// What a tenant takes and never gives back: it is sent along with what stands beside it, and
    /// cannot differ.
    WriteOnly(Box<Self>),
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
    pub fn as_map(&self) -> Option<&BTreeMap<String, Self>> {
        match self {
            Self::Map(map) | Self::Entries(map) => Some(map),
            _ => None,
        }
    }

    /// The members, if this is a set.
    #[must_use]
    pub fn as_set(&self) -> Option<&BTreeSet<Self>> {
        match self {
            Self::Set(set) => Some(set),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<serde_json::Value> for Value {
    /// Numbers in this domain are whole; any other number keeps its text, so that it differs from
    /// every wish instead of being rounded into one.
    fn from(json: serde_json::Value) -> Self {
        use serde_json::Value as Json;
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(value),
            Json::Number(number) => {
                number.as_i64().map_or_else(|| Self::Text(number.to_string()), Self::Integer)
            }
            Json::String(text) => Self::Text(text),
            Json::Array(items) => Self::Set(items.into_iter().map(Self::from).collect()),
            Json::Object(entries) => {
                Self::Map(entries.into_iter().map(|(key, value)| (key, value.into())).collect())
            }
        }
    }
}

impl From<Value> for serde_json::Value {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Integer(number) => number.into(),
            Value::Text(text) => Self::String(text),
            Value::Set(items) => items.into_iter().map(Self::from).collect(),
            Value::Map(entries) | Value::Entries(entries) => {
                Self::Object(entries.into_iter().map(|(key, value)| (key, value.into())).collect())
            }
            Value::WriteOnly(value) => (*value).into(),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Set(items) => serializer.collect_seq(items),
            Self::Map(entries) | Self::Entries(entries) => serializer.collect_map(entries),
            Self::WriteOnly(value) => value.serialize(serializer),
        }
    }
}
