//! What to do about a value of the wrong type.

mod map;
mod object;
mod scalar;
mod sequence;

use map::help_with_map;
use object::{help_with_missing_object, help_with_object};
use scalar::{
    help_with_boolean, help_with_name, help_with_number, help_with_text,
};
use sequence::help_with_list;

use super::super::node::{Node, Value};
use super::super::reference::has_references;
use super::Form;
use super::unknown::help_with_line;
use crate::model::Step;

/// What to do about a value of the wrong type, which stands under this key.
pub(super) fn help_with_type(
    form: &Form,
    node: &Node,
    source: &str,
    key: &str,
) -> Option<Step> {
    if let (Form::Object(object), Value::Text(_)) = (form, &node.value)
        && let Some(help) = help_with_line(object, source)
    {
        return Some(help);
    }
    // How it is written has to be changed where it is
    // written, which is elsewhere.
    if has_references(source) {
        return None;
    }

    match (form, &node.value) {
        (Form::Object(object), Value::Null) => {
            Some(help_with_missing_object(object, key).into())
        }
        (_, Value::Null) => {
            Some("leave the key out, or give it a value".into())
        }
        (Form::Object(object), _) => help_with_object(object, node),
        _ => Some(help_with_form(form, node, source, key)?.into()),
    }
}

fn help_with_form(
    form: &Form,
    node: &Node,
    source: &str,
    key: &str,
) -> Option<String> {
    match form {
        Form::Text(_) | Form::Choice(_) => help_with_text(node, source),
        Form::Bool | Form::True => help_with_boolean(form, node),
        Form::Integer { .. } => help_with_number(node.as_text()?, key),
        Form::Sequence(sequence) => help_with_list(sequence, node),
        Form::Map(map) => help_with_map(map, node, key),
        Form::NameOrObject(names, _) => help_with_name(names, node, key),
        Form::Scalar | Form::Object(_) => None,
    }
}
