//! Fields, and values of them, that the provider has not.

use std::iter::once;

use super::super::context::Context;
use super::written::list_written;
use crate::config::node::{Node, Value};
use crate::config::problem::{Problem, ProblemId};
use crate::config::source::Span;
use crate::model::Missing;

pub(in crate::config::check) fn refuse_missing_fields(
    context: &Context<'_>,
) -> Vec<Problem> {
    let missing = context.support.missing.iter();

    missing
        .flat_map(|missing| refuse_missing(context, missing))
        .collect()
}

/// A field that the provider has not, or has not with this value.
fn refuse_missing(context: &Context<'_>, missing: &Missing) -> Vec<Problem> {
    let message = explain(missing, context.support.name);

    list_written(context, missing.kind)
        .filter_map(|object| find_place(object, missing))
        .map(|place| {
            Problem::new(ProblemId::Unsupported, place, message.clone())
                .help(missing.instead)
        })
        .collect()
}

fn explain(missing: &Missing, provider: &str) -> String {
    let Missing {
        kind,
        field,
        value,
        why,
        ..
    } = missing;
    let (one, _) = kind.words();

    match value {
        None => format!("a {one} has no `{field}` in {provider}: {why}"),
        Some(value) => {
            format!("a {one} has no `{field}: {value}` in {provider}: {why}")
        }
    }
}

/// Where an object says what is missing, if it does.
fn find_place(object: &Node, missing: &Missing) -> Option<Span> {
    let field = object.entry(missing.field)?;

    match missing.value {
        None => Some(field.key_span),
        Some(value) => find_value(&field.value, value),
    }
}

/// Where a field says this value: alone, as one of several, or as a key.
fn find_value(field: &Node, value: &str) -> Option<Span> {
    let mut values = once(field).chain(field.items());
    if let Some(said) = values.find(|node| is_value(node, value)) {
        return Some(said.span);
    }

    field
        .entry(value)
        .map(|entry| entry.key_span)
}

fn is_value(node: &Node, value: &str) -> bool {
    match &node.value {
        Value::Text(text) => **text == *value,
        Value::Bool(flag) => flag.to_string() == value,
        Value::Null => value == "null",
        Value::Integer(number) => number.to_string() == value,
        _ => false,
    }
}
