//! What `for_each` makes, before it is filled in.

use serde_json::{Value as Json, json};

use super::super::row_scope::RESERVED;

/// Where templates stand.
pub(super) const BUNDLES: [&str; 2] = [
    "/properties/for_each",
    "/$defs/Environment/properties/for_each",
];

/// Says what the items of `for_each` are: what they
/// make, before it is filled in.
pub(super) fn add_templates(schema: &mut Json) {
    let Some(sections) = schema.get("properties") else {
        return;
    };
    let section = |name: &str| {
        sections
            .get(name)
            .cloned()
            .unwrap_or_default()
    };

    let bundles = json!({
        "description": section("for_each").get("description"),
        "type": "array",
        "items": {
            "title": "bundle",
            "description":
                "Rows, and what each of them makes: in all texts, and in place \
                 of any value, `${NAME.COLUMN}` stands for what the row says.",
            "type": "object",
            "additionalProperties": false,
            "required": ["in", "as"],
            "properties": {
                "in": {
                    "description":
                        "The rows: a list, or the name of a CSV, YAML or JSON \
                         file beside this one.",
                    "type": ["string", "array"],
                },
                "as": {
                    "description":
                        "What a row is called: `${NAME.COLUMN}` stands for a \
                         value of it.",
                    "type": "string",
                    "pattern": "^[A-Za-z_][A-Za-z0-9_-]*$",
                    "not": { "enum": RESERVED },
                    "examples": ["customer"],
                },
                "resource_servers": section("resource_servers"),
                "clients": section("clients"),
                "grants": section("grants"),
            },
        },
    });
    for place in BUNDLES {
        if let Some(place) = schema.pointer_mut(place) {
            *place = bundles.clone();
        }
    }
}
