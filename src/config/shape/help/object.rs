//! What to do where an object is wanted: which of its fields to write.

use super::super::ObjectShape;
use super::map::PAIRS;
use crate::config::credential_keys::{is_secret, leave_secret_out};
use crate::config::node::{Node, Value};
use crate::config::problem::shorten;
use crate::config::scalar::quote_scalar;
use crate::config::section::{CLIENTS, RESOURCE_SERVERS};
use crate::model::Step;

const DESTROY: &str = "destroy";

/// Nothing in the place of an object, which stands under this key.
pub(super) fn help_with_missing_object(
    object: &ObjectShape,
    key: &str,
) -> String {
    if let Some(field) = telling_field(object) {
        return format!("write its settings below it, such as `{field}: …`");
    }

    let key = shorten(key);
    format!("write its settings below it, or `{key}: {{}}`")
}

pub(super) fn help_with_object(
    object: &ObjectShape,
    node: &Node,
) -> Option<Step> {
    match &node.value {
        Value::Text(text) if is_secret(text) => Some(leave_secret_out()),
        Value::Text(text) => Some(wrap_text(object, text)?.into()),
        Value::Sequence(_) => Some(PAIRS.into()),
        _ => None,
    }
}

/// A text in the place of an object: the most telling of its fields.
fn wrap_text(object: &ObjectShape, text: &str) -> Option<String> {
    if object.required == [DESTROY] {
        return Some(help_with_removal(text));
    }

    let field = telling_field(object)?;
    let value = quote_scalar(&shorten(text));
    Some(format!("write `{{ {field}: {value} }}`"))
}

/// An address, or a key alone, in the place of a removal.
fn help_with_removal(text: &str) -> String {
    let key = match text.split_once('.') {
        // Its key says nothing any more, and what its
        // identifier is, nobody knows here.
        Some((RESOURCE_SERVERS, _)) => {
            return format!(
                "write `{{ resource_server: IDENTIFIER, {DESTROY}: true }}`"
            );
        }
        Some((CLIENTS, key)) => key,
        _ => text,
    };

    let key = quote_scalar(&shorten(key));
    format!("write `{{ client: {key}, {DESTROY}: true }}`")
}

/// The field that an object cannot do without.
fn telling_field(object: &ObjectShape) -> Option<&str> {
    match object.required.as_slice() {
        [] if object.properties.contains_key("name") => Some("name"),
        [field] => Some(field),
        _ => None,
    }
}
