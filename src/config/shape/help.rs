//! What to do about a value of the wrong type.

use super::super::credentials::{
    is_secret, leave_domain_out, leave_secret_out,
};
use super::super::node::{Node, Value};
use super::super::problem::{did_you_mean, quote, shorten};
use super::super::reference::has_references;
use super::super::scalar::quote_scalar;
use super::super::section::{CLIENTS, RESOURCE_SERVERS, STACK};
use super::text::TextRule;
use super::unknown::help_with_line;
use super::words::{Subject, join_quoted};
use super::{Form, MapShape, ObjectShape, SequenceShape, Shape};
use crate::model::Step;

const SCOPES: &str = "scopes";
const DESTROY: &str = "destroy";

/// What a map is, for whoever wrote a list.
const PAIRS: &str = "write `key: value` pairs, without `-`";

/// So many names are written out in an example.
const FEW: usize = 5;

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
    // How it is written has to be changed where it is written, which is
    // elsewhere.
    if has_references(source) {
        return None;
    }

    let help = match (form, &node.value) {
        (Form::Object(object), Value::Null) => match telling_field(object) {
            Some(field) => {
                format!("write its settings below it, such as `{field}: …`")
            }
            None => format!(
                "write its settings below it, or `{}: {{}}`",
                shorten(key)
            ),
        },
        (_, Value::Null) => "leave the key out, or give it a value".to_owned(),
        (
            Form::Text(_) | Form::Choice(_),
            Value::Bool(_) | Value::Integer(_) | Value::OtherNumber,
        ) => format!("put it in quotes: `\"{source}\"`"),
        (Form::Text(_) | Form::Choice(_), Value::Mapping(_)) => {
            help_with_name(node)?
        }
        (Form::Bool | Form::True, Value::Text(text)) => {
            help_with_boolean(form, text)
        }
        (Form::Bool | Form::True, Value::Integer(number)) => {
            help_with_boolean(form, &number.to_string())
        }
        (Form::Integer { .. }, Value::Text(text)) => {
            help_with_number(text, key)?
        }
        (Form::Sequence(_), Value::Text(text)) if text.starts_with('-') => {
            "put a space behind each `-`".to_owned()
        }
        (Form::Sequence(sequence), Value::Text(text)) => {
            format!("write a list: `[{}]`", items_of(sequence, text))
        }
        (Form::Sequence(sequence), Value::Mapping(_)) => {
            help_with_list(sequence, node)?
        }
        (Form::Map(map), Value::Sequence(_) | Value::Text(_)) => {
            help_with_map(map, node, key)?
        }
        (Form::Object(_), Value::Text(text)) if is_secret(text) => {
            return Some(leave_secret_out());
        }
        (Form::Object(object), Value::Text(text)) => {
            help_with_object(object, text)?
        }
        (Form::Object(_), Value::Sequence(_)) => PAIRS.to_owned(),
        (Form::NameOrObject(names, _), Value::Sequence(items)) => {
            let name = items.first()?.as_text()?;
            let name = names.iter().find(|known| **known == *name)?;
            format!("write `{key}: {name}`")
        }
        _ => return None,
    };
    Some(help.into())
}

/// A map around a text, where the text alone is wanted.
fn help_with_name(node: &Node) -> Option<String> {
    let keys = ["value", "name", "description"];
    let text = keys.iter().find_map(|key| node.entry(key))?;

    Some(format!(
        "write it alone: {}",
        quote(text.value.as_text()?)
    ))
}

/// What other programs take for a boolean.
fn help_with_boolean(form: &Form, text: &str) -> String {
    let is_required = matches!(form, Form::True);

    match &*text.to_lowercase() {
        // Of these alone, only the quotes may be wrong.
        "true" => "write `true`, without quotes",
        "false" if !is_required => "write `false`, without quotes",
        "yes" | "y" | "on" | "1" => "write `true`",
        "no" | "n" | "off" | "false" | "0" if is_required => "leave it out",
        "no" | "n" | "off" | "0" => "write `false`",
        _ if is_required => "write `true`, or leave it out",
        _ => "write `true` or `false`",
    }
    .to_owned()
}

/// A number with separators, leading zeros or a unit.
fn help_with_number(text: &str, key: &str) -> Option<String> {
    let digits = text.replace(['_', ',', ' '], "");
    if let Ok(number) = digits.parse::<i64>() {
        return Some(format!(
            "write `{number}`, without quotes and in digits alone"
        ));
    }

    let unit = digits.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let number: i64 = digits.strip_suffix(unit)?.parse().ok()?;
    let seconds = match unit {
        "s" | "sec" | "seconds" => 1,
        "m" | "min" | "minutes" => 60,
        "h" | "hours" => 60 * 60,
        "d" | "days" => 24 * 60 * 60,
        _ => return None,
    };
    let number = number
        .checked_mul(seconds)
        .filter(|_| key.contains("lifetime"))?;
    Some(format!("it is in seconds: write `{number}`"))
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
        Form::Text(rule) => parts.iter().all(|part| rule.accepts(part)),
        _ => true,
    };
    if are_items {
        shorten(&parts.join(", ")).into_owned()
    } else {
        shorten(text).into_owned()
    }
}

fn help_with_list(sequence: &SequenceShape, node: &Node) -> Option<String> {
    match &sequence.items {
        Shape {
            form: Form::Text(_) | Form::Choice(_),
            ..
        } => {
            let names = node
                .entries()
                .iter()
                .take(FEW)
                .map(|entry| shorten(&entry.key));
            let names: Vec<_> = names.collect();
            Some(format!(
                "write a list: `[{}]`",
                names.join(", ")
            ))
        }
        Shape {
            noun: Some(noun),
            ..
        } => Some(format!("begin each {noun} with a `-`")),
        _ => None,
    }
}

/// What should be a map from names to texts, or to objects.
fn help_with_map(map: &MapShape, node: &Node, key: &str) -> Option<String> {
    let is_list = matches!(node.value, Value::Sequence(_));
    let without = if is_list {
        ", not as a list"
    } else {
        ""
    };

    match &map.values {
        Shape {
            form: Form::Text(_),
            ..
        } if key == SCOPES => {
            let (scope, description) = first_scope(node)?;
            let line = format!("{}: {}", shorten(scope), shorten(description));
            Some(format!(
                "write each scope with what it allows, as in `{line}`{without}"
            ))
        }
        Shape {
            form: Form::Object(_),
            noun: Some(noun),
            ..
        } => {
            let example = noun.replace(' ', "-");
            Some(format!(
                "give each {noun} a key of your choice, as in \
                 `my-{example}:`{without}"
            ))
        }
        _ if is_list => Some(PAIRS.to_owned()),
        _ => None,
    }
}

/// The first of scopes that stand in a list or a text, in whatever form, with
/// its description.
fn first_scope(node: &Node) -> Option<(&str, &str)> {
    const DESCRIPTION: &str = "What it allows";
    let item = node.items().first().unwrap_or(node);
    let text = |key| {
        item.entry(key)
            .and_then(|entry| entry.value.as_text())
    };

    if let Some(scope) = item.as_text() {
        let scope = scope.split([' ', ',']).next().unwrap_or(scope);
        return Some((scope, DESCRIPTION));
    }
    if let Some(scope) = text("value").or_else(|| text("name")) {
        return Some((
            scope,
            text("description").unwrap_or(DESCRIPTION),
        ));
    }
    let entry = item.entries().first()?;
    Some((
        &entry.key,
        entry.value.as_text().unwrap_or(DESCRIPTION),
    ))
}

/// A text in the place of an object: the most telling of its fields.
fn help_with_object(object: &ObjectShape, text: &str) -> Option<String> {
    if object.required == [DESTROY] {
        return Some(help_with_removal(text));
    }
    let field = telling_field(object)?;
    let value = quote_scalar(&shorten(text));
    Some(format!("write `{{ {field}: {value} }}`"))
}

/// An address, or a key alone, in the place of a removal.
fn help_with_removal(text: &str) -> String {
    match text.split_once('.') {
        // Its key says nothing any more, and what its identifier is, nobody
        // knows here.
        Some((RESOURCE_SERVERS, _)) => {
            format!(
                "write `{{ resource_server: IDENTIFIER, {DESTROY}: true }}`"
            )
        }
        Some((CLIENTS, key)) => as_removal(key),
        _ => as_removal(text),
    }
}

fn as_removal(key: &str) -> String {
    let key = quote_scalar(&shorten(key));
    format!("write `{{ client: {key}, {DESTROY}: true }}`")
}

/// The field that an object cannot do without.
fn telling_field(object: &ObjectShape) -> Option<&str> {
    match object.required.as_slice() {
        [] => object
            .properties
            .contains_key("name")
            .then_some("name"),
        [field] => Some(field.as_str()),
        _ => None,
    }
}

/// What to do about a list of which each item has another key of what should be
/// one object.
pub(super) fn help_with_dashes(noun: &str) -> Step {
    format!("write one `-` before all keys of a {noun}, or `{{ }}` around them")
        .into()
}

/// What to do about a setting in the place of an object, which should be in
/// one, or about the object, which is empty.
pub(super) fn help_with_indent(value: &Value, noun: &str) -> Step {
    match value {
        Value::Null => "indent its settings more than this key".into(),
        _ => format!("indent it more than the key of its {noun}").into(),
    }
}

/// What to do about a text with characters that are not allowed in its place.
pub(super) fn help_with_text(
    rule: &TextRule,
    text: &str,
    subject: Subject<'_>,
) -> Option<Step> {
    match subject {
        Subject::Item(_) => split_item(rule, text),
        Subject::Entry("domain", _) if text.contains(['$', '{', '%']) => {
            Some(leave_domain_out())
        }
        Subject::Entry("domain", _) => {
            let host = text.split("://").last()?.split('/').next()?;
            rule.accepts(host).then(|| did_you_mean(host))
        }
        Subject::Key(_) | Subject::Entry(STACK, _)
            if !text.contains(char::is_control) =>
        {
            let is_scope = subject.key() == SCOPES && !text.contains(':');
            let name = as_key(text, if is_scope { ":" } else { "-" });
            rule.accepts(&name).then(|| did_you_mean(&name))
        }
        Subject::Key(_) | Subject::Entry(..) | Subject::Document => None,
    }
}

/// Several items that were written as one.
fn split_item(rule: &TextRule, text: &str) -> Option<Step> {
    let parts: Vec<&str> = text.split_whitespace().collect();
    let are_items =
        parts.len() > 1 && parts.iter().all(|part| rule.accepts(part));

    are_items.then(|| {
        let items = join_quoted(parts.iter().take(FEW).copied(), ", ");
        format!("write each as an item of its own: {items}").into()
    })
}

/// A display name as a key: in small letters, with a sign between the words.
fn as_key(text: &str, between: &str) -> String {
    let is_of_word = |character: char| {
        character.is_alphanumeric() || "._:".contains(character)
    };
    let bare = text.replace(['"', '\'', '\\'], "");

    let words: Vec<&str> = bare
        .split(|character| !is_of_word(character))
        .filter(|word| !word.is_empty())
        .collect();
    words.join(between).to_lowercase()
}
