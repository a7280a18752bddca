//! Other people's texts, short enough for a message.

use std::error::Error;

use super::safe;

/// The most characters of somebody else's text that go into a message.
pub(crate) const LONGEST: usize = 300;

/// What an error comes to, fit for a message. The innermost cause says what
/// happened; the outer ones only that something did.
pub(crate) fn innermost_cause(error: &(dyn Error + 'static)) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }

    sanitize(&cause.to_string())
}

/// Somebody else's text, fit for a message: short, on
/// one line, and safe to show.
pub(crate) fn sanitize(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|character: char| {
            character.is_control() || character.is_whitespace()
        })
        .filter(|word| !word.is_empty())
        .collect();
    let line = safe(&words.join(" "));

    // Cut last: a character that is written by number
    // takes more room than it did.
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
