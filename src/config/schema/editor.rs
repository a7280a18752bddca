//! The same schema in the keywords that editors show well.
//!
//! A language server shows what it meets first, and inside out: of a field
//! whose value is one of several things, the words for those things come before
//! the words for the field. It offers every example as a value, and says of
//! `oneOf` only that several match.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::super::shape::join_quoted;
use super::visit::{Keywords, visit};

const DEFINITIONS: &str = "#/$defs/";

/// Lets nothing come before the words of a field.
pub(super) fn word_for_editors(schema: &mut Json) {
    visit(schema, &mut list_choices);
    visit(schema, &mut tell_alternatives_apart);
    visit(schema, &mut say_examples);
    // With it, a language server takes what it stands beside for one schema of
    // two.
    visit(schema, &mut |keywords| {
        drop(keywords.remove("writeOnly"));
    });
    join_nulls(schema);
    write_out_alternatives(schema);
    remove_unused(schema);
}

/// Says a text a second time where it has words in it that are code, and where
/// what is referred to may have them: a language server takes those first.
pub(super) fn say_in_markdown(schema: &mut Json) {
    visit(schema, &mut |keywords| {
        let is_reference = keywords.contains_key("$ref");
        if let Some(Json::String(text)) = keywords.get("description")
            && (is_reference || text.contains('`'))
        {
            let text = text.clone();
            keywords.insert("markdownDescription".to_owned(), text.into());
        }
    });
}

/// Makes one list of constants that are said one by one, with what each of them
/// means.
fn list_choices(keywords: &mut Keywords) {
    let Some(Json::Array(choices)) = keywords.get("oneOf") else {
        return;
    };
    let list = |keyword: &str| -> Option<Json> {
        let each = choices
            .iter()
            .map(|choice| choice.get(keyword).cloned());
        each.collect::<Option<Vec<Json>>>()
            .map(Json::Array)
    };
    let (Some(values), Some(descriptions)) =
        (list("const"), list("description"))
    else {
        return;
    };

    keywords.remove("oneOf");
    keywords.insert("type".to_owned(), "string".into());
    keywords.insert("enum".to_owned(), values);
    keywords.insert("enumDescriptions".to_owned(), descriptions);
}

/// Says of keys of which exactly one has to be there what is wrong with none or
/// two.
fn tell_alternatives_apart(keywords: &mut Keywords) {
    let Some(keys) = take_alternatives(keywords) else {
        return;
    };

    let names: Vec<&str> = keys.iter().map(String::as_str).collect();
    let quoted = join_quoted(names.iter().copied(), " or ");
    let too_many = match names.as_slice() {
        [_, _] => format!("either {quoted}, not both"),
        _ => format!(
            "only one of {}",
            join_quoted(names.iter().copied(), ", ")
        ),
    };
    let missing = format!("{quoted} is missing");

    if let Json::Object(conditions) = exactly_one(&names, &too_many, &missing) {
        keywords.extend(conditions);
    }
}

/// The keys of which exactly one has to be there, and no others; none where it
/// is not so.
fn take_alternatives(keywords: &mut Keywords) -> Option<Vec<String>> {
    if keywords.get("minProperties") == Some(&json!(1))
        && keywords.get("maxProperties") == Some(&json!(1))
    {
        let keys = keywords
            .get("properties")?
            .as_object()?
            .keys()
            .cloned();
        let keys = keys.collect();
        keywords.remove("minProperties");
        // With it a language server offers no key, for the one that is being
        // written counts.
        keywords.remove("maxProperties");
        return Some(keys);
    }

    let alternatives = keywords.get("oneOf")?.as_array()?;
    let only_key = |alternative: &Json| match alternative
        .get("required")?
        .as_array()?
        .as_slice()
    {
        [Json::String(key)] => Some(key.clone()),
        _ => None,
    };
    let keys: Option<Vec<String>> = alternatives.iter().map(only_key).collect();
    let keys = keys?;
    keywords.remove("oneOf");
    Some(keys)
}

fn exactly_one(keys: &[&str], too_many: &str, missing: &str) -> Json {
    match keys {
        [] => json!({}),
        [last] => json!({ "required": [last], "errorMessage": missing }),
        [first, others @ ..] => {
            let refused: Keywords = others
                .iter()
                .map(|key| ((*key).to_owned(), Json::Bool(false)))
                .collect();
            json!({
                "if": { "required": [first] },
                "then": { "properties": refused, "errorMessage": too_many },
                "else": exactly_one(others, too_many, missing),
            })
        }
    }
}

/// Puts an example among the words: it would be offered as if it were something
/// of this project.
fn say_examples(keywords: &mut Keywords) {
    let Some(Json::Array(examples)) = keywords.remove("examples") else {
        return;
    };
    let (Some(example), Some(Json::String(description))) = (
        examples.first(),
        keywords.get_mut("description"),
    ) else {
        return;
    };

    let example = example
        .as_str()
        .map_or_else(|| example.to_string(), ToOwned::to_owned);
    // No place among words, and whoever needs it has it.
    if example.contains('\n') {
        return;
    }
    let end = if description.ends_with('.') {
        ""
    } else {
        "."
    };
    *description = format!("{description}{end} For example: `{example}`.");
}

/// Makes one schema of "this, or null".
fn join_nulls(schema: &mut Json) {
    let mut nullable = BTreeSet::new();
    visit(schema, &mut |keywords| {
        let Some([inner, null]) = keywords
            .get("anyOf")
            .and_then(Json::as_array)
            .map(Vec::as_slice)
        else {
            return;
        };
        if *null != json!({ "type": "null" }) {
            return;
        }

        let mut joined = match (inner, name_of_definition(inner)) {
            (_, Some(name)) => {
                let reference = format!("{DEFINITIONS}{}", or_null(name));
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
            definitions.insert(or_null(&name), definition.into());
        }
    }
}

fn or_null(name: &str) -> String {
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

/// Puts in the place of each alternative what it refers to, without words of
/// its own.
fn write_out_alternatives(schema: &mut Json) {
    let definitions = schema.get("$defs").cloned().unwrap_or_default();

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
fn remove_unused(schema: &mut Json) {
    loop {
        let mut used = BTreeSet::new();
        visit(schema, &mut |keywords| {
            if let Some(Json::String(reference)) = keywords.get("$ref") {
                used.extend(
                    reference
                        .strip_prefix(DEFINITIONS)
                        .map(ToOwned::to_owned),
                );
            }
        });

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
