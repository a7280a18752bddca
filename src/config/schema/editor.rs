//! The same schema in the keywords that editors show well.
//!
//! A language server shows what it meets first, and inside out: of a field
//! whose value is one of several things, the words for those things come before
//! the words for the field. It offers every example as a value, and says of
//! `oneOf` only that several match.

use serde_json::Value as Json;

use super::alternatives::tell_alternatives_apart;
use super::definitions::{join_nulls, remove_unused, write_out_alternatives};
use super::visit::{Keywords, visit};

/// Lets nothing come before the words of a field.
pub(super) fn word_for_editors(schema: &mut Json) {
    visit(schema, &mut list_choices);
    visit(schema, &mut tell_alternatives_apart);
    visit(schema, &mut say_examples);
    // With it, a language server takes what it stands
    // beside for one schema of two.
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

/// Makes one list of constants that are said one by one,
/// with what each of them means.
fn list_choices(keywords: &mut Keywords) {
    let Some(Json::Array(choices)) = keywords.get("oneOf") else {
        return;
    };
    let list = |keyword: &str| -> Option<Json> {
        choices
            .iter()
            .map(|choice| choice.get(keyword).cloned())
            .collect()
    };
    let Some(values) = list("const") else {
        return;
    };
    let Some(descriptions) = list("description") else {
        return;
    };

    keywords.remove("oneOf");
    keywords.insert("type".to_owned(), "string".into());
    keywords.insert("enum".to_owned(), values);
    keywords.insert("enumDescriptions".to_owned(), descriptions);
}

/// Puts an example among the words: it would be offered as if it were something
/// of this project.
fn say_examples(keywords: &mut Keywords) {
    let Some(Json::Array(examples)) = keywords.remove("examples") else {
        return;
    };
    let Some(example) = examples.first() else {
        return;
    };
    let Some(Json::String(description)) = keywords.get_mut("description")
    else {
        return;
    };

    let example = match example {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
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
