//! Definitions and what refers to them: language servers show best what is
//! written out where it stands.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::visit::{Keywords, visit};

const DEFINITIONS: &str = "#/$defs/";

/// Makes one schema of "this, or null".
pub(super) fn join_nulls(schema: &mut Json) {
    let mut nullable = BTreeSet::new();
    visit(schema, &mut |keywords| {
        let Some(inner) = inner_of_nullable(keywords) else {
            return;
        };

        let mut joined = match (inner, name_of_definition(inner)) {
            (_, Some(name)) => {
                let reference =
                    format!("{DEFINITIONS}{}", name_with_null(name));
                nullable.insert(name.to_owned());
                Keywords::from_iter([("$ref".to_owned(), reference.into())])
            }
            (Json::Object(inner), None) => with_null(inner.clone()),
            _ => return,
        };
        keywords.remove("anyOf");
        joined.append(keywords);
        *keywords = joined;
    });

    let Some(Json::Object(definitions)) = schema.get_mut("$defs") else {
        return;
    };
    for name in nullable {
        if let Some(Json::Object(definition)) = definitions.get(&name) {
            let definition = with_null(definition.clone());
            definitions.insert(name_with_null(&name), definition.into());
        }
    }
}

/// What a schema says that is "this, or null".
fn inner_of_nullable(keywords: &Keywords) -> Option<&Json> {
    let alternatives = keywords.get("anyOf")?.as_array()?;
    match alternatives.as_slice() {
        [inner, null] if *null == json!({ "type": "null" }) => Some(inner),
        _ => None,
    }
}

/// What the definition of "this, or null" is called.
pub(super) fn name_with_null(name: &str) -> String {
    format!("{name}OrNull")
}

/// The same schema, which lets `null` pass too.
fn with_null(mut keywords: Keywords) -> Keywords {
    if let Some(Json::String(kind)) = keywords.get("type") {
        let kinds = json!([kind, "null"]);
        keywords.insert("type".to_owned(), kinds);
    }
    if let Some(Json::Array(values)) = keywords.get_mut("enum") {
        values.push(Json::Null);
    }
    if let Some(Json::Array(descriptions)) =
        keywords.get_mut("enumDescriptions")
    {
        descriptions.push("What the provider does by itself.".into());
    }
    keywords
}

fn name_of_definition(schema: &Json) -> Option<&str> {
    schema
        .get("$ref")?
        .as_str()?
        .strip_prefix(DEFINITIONS)
}

/// Puts in the place of each alternative what it refers to,
/// without words of its own.
pub(super) fn write_out_alternatives(schema: &mut Json) {
    let definitions = schema
        .get("$defs")
        .cloned()
        .unwrap_or_default();

    visit(schema, &mut |keywords| {
        let Some(Json::Array(alternatives)) = keywords.get_mut("anyOf") else {
            return;
        };
        for alternative in alternatives {
            let definition = name_of_definition(alternative)
                .and_then(|name| definitions.get(name));
            if let Some(Json::Object(definition)) = definition {
                let mut definition = definition.clone();
                definition.remove("description");
                *alternative = definition.into();
            }
        }
    });
}

/// Removes the definitions that nothing refers to any more.
pub(super) fn remove_unused(schema: &mut Json) {
    loop {
        let used = used_definitions(schema);
        let Some(Json::Object(definitions)) = schema.get_mut("$defs") else {
            return;
        };
        let before = definitions.len();
        definitions.retain(|name, _| used.contains(name));
        if definitions.len() == before {
            return;
        }
    }
}

fn used_definitions(schema: &mut Json) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    visit(schema, &mut |keywords| {
        let reference = keywords
            .get("$ref")
            .and_then(Json::as_str);
        let name = reference.and_then(|text| text.strip_prefix(DEFINITIONS));
        used.extend(name.map(str::to_owned));
    });
    used
}
