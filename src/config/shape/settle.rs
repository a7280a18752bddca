//! Texts from outside of YAML: what each of them is, its place decides.

use super::super::node::{Node, Value};
use super::super::yaml::parse_given;
use super::{Form, Shape};

/// Makes of every text from outside what its place wants: a text where one is
/// wanted, and anywhere else what YAML reads in it.
pub(super) fn settle(shape: Option<&Shape>, node: &mut Node) {
    let form = shape.map(|shape| &shape.form);

    match &mut node.value {
        Value::Untyped(text) => {
            let text = std::mem::take(text);
            node.value = match form {
                None
                | Some(
                    Form::Text(_) | Form::Choice(_) | Form::NameOrObject(..),
                ) => Value::Text(text),
                Some(_) => parse_given(&text, node.span),
            };
        }
        Value::Sequence(items) => {
            let shape = match form {
                Some(Form::Sequence(sequence)) => Some(&sequence.items),
                _ => None,
            };
            for item in items {
                settle(shape, item);
            }
        }
        Value::Mapping(entries) => {
            for entry in entries {
                let shape = match form {
                    Some(Form::Map(map)) => Some(&map.values),
                    Some(
                        Form::Object(object) | Form::NameOrObject(_, object),
                    ) => object.properties.get(&*entry.key),
                    _ => None,
                };
                settle(shape, &mut entry.value);
            }
        }
        _ => {}
    }
}
