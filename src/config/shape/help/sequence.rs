//! What to do where a list is wanted.

use super::super::words::MOST_IN_EXAMPLE;
use super::super::{Form, SequenceShape};
use crate::config::node::{Node, Value};
use crate::config::problem::shorten;

pub(super) fn help_with_list(
    sequence: &SequenceShape,
    node: &Node,
) -> Option<String> {
    match &node.value {
        Value::Text(text) if text.starts_with('-') => {
            Some("put a space behind each `-`".to_owned())
        }
        Value::Text(text) => {
            let items = items_of(sequence, text);
            Some(format!("write a list: `[{items}]`"))
        }
        Value::Mapping(_) => help_with_mapping(sequence, node),
        _ => None,
    }
}

/// The items of a list that was written as one text.
fn items_of(sequence: &SequenceShape, text: &str) -> String {
    let is_separator =
        |character: char| character == ',' || character.is_whitespace();
    let bare = text.trim_matches(['(', ')', '[', ']']);
    let parts: Vec<&str> = bare
        .split(is_separator)
        .filter(|part| !part.is_empty())
        .collect();

    // Some items may have spaces in them.
    let are_items = match &sequence.items.form {
        Form::Text(rule) => parts
            .iter()
            .all(|part| rule.accepts(part)),
        _ => true,
    };
    if are_items {
        shorten(&parts.join(", ")).into_owned()
    } else {
        shorten(text).into_owned()
    }
}

/// A map, whose keys may be the items.
fn help_with_mapping(sequence: &SequenceShape, node: &Node) -> Option<String> {
    let items = &sequence.items;
    if matches!(items.form, Form::Text(_) | Form::Choice(_)) {
        let names: Vec<_> = node
            .entries()
            .iter()
            .take(MOST_IN_EXAMPLE)
            .map(|entry| shorten(&entry.key))
            .collect();
        return Some(format!(
            "write a list: `[{}]`",
            names.join(", ")
        ));
    }

    let noun = items.noun.as_ref()?;
    Some(format!("begin each {noun} with a `-`"))
}
