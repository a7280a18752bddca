//! An object as Auth0 writes it.

use serde_json::{Map, Value as Json};

/// The fields of an object, by the names that Auth0 gives them.
pub(super) type Object = Map<String, Json>;

pub(super) fn text<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}

pub(super) fn is(object: &Object, name: &str) -> bool {
    object.get(name) == Some(&Json::Bool(true))
}
