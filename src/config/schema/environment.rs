//! What an environment says: a part of what a configuration does.

use schemars::Schema;
use serde_json::{Value as Json, json};

use super::super::early_sections::ENVIRONMENT;
use super::visit::Keywords;

/// The sections whose objects an environment says a part of: where the schema
/// of such an object stands, and what it is called.
const PARTIAL: [(&str, &str, &str); 3] = [
    (
        "resource_servers",
        "additionalProperties",
        "ResourceServer",
    ),
    ("clients", "additionalProperties", "Client"),
    ("grants", "items", "Grant"),
];

/// Makes the schema of an environment: that of a configuration, without
/// environments of its own, in which of each object only a part need be there,
/// or nothing at all.
pub(super) fn fill_in_environment(schema: &mut Schema) {
    let Some(Json::Object(mut properties)) = schema.get("properties").cloned()
    else {
        return;
    };
    properties.remove("environments");

    let Some(Json::Object(definitions)) = schema.get_mut("$defs") else {
        return;
    };
    for (section, place, kind) in PARTIAL {
        let name = format!("{ENVIRONMENT}{kind}");
        let reference = json!({ "$ref": format!("#/$defs/{name}") });
        let is_keyed = place == "additionalProperties";

        if let Some(Json::Object(whole)) = definitions.get(kind) {
            let part = take_part(whole, is_keyed);
            definitions.insert(name, part.into());
        }
        let objects = properties
            .get_mut(section)
            .and_then(|section| section.get_mut(place));
        if let Some(objects) = objects {
            *objects = if is_keyed {
                allow_null(&reference)
            } else {
                reference
            };
        }
    }

    if let Some(Json::Object(environment)) = definitions.get_mut(ENVIRONMENT) {
        environment.insert("properties".to_owned(), properties.into());
    }
}

/// The same object, of which only a part need be there.
fn take_part(whole: &Keywords, is_keyed: bool) -> Keywords {
    let mut part = whole.clone();
    part.remove("oneOf");
    if is_keyed {
        part.remove("required");
        return part;
    }

    // Of a grant, what it is between is its key, and no scopes leave it out.
    let scopes = part
        .get_mut("properties")
        .and_then(|fields| fields.get_mut("scopes"));
    if let Some(scopes) = scopes {
        *scopes = allow_null(scopes);
    }
    part
}

fn allow_null(schema: &Json) -> Json {
    json!({ "anyOf": [schema, { "type": "null" }] })
}
