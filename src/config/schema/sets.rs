//! Lists in which each item is one of several words.
//!
//! Of a list whose items are one of several schemas, a language server offers
//! to begin each of those, also in the middle of a line. So it is the list that
//! is one of several here.

use serde_json::{Value as Json, json};

use super::references::{choice_of, reference};
use super::visit::{Keywords, visit};

/// Each item is one of the choice, or a reference.
pub(super) fn closed_set(choice: &Json) -> Json {
    json!({
        "if": { "contains": reference() },
        "then": { "items": { "anyOf": [choice, reference()] } },
        "else": { "items": choice },
    })
}

/// Each item is what `any` says, and those of the choice are offered.
pub(super) fn open_set(choice: &Json, any: &Json) -> Json {
    json!({
        "anyOf": [
            { "title": "list of known words", "items": choice },
            { "title": "list of words", "items": any },
        ],
    })
}

/// Says of all lists of words what they are one of.
pub(super) fn word_sets(schema: &mut Json) {
    let definitions = schema
        .get("$defs")
        .and_then(Json::as_object);
    let choices: Keywords = definitions
        .into_iter()
        .flatten()
        .filter_map(|(name, definition)| {
            let choice = choice_of(definition)?;
            Some((format!("#/$defs/{name}"), choice.clone()))
        })
        .collect();

    visit(schema, &mut |keywords| {
        let items = keywords.get("items");
        let name = items.and_then(|items| items.get("$ref")?.as_str());
        let Some(choice) = name.and_then(|name| choices.get(name)) else {
            return;
        };

        keywords.remove("items");
        if let Json::Object(set) = closed_set(choice) {
            keywords.extend(set);
        }
    });
}
