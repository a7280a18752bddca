//! The files that a configuration is written in: one, or several, with folders
//! inside one another.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use grantry::config::{
    GivenValues, GivenVariables, Inputs, Reading, Sources, Tree, Use, Written,
};
use grantry::provider::support_of;
use grantry::render;
use proptest::test_runner::TestCaseError;
use serde_json::{Value as Json, json};

use super::draw::{Configuration, FILES, GIVEN, KEEPER, Object};

/// What the environment is called.
pub(super) const ENVIRONMENT: &str = "production";

/// Where files may be, in a folder.
const PLACES: [&str; 4] = ["a.yaml", "b/c.yaml", "b/d/a.yaml", "b.yaml"];

/// A folder with the files of a configuration, and what is given beside them.
pub(super) struct Folder {
    place: tempfile::TempDir,
    /// The files of the configuration, without tables.
    pub(super) files: Vec<PathBuf>,
    pub(super) inputs: Inputs,
}

impl Folder {
    /// All of it in one file.
    pub(super) fn of_one(drawn: &Configuration) -> Self {
        Self::of_several(drawn, &[])
    }

    /// Each piece of it in the file that is chosen for it.
    pub(super) fn of_several(drawn: &Configuration, choices: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut documents: BTreeMap<&str, Json> = BTreeMap::new();
        let mut choices = choices.iter();
        for piece in pieces_of(drawn) {
            let choice = choices
                .next()
                .copied()
                .unwrap_or_default();
            let place = PLACES[usize::from(choice) % PLACES.len()];
            unite(
                documents
                    .entry(place)
                    .or_insert(json!({})),
                piece,
            );
        }

        let mut files = Vec::new();
        for (place, document) in &documents {
            let path = folder.path().join(place);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, written(document)).unwrap();
            write_tables(document, drawn, path.parent().unwrap());
            files.push(path);
        }
        let inputs = inputs_of(drawn, folder.path());
        Self {
            place: folder,
            files,
            inputs,
        }
    }

    pub(super) fn path(&self) -> &Path {
        self.place.path()
    }

    /// Loads the files in their order, or those of a folder.
    pub(super) fn load(
        &self,
        paths: &[PathBuf],
    ) -> Result<(Written, Sources), TestCaseError> {
        let reading = Reading::of(&Tree::Disk, paths, Sources::default());
        reading
            .load(&Tree::Disk, &self.inputs, support_of)
            .map_err(|problems| {
                TestCaseError::fail(render::problems(&problems))
            })
    }
}

/// A configuration in parts that may each stand in another file.
fn pieces_of(drawn: &Configuration) -> Vec<Json> {
    let within =
        |piece: Json| json!({ "environments": { ENVIRONMENT: piece } });

    let mut pieces = sections_of(&drawn.base);
    pieces.extend(
        drawn
            .environment
            .iter()
            .flat_map(|(section, value)| {
                parts_of(section, value)
                    .into_iter()
                    .map(within)
            }),
    );
    if drawn.has_environment {
        // An environment is there already where it is named and no more.
        pieces.push(within(Json::Null));
        // And of what another one says, nothing counts.
        let other = json!({ "prune": true, "clients": { KEEPER: null } });
        pieces.push(json!({ "environments": { "staging": other } }));
    }
    pieces
}

fn sections_of(layer: &Object) -> Vec<Json> {
    let parts = layer
        .iter()
        .map(|(section, value)| parts_of(section, value));
    parts.flatten().collect()
}

/// What of a section may stand in another file than the rest of it: an entry
/// each, or an item.
fn parts_of(section: &str, value: &Json) -> Vec<Json> {
    let whole = || vec![json!({ section: value })];
    let is_one = ["limits", "owns", "provider"].contains(&section);

    match value {
        Json::Object(entries) if !is_one && !entries.is_empty() => {
            let parts = entries
                .iter()
                .map(|(key, value)| json!({ section: { key: value } }));
            parts.collect()
        }
        Json::Array(items) if !items.is_empty() => items
            .iter()
            .map(|item| json!({ section: [item] }))
            .collect(),
        _ => whole(),
    }
}

fn unite(document: &mut Json, piece: Json) {
    match (document, piece) {
        (Json::Object(entries), Json::Object(more)) => {
            for (key, value) in more {
                unite(entries.entry(key).or_insert(Json::Null), value);
            }
        }
        (Json::Array(items), Json::Array(more)) => items.extend(more),
        (_, Json::Null) => {}
        (known, more) => *known = more,
    }
}

/// The tables that a file names lie beside it.
fn write_tables(document: &Json, drawn: &Configuration, folder: &Path) {
    let layers = [document, &document["environments"][ENVIRONMENT]];
    let bundles = layers
        .into_iter()
        .filter_map(|layer| layer["for_each"].as_array());

    for name in bundles
        .flatten()
        .filter_map(|bundle| bundle["in"].as_str())
    {
        fs::write(folder.join(name), &drawn.tables[name]).unwrap();
    }
}

fn inputs_of(drawn: &Configuration, folder: &Path) -> Inputs {
    let mut variables = Vec::new();
    for (source, place) in GIVEN.into_iter().enumerate() {
        let said = drawn
            .given
            .iter()
            .filter(|(other, ..)| *other == source);
        if FILES.contains(&place) {
            let values = said.map(|(_, name, text)| {
                let number = text.parse::<u32>();
                (
                    name.clone(),
                    number.map_or_else(|_| json!(text), Json::from),
                )
            });
            let path = folder.join(place);
            let text =
                serde_json::to_string_pretty(&Json::Object(values.collect()))
                    .unwrap();
            fs::write(&path, text).unwrap();
            variables.push(GivenVariables {
                expected: Use::Expected,
                values: GivenValues::File(path),
            });
            continue;
        }

        variables.extend(said.map(|(_, name, text)| GivenVariables {
            expected: Use::Optional,
            values: GivenValues::Text {
                origin: place.to_owned(),
                name: name.parse().unwrap(),
                text: text.clone(),
            },
        }));
    }

    let environment = drawn
        .has_environment
        .then(|| ENVIRONMENT.parse().unwrap());
    Inputs {
        environment,
        variables,
    }
}

/// A document as YAML: every value that is no collection has a line of its own,
/// but for those of a list of names and of a row.
fn written(document: &Json) -> String {
    let mut text = String::new();
    write_entries(&mut text, document, "", 0);
    text
}

fn write_entries(text: &mut String, map: &Json, first: &str, indent: usize) {
    for (place, (key, value)) in map
        .as_object()
        .unwrap()
        .iter()
        .enumerate()
    {
        let before = if place == 0 {
            first.to_owned()
        } else {
            " ".repeat(indent)
        };
        let key = if key.contains('$') {
            json!(key).to_string()
        } else {
            key.clone()
        };
        let _ = write!(text, "{before}{key}:");
        write_value(text, value, &key, indent);
    }
}

/// What stands behind a key.
fn write_value(text: &mut String, value: &Json, key: &str, indent: usize) {
    match value {
        Json::Object(entries) if !entries.is_empty() => {
            text.push('\n');
            let indent = indent + 2;
            write_entries(text, value, &" ".repeat(indent), indent);
        }
        Json::Array(items) if items.iter().any(Json::is_object) => {
            text.push('\n');
            for item in items {
                let dash = format!("{}- ", " ".repeat(indent));
                if key == "in" {
                    let _ = writeln!(text, "{dash}{item}");
                } else {
                    write_entries(text, item, &dash, indent + 2);
                }
            }
        }
        Json::String(value) => _ = writeln!(text, " {}", scalar(value)),
        _ => _ = writeln!(text, " {value}"),
    }
}

/// A text in one of the ways in which people write it.
fn scalar(text: &str) -> String {
    match text.len() % 3 {
        0 => json!(text).to_string(),
        1 => format!("'{text}'"),
        _ => text.to_owned(),
    }
}
