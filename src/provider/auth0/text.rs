//! Other people's texts, fit for a message.

use crate::model::{may_be_private, safe};

/// The most characters of somebody else's text that go into a message.
pub(super) const LONGEST: usize = 300;

/// A setting, fit for a message: not where it may hold a password or, set by mistake, a key.
pub(super) fn discreet(setting: &str) -> String {
    let is_secret = setting.contains('@') || may_be_private(setting);
    if is_secret {
        "…".to_owned()
    } else {
        printable(setting)
    }
}

/// Somebody else's text, fit for a message: short, on one line, and safe to show.
pub(super) fn printable(text: &str) -> String {
    let line = text
        .split(|character: char| character.is_control() || character.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let line = safe(&line);
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
