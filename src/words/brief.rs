//! Other people's texts, short enough for a message.

use super::safe;

/// The most characters of somebody else's text that go into a message.
pub(crate) const LONGEST: usize = 300;

/// Somebody else's text, fit for a message: short, on one line, and safe to show.
pub(crate) fn sanitize(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|character: char| character.is_control() || character.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect();
    let line = safe(&words.join(" "));

    // Cut last: a character that is written by number takes more room than it did.
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
