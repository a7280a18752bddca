//! Words of a schema, as Markdown.

use serde_json::Value as Json;

/// What a kind is called.
pub(super) fn title_of(schema: &Json) -> Option<&str> {
    schema.get("title")?.as_str()
}

/// The words that a name in the source code is made of.
pub(super) fn words_of(name: &str) -> String {
    let mut words = String::new();
    for character in name.chars() {
        if character.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(character.to_lowercase());
    }
    words
}

/// The name of the definition that a schema refers to.
pub(super) fn name_of(schema: &Json) -> Option<&str> {
    schema
        .get("$ref")?
        .as_str()?
        .strip_prefix("#/$defs/")
}

pub(super) fn capitalize(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase);

    first
        .into_iter()
        .flatten()
        .chain(characters)
        .collect()
}

/// A link to a section of this page, as GitHub names it.
pub(super) fn link_to(heading: &str) -> String {
    let anchor: String = heading
        .to_lowercase()
        .chars()
        .filter(|character| {
            character.is_alphanumeric() || " -_".contains(*character)
        })
        .map(|character| {
            if character == ' ' {
                '-'
            } else {
                character
            }
        })
        .collect();

    format!("[{heading}](#{anchor})")
}

/// A value as code.
pub(super) fn code(value: &Json) -> String {
    match value {
        Json::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}
