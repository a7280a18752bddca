//! Answers with their keys in the order in which Auth0 writes them.
//!
//! The tenant keeps its objects sorted by key, so the order is made here, as an
//! answer is written. People read these answers, and some tools show a
//! difference when only the order changed.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Value;

use crate::emulator::tenant::{Collection, Object, Schema};

const ERROR_KEYS: [&str; 5] = [
    "statusCode",
    "error",
    "message",
    "errorCode",
    "attributes",
];

/// An answer with one object or a bare list of them.
pub(crate) struct Json<S> {
    value: Value,
    schema: PhantomData<S>,
}

impl<S> Json<S> {
    pub(crate) fn new(value: impl Into<Value>) -> Self {
        Self {
            value: value.into(),
            schema: PhantomData,
        }
    }
}

impl<S: Schema> IntoResponse for Json<S> {
    fn into_response(self) -> Response {
        respond(S::KEYS, &self.value)
    }
}

/// What is kept as it was sent, whatever it is: its keys are answered sorted.
pub(crate) enum AnyJson {}

impl Schema for AnyJson {}

/// A page of a list: bare, or with what goes around it.
pub(crate) struct Page<C> {
    value: Value,
    collection: PhantomData<C>,
}

impl<C> Page<C> {
    pub(crate) fn new(value: Value) -> Self {
        Self {
            value,
            collection: PhantomData,
        }
    }
}

impl<C: Collection> IntoResponse for Page<C> {
    fn into_response(self) -> Response {
        respond(&page_keys::<C>(), &self.value)
    }
}

fn page_keys<C: Collection>() -> Vec<&'static str> {
    let around = ["total", "start", "limit", C::NAME, "next"];

    [&around, C::KEYS].concat()
}

/// An answer that says what is wrong.
pub(crate) fn respond_error(value: &Value) -> Response {
    respond(&ERROR_KEYS, value)
}

fn respond(keys: &[&str], value: &Value) -> Response {
    let headers = [(CONTENT_TYPE, "application/json; charset=utf-8")];

    (headers, write_in_order(keys, value)).into_response()
}

fn write_in_order(keys: &[&str], value: &Value) -> String {
    let ranks = &rank_keys(keys);
    let ordered = Ordered { ranks, value };

    // What was a JSON value a moment ago is written without fail.
    serde_json::to_string(&ordered).unwrap_or_default()
}

/// The place of each key that has one.
type Ranks<'a> = BTreeMap<&'a str, usize>;

fn rank_keys<'a>(keys: &[&'a str]) -> Ranks<'a> {
    keys.iter()
        .enumerate()
        .map(|(rank, key)| (*key, rank))
        .collect()
}

/// A value to be written with its keys in order, and so are those of the
/// objects in it.
struct Ordered<'a> {
    ranks: &'a Ranks<'a>,
    value: &'a Value,
}

impl<'a> Ordered<'a> {
    fn with(&self, value: &'a Value) -> Self {
        Self { value, ..*self }
    }

    /// The entries of an object in their order.
    fn sort<'o>(&self, object: &'o Object) -> Vec<(&'o String, &'o Value)> {
        let mut entries: Vec<_> = object.iter().collect();
        // The sort is stable and the entries are sorted by key, so keys without
        // a place follow in that order.
        entries.sort_by_key(|(key, _)| {
            let rank = self.ranks.get(key.as_str());
            rank.copied().unwrap_or(usize::MAX)
        });
        entries
    }
}

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(
        &self,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::Object(object) => {
                let mut map = serializer.serialize_map(Some(object.len()))?;
                for (key, value) in self.sort(object) {
                    map.serialize_entry(key, &self.with(value))?;
                }
                map.end()
            }
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&self.with(item))?;
                }
                list.end()
            }
            plain => plain.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests;
