//! Values and foreign texts as a terminal may show them.

use crate::model::Value;
pub(super) use crate::model::safe;

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
            format!(
                "[{}]",
                members.iter().map(member).collect::<Vec<_>>().join(", ")
            )
        }
        Value::Map(entries) | Value::Entries(entries) => {
            let entries = entries
                .iter()
                .map(|(key, inner)| format!("{}: {}", safe(key), value(inner)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::WriteOnly(_) => "…".to_owned(),
    }
}

/// A member of a set: a text needs no quotes there.
pub(super) fn member(shown: &Value) -> String {
    match shown {
        Value::Text(text) => safe(text),
        _ => value(shown),
    }
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

/// A line broken between words; what it begins with is kept, and a word is never broken.
pub(super) fn words(line: &str, width: usize) -> Vec<String> {
    filled(line, width, line.split_whitespace())
}

/// The same, for a text with snippets in backticks: they are there to be copied, and never broken.
pub(super) fn words_and_snippets(line: &str, width: usize) -> Vec<String> {
    let mut is_snippet = false;
    let words = line.split(move |character: char| {
        is_snippet ^= character == '`';
        character.is_whitespace() && !is_snippet
    });
    filled(line, width, words.filter(|word| !word.is_empty()))
}

/// Words in lines that are not too wide, each with the indent of the whole.
fn filled<'a>(line: &str, width: usize, words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let indent: String = line
        .chars()
        .take_while(|character| *character == ' ')
        .collect();
    let mut lines = vec![indent.clone()];
    for word in words {
        let last = lines.last().map_or(0, |last| last.chars().count());
        let is_empty = last == indent.chars().count();
        if !is_empty && last + 1 + word.chars().count() > width {
            lines.push(indent.clone());
        }
        if let Some(last) = lines.last_mut() {
            let separator = if last.len() == indent.len() { "" } else { " " };
            last.push_str(separator);
            last.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_broken_between_words_and_keeps_its_indent() {
        assert_eq!(words("  one two three", 9), ["  one two", "  three"]);
        assert_eq!(words("a-very-long-word b", 5), ["a-very-long-word", "b"]);
        assert_eq!(words("", 5), [""]);
        let lines = words_and_snippets("say `moved: [{ stack: maps }]`, and go on", 12);
        assert_eq!(lines, ["say", "`moved: [{ stack: maps }]`,", "and go on"]);
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
