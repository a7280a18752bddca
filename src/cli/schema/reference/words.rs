//! Words of a schema, as Markdown.

use serde_json::{Map, Value as Json};

/// What a schema says by a keyword, where that is a text.
pub(super) fn text_of<'a>(schema: &'a Json, keyword: &str) -> Option<&'a str> {
    schema.get(keyword)?.as_str()
}

/// The same where that is a list.
pub(super) fn list_of<'a>(
    schema: &'a Json,
    keyword: &str,
) -> Option<&'a Vec<Json>> {
    schema.get(keyword)?.as_array()
}

/// The keys of an object.
pub(super) fn properties_of(schema: &Json) -> Option<&Map<String, Json>> {
    schema.get("properties")?.as_object()
}

/// What a kind is called.
pub(super) fn title_of(schema: &Json) -> Option<&str> {
    text_of(schema, "title")
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
    text_of(schema, "$ref")?.strip_prefix("#/$defs/")
}

pub(super) fn capitalize(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters
        .next()
        .map(char::to_uppercase);

    let mut capitalized: String = first.into_iter().flatten().collect();
    capitalized.push_str(characters.as_str());
    capitalized
}

/// A link to a section of this page, as GitHub names it.
pub(super) fn link_to(heading: &str) -> String {
    let is_kept = |character: &char| {
        character.is_alphanumeric() || " -_".contains(*character)
    };
    let letters = heading.to_lowercase();
    let letters: String = letters
        .chars()
        .filter(is_kept)
        .collect();
    let anchor = letters.replace(' ', "-");

    format!("[{heading}](#{anchor})")
}

/// A value as code.
pub(super) fn code(value: &Json) -> String {
    match value {
        Json::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}
