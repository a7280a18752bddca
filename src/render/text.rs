//! Values and foreign texts as a terminal may show them.

use std::mem;

use super::layout::Width;
pub(super) use crate::model::safe;
use crate::model::{Kind, Value};

/// How wide sentences are, in columns.
pub(super) const WIDTH: usize = 80;

/// A value on one line.
pub(super) fn value(shown: &Value) -> String {
    match shown {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => format!("\"{}\"", safe(text).replace('"', "\\\"")),
        Value::Set(members) => {
            let members: Vec<String> = members.iter().map(member).collect();
            format!("[{}]", members.join(", "))
        }
        Value::Map(entries) | Value::Entries(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, inner)| format!("{}: {}", safe(key), value(inner)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        // What a tenant takes and never gives back is not
        // given away here either.
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
    let word = if number == 1 { one } else { many };

    format!("{number} {word}")
}

/// How many there are of each kind, without those of which there is none: `1
/// client and 2 grants`.
pub(super) fn count_kinds<const N: usize>(
    numbers: [(usize, Kind); N],
) -> String {
    let numbers = numbers
        .into_iter()
        .filter(|(number, _)| *number > 0);
    let numbers: Vec<String> = numbers
        .map(|(number, kind)| count(number, kind.words()))
        .collect();

    numbers.join(" and ")
}

/// Numbers with what they are of, without those that are
/// none: `2 applied, 1 failed`.
pub(super) fn counted<const N: usize>(numbers: [(usize, &str); N]) -> String {
    let numbers = numbers
        .into_iter()
        .filter(|(number, _)| *number > 0);
    let numbers: Vec<String> = numbers
        .map(|(number, what)| format!("{number} {what}"))
        .collect();

    numbers.join(", ")
}

/// A message, and on a line of its own what to do about it.
pub(super) fn with_step(message: &str, step: Option<&str>) -> String {
    match step {
        Some(step) => format!("{message}\n{step}"),
        None => message.to_owned(),
    }
}

/// How many characters a text has.
pub(super) fn length(text: &str) -> usize {
    text.chars().count()
}

/// A step as the beginning of a sentence.
pub(super) fn capitalize(step: &str) -> String {
    let mut characters = step.chars();
    let first = characters
        .next()
        .map(|first| first.to_ascii_uppercase());

    first
        .into_iter()
        .chain(characters)
        .collect()
}

/// Texts joined by commas, broken into lines that fit behind an indent.
pub(super) fn wrapped(parts: &[String], indent: usize, width: Width) -> String {
    let mut text = String::new();
    let mut column = indent;
    for (place, part) in parts.iter().enumerate() {
        // With the comma that may follow it.
        let needed = length(part) + 1;

        if place > 0 && column + needed + 1 > width.columns() {
            text.push_str(",\n");
            text.push_str(&" ".repeat(indent));
            column = indent;
        } else if place > 0 {
            text.push_str(", ");
            column += 1;
        }

        text.push_str(part);
        column += needed;
    }
    text
}

/// A line broken between words; what it begins with is kept, and a word is
/// never broken.
pub(super) fn words(line: &str, width: usize) -> Vec<String> {
    fill_lines(line, width, line.split_whitespace())
}

/// The same, for a text with snippets in backticks: they are there to be
/// copied, and never broken.
pub(super) fn words_and_snippets(line: &str, width: usize) -> Vec<String> {
    let mut is_snippet = false;
    let words = line.split(move |character: char| {
        is_snippet ^= character == '`';
        character.is_whitespace() && !is_snippet
    });
    let words = words.filter(|word| !word.is_empty());

    fill_lines(line, width, words)
}

/// Words in lines that are not too wide, each with the indent of the whole.
fn fill_lines<'a>(
    line: &str,
    width: usize,
    words: impl Iterator<Item = &'a str>,
) -> Vec<String> {
    let indent: String = line
        .chars()
        .take_while(|character| *character == ' ')
        .collect();

    let mut lines = Vec::new();
    let mut last = indent.clone();
    for word in words {
        let mut is_empty = last.len() == indent.len();
        if !is_empty && length(&last) + 1 + length(word) > width {
            lines.push(mem::replace(&mut last, indent.clone()));
            is_empty = true;
        }

        if !is_empty {
            last.push(' ');
        }
        last.push_str(word);
    }
    lines.push(last);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_broken_between_words_and_keeps_its_indent() {
        assert_eq!(
            words("  one two three", 9),
            ["  one two", "  three"]
        );
        assert_eq!(
            words("a-very-long-word b", 5),
            ["a-very-long-word", "b"]
        );
        assert_eq!(words("", 5), [""]);
        let lines =
            words_and_snippets("say `moved: [{ stack: maps }]`, and go on", 12);
        assert_eq!(
            lines,
            [
                "say",
                "`moved: [{ stack: maps }]`,",
                "and go on"
            ]
        );
    }

    #[test]
    fn a_long_list_is_broken_before_the_last_column() {
        let parts: Vec<String> = (0..30)
            .map(|number| format!("scope:{number}"))
            .collect();
        for columns in [80, 120] {
            let text = wrapped(&parts, 20, Width::of(columns));
            for line in text.lines().skip(1) {
                assert!(line.chars().count() <= columns, "{line}");
            }
            assert!(text.lines().count() > 1);
        }
    }
}
