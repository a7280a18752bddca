//! An object as Auth0 writes it, and where it is.

use serde_json::{Map, Value as Json};

use crate::model::Kind;

/// The fields of an object, by the names that Auth0 gives them.
pub(super) type Object = Map<String, Json>;

/// A field, if it is a text.
pub(super) fn get_text<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}

/// Whether a field is there and true.
pub(super) fn is_true(object: &Object, name: &str) -> bool {
    object.get(name) == Some(&Json::Bool(true))
}

/// Where the objects of a kind are, below the root of the API.
pub(super) fn collection(kind: Kind) -> &'static str {
    match kind {
        Kind::ResourceServer => "resource-servers",
        Kind::Client => "clients",
        Kind::Grant => "client-grants",
    }
}
