//! The JSON Schema of a configuration. Editors check against
//! it, and so does the loader.
//!
//! What is generated from the types is what the loader walks along. For editors
//! the same is said in other keywords: of two that mean the same, language
//! servers show one well and the other badly.
//!
//! `definitions` and what refers to them, `key_types`, `sets` and `references`
//! are what the types do not say of themselves; `templates` is `for_each` and
//! `environment` an environment. `editor` says it for editors, and
//! `alternatives` for them too. `project` is the schema of one configuration.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::Value as Json;

use super::file::File;
use crate::model::{Kind, Missing, Support};

mod alternatives;
mod definitions;
mod editor;
mod environment;
mod key_types;
mod project;
mod references;
mod sets;
mod templates;
mod visit;

use editor::{say_in_markdown, word_for_editors};
use environment::fill_in_environment;
use key_types::KeyTypes;
use references::accept_references;
use sets::word_sets;
use templates::add_templates;

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
    let mut keys = KeyTypes::of_configurations(&mut generator);

    let mut schema = generator.into_root_schema_for::<File>();
    keys.transform(&mut schema);
    join_description_lines(&mut schema);

    for support in supports {
        for missing in support.missing {
            // A description is of a field; of one value of it
            // only the check speaks.
            if missing.value.is_none() {
                describe_missing(&mut schema, missing, support.name);
            }
        }
    }

    // After all else is said of the objects: those of an environment are the
    // same but for what is required.
    fill_in_environment(&mut schema);

    let id = "urn:grantry:schema:config:1";
    schema.insert("$id".to_owned(), id.into());
    schema.to_value()
}

/// Says of a list that a single item may stand in its place. Only the loader
/// knows this word.
pub(super) const ONE_OR_MANY: &str = "oneOrMany";

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

/// Documentation is wrapped where the source code is;
/// an editor wraps by itself.
pub(crate) fn join_description_lines(schema: &mut Schema) {
    transform_subschemas(&mut join_description_lines, schema);

    if let Some(Json::String(description)) = schema.get_mut("description") {
        let words: Vec<&str> = description.split_whitespace().collect();
        *description = words.join(" ");
    }
}
