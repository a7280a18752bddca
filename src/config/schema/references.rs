//! `${…}` in the place of a scalar: what it is, only the loader can say.

use serde_json::{Value as Json, json};

use super::ONE_OR_MANY;
use super::visit::{Keywords, visit};

/// What a text has in it that refers to something.
const REFERENCE: &str =
    r"\$\{[A-Za-z_][A-Za-z0-9_-]*\.[A-Za-z_][A-Za-z0-9_-]*\}";

/// A text that refers to something. Without a title, a language server takes it
/// for any other alternative that has none, and says the words of all.
pub(super) fn reference() -> Json {
    json!({ "title": "reference", "type": "string", "pattern": REFERENCE })
}

/// The choice, where a definition is one of several words or a reference.
pub(super) fn choice_of(definition: &Json) -> Option<&Json> {
    let alternatives = definition.get("anyOf")?.as_array()?;
    match alternatives.as_slice() {
        [choice, other]
            if choice.get("enum").is_some() && *other == reference() =>
        {
            Some(choice)
        }
        _ => None,
    }
}

/// Lets a reference stand wherever a scalar is expected.
pub(super) fn accept_references(schema: &mut Json) {
    visit(schema, &mut accept_reference);
}

fn accept_reference(keywords: &mut Keywords) {
    if accept_in_choice(keywords) || accept_in_constant(keywords) {
        return;
    }

    let mut kinds: Vec<Json> = match keywords.get("type") {
        Some(Json::Array(kinds)) => kinds.clone(),
        Some(kind) => vec![kind.clone()],
        None => return,
    };
    let is = |kind: &str| kinds.iter().any(|other| other == kind);
    // A set of plain values can come from outside as one text, such as
    // `[read:maps, read:traffic]`.
    let is_set = is("array") && keywords.contains_key("uniqueItems");

    if keywords.remove(ONE_OR_MANY).is_some() {
        keywords.insert("type".to_owned(), json!(["string", "array"]));
        return;
    }
    if is("string") {
        if let Some(Json::String(pattern)) = keywords.get_mut("pattern") {
            *pattern = format!("({pattern})|{REFERENCE}");
        }
        return;
    }

    let words = if is_set {
        "a list"
    } else if is("integer") {
        "a whole number"
    } else if is("boolean") {
        "`true` or `false`"
    } else {
        return;
    };
    let message =
        format!("write {words}, or a reference such as `${{var.name}}`");
    kinds.push("string".into());
    keywords.insert("type".to_owned(), kinds.into());
    keywords.insert("pattern".to_owned(), REFERENCE.into());
    keywords.insert("patternErrorMessage".to_owned(), message.into());
}

/// One of several words, or another one that none of them is.
fn accept_in_choice(keywords: &mut Keywords) -> bool {
    if !keywords.contains_key("enumDescriptions") {
        return false;
    }

    let choice: Keywords = ["type", "enum", "enumDescriptions"]
        .into_iter()
        .filter_map(|keyword| keywords.remove_entry(keyword))
        .collect();
    keywords.insert("anyOf".to_owned(), json!([choice, reference()]));
    true
}

fn accept_in_constant(keywords: &mut Keywords) -> bool {
    let Some(only) = keywords.get("const").cloned() else {
        return false;
    };

    if only.is_boolean() {
        keywords.remove("const");
        keywords.remove("type");
        let alternatives = json!([{ "const": only }, reference()]);
        keywords.insert("anyOf".to_owned(), alternatives);
    }
    true
}
