//! Keys of which exactly one has to be there: what is wrong with none or two.

use serde_json::{Value as Json, json};

use super::visit::Keywords;
use crate::words::quote_all;

/// Says of keys of which exactly one has to be there what
/// is wrong with none or two.
pub(super) fn tell_alternatives_apart(keywords: &mut Keywords) {
    let Some(keys) = take_alternatives(keywords) else {
        return;
    };

    let names: Vec<&str> = keys
        .iter()
        .map(String::as_str)
        .collect();
    let either = quote_all(&names, " or ");
    let too_many = if names.len() == 2 {
        format!("either {either}, not both")
    } else {
        let all = quote_all(&names, ", ");
        format!("only one of {all}")
    };
    let missing = format!("{either} is missing");

    if let Json::Object(conditions) = exactly_one(&names, &too_many, &missing) {
        keywords.extend(conditions);
    }
}

/// The keys of which exactly one has to be there, and no
/// others; none where it is not so.
fn take_alternatives(keywords: &mut Keywords) -> Option<Vec<String>> {
    let is_one = |keyword| keywords.get(keyword) == Some(&json!(1));
    if is_one("minProperties") && is_one("maxProperties") {
        let properties = keywords
            .get("properties")?
            .as_object()?;
        let keys = properties.keys().cloned().collect();
        keywords.remove("minProperties");
        // With it a language server offers no key, for the one that is being
        // written counts.
        keywords.remove("maxProperties");
        return Some(keys);
    }

    let alternatives = keywords.get("oneOf")?.as_array()?;
    let keys: Option<Vec<String>> = alternatives
        .iter()
        .map(required_key_of)
        .collect();
    let keys = keys?;
    keywords.remove("oneOf");
    Some(keys)
}

/// The key that this alternative needs, and nothing else.
fn required_key_of(alternative: &Json) -> Option<String> {
    let required = alternative
        .get("required")?
        .as_array()?;
    match required.as_slice() {
        [Json::String(key)] => Some(key.clone()),
        _ => None,
    }
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
