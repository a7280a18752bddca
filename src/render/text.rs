//! Values and foreign texts as a terminal may show them.

use crate::model::Value;

/// How wide output is meant to be read, in columns.
pub(super) const WIDTH: usize = 80;

/// A value on one line.
pub(super) fn value(shown: &Value) -> String {
    match shown {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => format!("\"{}\"", safe(text).replace('"', "\\\"")),
        Value::Set(members) => {
            format!("[{}]", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
        Value::Map(entries) | Value::Entries(entries) => {
            let entries =
                entries.iter().map(|(key, inner)| format!("{}: {}", safe(key), value(inner)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A member of a set: a text needs no quotes there.
pub(super) fn member(shown: &Value) -> String {
    match shown {
        Value::Text(text) => safe(text),
        _ => value(shown),
    }
}

/// A text that cannot move the cursor, colour the terminal or turn the line around.
pub(super) fn safe(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || is_direction(character) {
            safe.extend(character.escape_unicode());
        } else {
            safe.push(character);
        }
    }
    safe
}

/// Characters that change the direction of the text around them, or cannot be seen.
fn is_direction(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// `1 client`, `2 clients`.
pub(super) fn count(number: usize, (one, many): (&str, &str)) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Texts joined by commas, broken into lines that fit behind an indent.
pub(super) fn wrapped(parts: &[String], indent: usize) -> String {
    let mut text = String::new();
    let mut column = indent;
    for (place, part) in parts.iter().enumerate() {
        let length = part.chars().count() + 1;
        if place > 0 && column + length + 1 > WIDTH {
            text.push_str(",\n");
            text.push_str(&" ".repeat(indent));
            column = indent;
        } else if place > 0 {
            text.push_str(", ");
            column += 1;
        }
        text.push_str(part);
        column += length;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_cannot_speak_to_the_terminal() {
        let text = safe("a\u{1b}[31mb\u{202e}c\r\n\u{9b}d");
        assert_eq!(text, "a\\u{1b}[31mb\\u{202e}c\\u{d}\\u{a}\\u{9b}d");
    }

    #[test]
    fn a_long_list_is_broken_before_the_last_column() {
        let parts: Vec<String> = (0..30).map(|number| format!("scope:{number}")).collect();
        for line in wrapped(&parts, 20).lines().skip(1) {
            assert!(line.chars().count() <= WIDTH, "{line}");
        }
        assert!(wrapped(&parts, 20).lines().count() > 1);
    }
}
