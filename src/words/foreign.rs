//! Texts of others, which must say nothing to a terminal, to a CI system or
//! past the reader's eyes.

use std::path::Path;

/// A character of somebody else's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// It may stand as it is.
    Harmless(char),
    /// It must be written in another way.
    Harmful(char),
}

/// The characters of a text, each with whether it may stand as it
/// is. A line of the text may be shown at a line's start, wherever
/// it is broken between words.
pub fn foreign(text: &str) -> impl Iterator<Item = Foreign> + '_ {
    // The first character is at a line's start, as if after a space.
    let mut before = ' ';

    text.char_indices()
        .map(move |(at, character)| {
            let rest = text.get(at..).unwrap_or_default();
            let begins_command = match character {
                ':' => before.is_whitespace() && rest.starts_with("::"),
                '#' => is_marked_command(rest),
                _ => false,
            };
            before = character;

            if begins_command || !is_visible(character) {
                Foreign::Harmful(character)
            } else {
                Foreign::Harmless(character)
            }
        })
}

/// How a harmful character is written: a line break as `\n`, and what has no
/// such name by its number, as in `\u{1b}`.
#[must_use]
pub fn escape_harmful(character: char) -> String {
    match character {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        other => other.escape_unicode().collect(),
    }
}

/// A text that is safe to show: what is harmful in it is written in another way
/// (see [`escape_harmful`]).
#[must_use]
pub fn safe(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in foreign(text) {
        match character {
            Foreign::Harmless(character) => safe.push(character),
            // Not left out: a text without it would look like another one that
            // is really there.
            Foreign::Harmful(character) => {
                safe.push_str(&escape_harmful(character));
            }
        }
    }
    safe
}

/// The name of a file or a folder, which somebody else may
/// have chosen, safe to show.
#[must_use]
pub fn safe_path(path: &Path) -> String {
    safe(&path.to_string_lossy())
}

/// What CI systems take for a command anywhere in a line, such as
/// `##[error]`, `##vso[` and `##teamcity[`. The commands `::error`
/// count at a line's start only.
fn is_marked_command(text: &str) -> bool {
    let name = text
        .strip_prefix("##")
        .unwrap_or_default();

    name.trim_start_matches(|letter: char| letter.is_ascii_alphabetic())
        .starts_with('[')
}

/// Whether a character can be seen, and leaves the text around it as
/// it is. Most that cannot are Unicode's
/// `Default_Ignorable_Code_Point`, which shaping drops.
fn is_visible(character: char) -> bool {
    // Among them is what turns the direction of the text around it: a reviewer
    // would read something else than what a program reads.
    let is_hidden = matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
    );

    // For private use, tags and further variation selectors.
    let is_unassigned =
        matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..);
    let is_no_character = matches!(character, '\u{fdd0}'..='\u{fdef}')
        || u32::from(character) & 0xfffe == 0xfffe;

    // A line break or a tab would move what comes after it.
    let is_space = character.is_whitespace() && character != ' ';
    !(character.is_control()
        || is_hidden
        || is_unassigned
        || is_no_character
        || is_space)
}

#[cfg(test)]
mod tests;
