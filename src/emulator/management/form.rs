//! A body that is a form: the same fields as in JSON, each value text.
//!
//! That forms are taken is published, how lists and objects are written in them
//! is not. Here it is as most servers read it: `scope=a&scope=b` or `scope[]=a`
//! is a list, `a[b]=c` an object.

use serde_json::Value;
use url::form_urlencoded;

use crate::emulator::tenant::Object;

/// Deeper keys are taken by their whole text, and so refused as
/// unknown: each step is a call of its own, and a megabyte of
/// brackets would exhaust the stack.
const DEPTH: usize = 8;

/// The fields of a form. Values are text, whatever they are meant to be.
pub(crate) fn parse(body: &[u8]) -> Object {
    let mut object = Object::new();
    for (key, text) in form_urlencoded::parse(body) {
        let (name, path) = split_key(&key);
        let place = object
            .entry(name)
            .or_insert(Value::Null);
        put_text(place, &path, text.into_owned());
    }

    object
}

/// `a[b][]` is `a`, then `b` and nothing.
fn split_key(key: &str) -> (&str, Vec<&str>) {
    let Some((name, rest)) = key.split_once('[') else {
        return (key, Vec::new());
    };
    let Some(rest) = rest.strip_suffix(']') else {
        return (key, Vec::new());
    };

    let path: Vec<&str> = rest.split("][").collect();
    if path.len() > DEPTH {
        (key, Vec::new())
    } else {
        (name, path)
    }
}

fn put_text(place: &mut Value, path: &[&str], text: String) {
    let Some((step, rest)) = path.split_first() else {
        return add_text(place, text);
    };

    match step.parse::<usize>() {
        Ok(index) => put_item(place, Some(index), rest, text),
        Err(_) if step.is_empty() => put_item(place, None, rest, text),
        Err(_) => put_field(place, step, rest, text),
    }
}

/// Puts the text into a field of an object.
fn put_field(place: &mut Value, name: &str, rest: &[&str], text: String) {
    if !place.is_object() {
        *place = Value::Object(Object::new());
    }
    let Value::Object(object) = place else {
        return;
    };

    let field = object
        .entry(name)
        .or_insert(Value::Null);
    put_text(field, rest, text);
}

/// Puts the text into the item at an index of a list, or
/// into a new one at its end.
fn put_item(
    place: &mut Value,
    index: Option<usize>,
    rest: &[&str],
    text: String,
) {
    if !place.is_array() {
        *place = Value::Array(Vec::new());
    }
    let Value::Array(items) = place else {
        return;
    };

    if let Some(item) = index.and_then(|index| items.get_mut(index)) {
        return put_text(item, rest, text);
    }

    // An index past the end is the next one, or a form could ask
    // for a list of any length.
    let mut item = Value::Null;
    put_text(&mut item, rest, text);
    items.push(item);
}

/// A key that comes again makes a list.
fn add_text(place: &mut Value, text: String) {
    match place {
        Value::Null => *place = text.into(),
        Value::Array(items) => items.push(text.into()),
        single => *single = Value::Array(vec![single.take(), text.into()]),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_form_says_what_json_says() {
        for (form, said) in [
            (
                "name=A+b&scope=r&scope=w",
                json!({"name": "A b", "scope": ["r", "w"]}),
            ),
            ("scope[]=r", json!({"scope": ["r"]})),
            (
                "scopes[0][value]=r&scopes[0][description]=R&\
                 scopes[1][value]=w",
                json!({"scopes": [{"value": "r", "description": "R"}, {"value": "w"}]}),
            ),
            ("a%5Bb%5D=c", json!({"a": {"b": "c"}})),
        ] {
            assert_eq!(
                Value::Object(parse(form.as_bytes())),
                said,
                "{form}"
            );
        }
    }

    #[test]
    fn no_form_is_too_deep_or_too_odd() {
        let deep = format!("a{}=b", "[a]".repeat(100_000));
        assert_eq!(
            parse(deep.as_bytes()).values().next(),
            Some(&json!("b"))
        );

        for odd in [
            "a[",
            "a]",
            "[",
            "[]=",
            "a[0]=b&a[b]=c&a=d",
            "a[99999999999]=b",
        ] {
            parse(odd.as_bytes());
        }
    }
}
