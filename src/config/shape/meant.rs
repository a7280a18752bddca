//! The key that was meant by one which is none.

use super::super::node::Entry;
use super::ObjectShape;
use crate::model::nearest;

/// What some keys are called elsewhere: in Auth0's own tools, in its dashboard,
/// and by people.
const OTHER_NAMES: [(&str, &[&str]); 14] = [
    (
        "resource_server",
        &["api", "aud", "audience", "identifier"],
    ),
    (
        "client",
        &["app", "application", "client_id", "service"],
    ),
    ("identifier", &["aud", "audience", "id"]),
    (
        "resource_servers",
        &["api", "apis", "audiences"],
    ),
    ("clients", &["applications", "apps", "services"]),
    (
        "grants",
        &["access", "client_grants", "permissions"],
    ),
    ("scopes", &["permissions", "scope"]),
    ("name", &["display_name", "label", "title"]),
    ("app_type", &["type"]),
    (
        "signing_alg",
        &["alg", "algorithm", "signing_algorithm"],
    ),
    (
        "token_lifetime",
        &["expires_in", "lifetime", "ttl"],
    ),
    ("client_metadata", &["metadata"]),
    ("vars", &["variables"]),
    ("environments", &["envs", "stages", "tenants"]),
];

/// The key that an unknown one was likely meant to be.
pub(super) fn meant_key<'o>(
    object: &'o ObjectShape,
    entry: &Entry,
) -> Option<&'o str> {
    joined_key(object, &entry.key)
        .or_else(|| likely_key(object, &entry.key))
        .or_else(|| named_property(object, entry))
}

pub(super) fn likely_key<'o>(
    object: &'o ObjectShape,
    key: &str,
) -> Option<&'o str> {
    called_otherwise(object, key)
        .or_else(|| nearest(key, object.properties.keys()))
}

/// The key of `key:value` or `key value`, where a space or a `:` is missing.
pub(super) fn joined_key<'o>(
    object: &'o ObjectShape,
    text: &str,
) -> Option<&'o str> {
    let end = text.find([':', '=', ' ', '\u{a0}'])?;
    known_key(object, text.get(..end)?)
}

fn called_otherwise<'o>(object: &'o ObjectShape, key: &str) -> Option<&'o str> {
    let key = key.to_lowercase().replace('-', "_");

    OTHER_NAMES
        .iter()
        .filter(|(_, others)| others.contains(&&*key))
        .find_map(|(known, _)| known_key(object, known))
}

pub(super) fn known_key<'o>(
    object: &'o ObjectShape,
    key: &str,
) -> Option<&'o str> {
    let (known, _) = object.properties.get_key_value(key)?;
    Some(known)
}

/// A property that is named in the place of being set, as in `type: auth0`.
pub(super) fn named_property<'o>(
    object: &'o ObjectShape,
    entry: &Entry,
) -> Option<&'o str> {
    known_key(object, entry.value.as_text()?)
}
