//! Values as YAML. Every text of the tenant goes through [`write_scalar`] or
//! [`quote`], so that none can end its line, its scalar or its comment, or
//! speak to a terminal.

pub(super) use crate::config::quote_scalar as quote;
use crate::model::{Foreign, Value, foreign};

/// How wide a line may be.
const WIDTH: usize = 100;

/// Words that some YAML reader takes for something else than a text.
const WORDS: [&str; 9] = [
    "null", "true", "false", "yes", "no", "on", "off", "y", "n",
];

/// A text as a scalar on one line: plain where every YAML reader takes it for
/// the same text.
pub(super) fn write_scalar(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else {
        quote(text)
    }
}

/// Letters, digits and a few signs that mean nothing where they stand.
fn is_plain(text: &str) -> bool {
    let is_harmful =
        foreign(text).any(|character| matches!(character, Foreign::Harmful(_)));
    // What begins otherwise may be a number, a date or a
    // sign of YAML to some reader.
    if is_harmful || !text.starts_with(char::is_alphabetic) {
        return false;
    }

    let nexts = text
        .chars()
        .skip(1)
        .map(Some)
        .chain([None]);
    let mut pairs = text.chars().zip(nexts);
    if !pairs.all(|(character, next)| is_plain_before(character, next)) {
        return false;
    }

    !WORDS
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word))
}

/// A colon or a space means something to YAML, unless a word goes on behind it.
fn is_plain_before(character: char, next: Option<char>) -> bool {
    match character {
        ' ' => next.is_some_and(char::is_alphanumeric),
        ':' => next.is_some_and(|next| next.is_alphanumeric() || next == '/'),
        '.' | '_' | '/' | '-' | '+' | '(' | ')' => true,
        _ => character.is_alphanumeric(),
    }
}

/// A value on one line.
pub(super) fn write_inline(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => write_scalar(text),
        Value::Set(members) => {
            let members: Vec<String> = members
                .iter()
                .map(write_inline)
                .collect();
            format!("[{}]", members.join(", "))
        }
        Value::WriteOnly(value) => write_inline(value),
        Value::Map(entries) | Value::Entries(entries) if entries.is_empty() => {
            "{}".to_owned()
        }
        Value::Map(entries) | Value::Entries(entries) => {
            let entries = entries
                .iter()
                .map(|(key, value)| (key.as_str(), value));
            write_flow(entries)
        }
    }
}

/// A mapping on one line.
pub(super) fn write_flow<'a>(
    entries: impl Iterator<Item = (&'a str, &'a Value)>,
) -> String {
    let entries: Vec<String> = entries
        .map(|(key, value)| {
            let key = write_scalar(key);
            let value = write_inline(value);
            format!("{key}: {value}")
        })
        .collect();

    format!("{{ {} }}", entries.join(", "))
}

/// Whether a line may be this long.
pub(super) fn fits_line(line: &str) -> bool {
    line.chars().count() <= WIDTH
}

/// The lines of an entry of a mapping: on one line, unless it is a map or too
/// long for that.
pub(super) fn write_entry(
    key: &str,
    value: &Value,
    indent: usize,
) -> Vec<String> {
    let margin = " ".repeat(indent);
    let title = format!("{margin}{}:", write_scalar(key));

    match value {
        Value::Map(entries) | Value::Entries(entries)
            if !entries.is_empty() =>
        {
            let inner = entries
                .iter()
                .flat_map(|(key, value)| write_entry(key, value, indent + 2));
            std::iter::once(title)
                .chain(inner)
                .collect()
        }
        Value::Set(members)
            if !fits_line(&format!("{title} {}", write_inline(value))) =>
        {
            let members = members
                .iter()
                .map(|member| format!("{margin}  - {}", write_inline(member)));
            std::iter::once(title)
                .chain(members)
                .collect()
        }
        _ => vec![format!("{title} {}", write_inline(value))],
    }
}

#[cfg(test)]
mod tests;
