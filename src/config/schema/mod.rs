//! The JSON Schema of a configuration. Editors check against it, and so does
//! the loader.
//!
//! What is generated from the types is what the loader walks along. For editors
//! the same is said in other keywords: of two that mean the same, language
//! servers show one well and the other badly.

use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value as Json, json};

use super::file::File;
use super::read_before::ENVIRONMENT;
use super::row_scope::RESERVED;
use crate::model::{
    EnvironmentName, Key, Kind, MetadataKey, Missing, ScopeName, SinkName,
    Support, VariableName,
};

mod editor;
mod project;
mod references;
mod sets;
mod visit;

use editor::{say_in_markdown, word_for_editors};
use references::accept_references;
use sets::word_sets;

/// The JSON Schema (draft 2020-12) of a configuration file, as it is written.
/// Fields say which of these providers cannot express them.
#[must_use]
pub fn schema(supports: &[&Support]) -> Json {
    let mut schema = described_schema(supports);
    word_for_editors(&mut schema);
    accept_references(&mut schema);
    word_sets(&mut schema);
    say_in_markdown(&mut schema);
    schema
}

/// The same for who describes it: in the words of the types, with examples, and
/// before anything refers to anything.
pub(crate) fn described_schema(supports: &[&Support]) -> Json {
    let mut schema = filled_in_schema(supports);
    add_templates(&mut schema);
    schema
}

/// The same of a document in which every reference is replaced, and every
/// template filled in: what the loader walks along.
pub(super) fn filled_in_schema(supports: &[&Support]) -> Json {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let mut keys = KeyTypes::default();
    keys.add::<Key>(&mut generator);
    keys.add::<MetadataKey>(&mut generator);
    keys.add::<ScopeName>(&mut generator);
    keys.add::<VariableName>(&mut generator);
    keys.add::<EnvironmentName>(&mut generator);
    keys.add::<SinkName>(&mut generator);

    let mut schema = generator.into_root_schema_for::<File>();
    keys.transform(&mut schema);
    join_description_lines(&mut schema);

    for support in supports {
        for missing in support.missing {
            // A description is of a field; of one value of it only the check
            // speaks.
            if missing.value.is_none() {
                describe_missing(&mut schema, missing, support.name);
            }
        }
    }

    // After all else is said of the objects: those of an environment are the
    // same but for what is required.
    fill_in_environment(&mut schema);

    schema.insert(
        "$id".to_owned(),
        "urn:grantry:schema:config:1".into(),
    );
    schema.to_value()
}

/// Says of a list that a single item may stand in its place. Only the loader
/// knows this word.
pub(super) const ONE_OR_MANY: &str = "oneOrMany";

/// Says what the items of `for_each` are: what they make, before it is filled
/// in.
fn add_templates(schema: &mut Json) {
    let Some(sections) = schema.get("properties") else {
        return;
    };
    let section = |name: &str| sections.get(name).cloned().unwrap_or_default();

    let bundles = json!({
        "description": section("for_each").get("description"),
        "type": "array",
        "items": {
            "title": "bundle",
            "description": "Rows, and what each of them makes: in all texts, and in place of any value, `${NAME.COLUMN}` \
                            stands for what the row says.",
            "type": "object",
            "additionalProperties": false,
            "required": ["in", "as"],
            "properties": {
                "in": {
                    "description": "The rows: a list, or the name of a CSV, YAML or JSON file beside this one.",
                    "type": ["string", "array"],
                },
                "as": {
                    "description": "What a row is called: `${NAME.COLUMN}` stands for a value of it.",
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
    let places = [
        "/properties/for_each",
        "/$defs/Environment/properties/for_each",
    ];
    for place in places {
        if let Some(place) = schema.pointer_mut(place) {
            *place = bundles.clone();
        }
    }
}

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
fn fill_in_environment(schema: &mut Schema) {
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
            let mut part = whole.clone();
            // Of a grant, what it is between is its key.
            if is_keyed {
                part.remove("required");
            }
            part.remove("oneOf");
            if let Some(scopes) = part
                .get_mut("properties")
                .and_then(|all| all.get_mut("scopes"))
                && !is_keyed
            {
                *scopes = or_null(scopes);
            }
            definitions.insert(name, Json::Object(part));
        }
        if let Some(objects) = properties
            .get_mut(section)
            .and_then(|all| all.get_mut(place))
        {
            *objects = if is_keyed {
                or_null(&reference)
            } else {
                reference
            };
        }
    }

    if let Some(Json::Object(environment)) = definitions.get_mut(ENVIRONMENT) {
        environment.insert(
            "properties".to_owned(),
            Json::Object(properties),
        );
    }
}

fn or_null(schema: &Json) -> Json {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

/// What the objects of a kind are called in the schema.
fn definition_of(kind: Kind) -> &'static str {
    match kind {
        Kind::ResourceServer => "ResourceServer",
        Kind::Client => "Client",
        Kind::Grant => "Grant",
    }
}

/// Says of a field that a provider cannot express it.
fn describe_missing(schema: &mut Schema, missing: &Missing, provider: &str) {
    let definition = definition_of(missing.kind);
    let field = missing.field;
    let place = format!("/$defs/{definition}/properties/{field}/description");
    if let Some(Json::String(description)) = schema.pointer_mut(&place) {
        *description = format!(
            "{description} Not in {provider}: {}.",
            missing.why
        );
    }
}

/// Of a map's keys schemars tells the pattern only. This makes it refer to the
/// type of the key, with its length, its example and the message for its
/// pattern.
#[derive(Default)]
struct KeyTypes(Vec<(Json, Json)>);

impl KeyTypes {
    fn add<T: JsonSchema>(&mut self, generator: &mut SchemaGenerator) {
        let reference = generator.subschema_for::<T>().to_value();
        let pattern = T::json_schema(generator).remove("pattern");
        self.0
            .extend(pattern.map(|pattern| (pattern, reference)));
    }
}

impl Transform for KeyTypes {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);

        let Some(Json::Object(patterns)) = schema.remove("patternProperties")
        else {
            return;
        };
        for (pattern, values) in patterns {
            let key_type = self
                .0
                .iter()
                .find(|(known, _)| *known == pattern);
            if let Some((_, reference)) = key_type {
                schema.insert("propertyNames".to_owned(), reference.clone());
                schema.insert("additionalProperties".to_owned(), values);
            }
        }
    }
}

/// Documentation is wrapped where the source code is; an editor wraps by
/// itself.
pub(crate) fn join_description_lines(schema: &mut Schema) {
    transform_subschemas(&mut join_description_lines, schema);

    if let Some(Json::String(description)) = schema.get_mut("description") {
        let words: Vec<&str> = description.split_whitespace().collect();
        *description = words.join(" ");
    }
}
