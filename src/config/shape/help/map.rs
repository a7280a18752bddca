//! What to do where a map is wanted, from names to texts or to objects.

use super::super::{Form, MapShape};
use crate::config::node::{Node, Value};
use crate::config::problem::shorten;
use crate::model::ResourceServerSpec;

/// What a map is, for whoever wrote a list.
pub(super) const PAIRS: &str = "write `key: value` pairs, without `-`";

pub(super) fn help_with_map(
    map: &MapShape,
    node: &Node,
    key: &str,
) -> Option<String> {
    let (without, otherwise) = match node.value {
        Value::Sequence(_) => (", not as a list", Some(PAIRS)),
        Value::Text(_) => ("", None),
        _ => return None,
    };

    match (&map.values.form, &map.values.noun) {
        (Form::Text(_), _) if key == ResourceServerSpec::SCOPES => {
            let (scope, description) = first_scope(node)?;
            let line = format!("{}: {}", shorten(scope), shorten(description));
            Some(format!(
                "write each scope with what it allows, as in `{line}`{without}"
            ))
        }
        (Form::Object(_), Some(noun)) => {
            let example = noun.replace(' ', "-");
            Some(format!(
                "give each {noun} a key of your choice, as in \
                 `my-{example}:`{without}"
            ))
        }
        _ => otherwise.map(str::to_owned),
    }
}

/// The first of scopes that stand in a list or a text, in whatever form, with
/// its description.
fn first_scope(node: &Node) -> Option<(&str, &str)> {
    const DESCRIPTION: &str = "What it allows";
    let item = node.items().first().unwrap_or(node);
    if let Some(scope) = item.as_text() {
        let scope = scope
            .split([' ', ','])
            .next()
            .unwrap_or(scope);
        return Some((scope, DESCRIPTION));
    }

    let text = |key| item.entry(key)?.value.as_text();
    if let Some(scope) = text("value").or_else(|| text("name")) {
        let description = text("description").unwrap_or(DESCRIPTION);
        return Some((scope, description));
    }

    let entry = item.entries().first()?;
    let description = entry
        .value
        .as_text()
        .unwrap_or(DESCRIPTION);
    Some((&entry.key, description))
}
