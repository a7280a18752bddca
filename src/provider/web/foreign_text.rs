//! Other people's texts, fit for a message.

use crate::model::{may_be_private, safe};

/// The most characters of somebody else's text that go into a message.
pub(in crate::provider) const LONGEST: usize = 300;

/// A setting, fit for a message: not where it may hold a password or, set by mistake, a key.
pub(in crate::provider) fn hide_setting(setting: &str) -> String {
    let is_secret = setting.contains('@') || may_be_private(setting);

    if is_secret {
        "…".to_owned()
    } else {
        sanitize(setting)
    }
}

/// Somebody else's text, fit for a message: short, on one line, and safe to show.
pub(in crate::provider) fn sanitize(text: &str) -> String {
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
