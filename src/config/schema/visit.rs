//! Every schema within a schema.

use serde_json::{Map, Value as Json};

/// The keywords of a schema.
pub(super) type Keywords = Map<String, Json>;

/// What is no schema, whatever it looks like.
const DATA: [&str; 5] = [
    "examples", "default", "const", "enum", "required",
];

/// Visits all schemas within one, and then itself.
pub(super) fn visit(schema: &mut Json, act: &mut impl FnMut(&mut Keywords)) {
    match schema {
        Json::Array(schemas) => {
            for schema in schemas {
                visit(schema, act);
            }
        }
        Json::Object(keywords) => {
            for (keyword, inner) in keywords.iter_mut() {
                match (keyword.as_str(), inner) {
                    // A map of names to schemas has keys that look like
                    // keywords, such as a field called `type`.
                    ("properties" | "$defs", Json::Object(named)) => {
                        named
                            .values_mut()
                            .for_each(|inner| visit(inner, act));
                    }
                    (keyword, _) if DATA.contains(&keyword) => {}
                    (_, inner) => visit(inner, act),
                }
            }
            act(keywords);
        }
        _ => {}
    }
}
