//! What a run says to programs: it keeps to the committed
//! schema, and tells of the end.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use jsonschema::Validator;
use serde_json::Value;

/// The committed schema of what a verb says to programs.
pub(crate) fn schema_of(verb: &str) -> Option<&'static str> {
    match verb {
        "validate" => Some("schema/problems.schema.json"),
        "plan" => Some("schema/plan.schema.json"),
        "apply" => Some("schema/report.schema.json"),
        "access" => Some("schema/access.schema.json"),
        "outputs" => Some("schema/outputs.schema.json"),
        "verify" => Some("schema/verification.schema.json"),
        _ => None,
    }
}

/// What checks documents by a schema. It takes a while to make, and many
/// documents have the same.
fn validator_of(schema: &'static str) -> Arc<Validator> {
    static KNOWN: Mutex<BTreeMap<&str, Arc<Validator>>> =
        Mutex::new(BTreeMap::new());
    let make = || {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(schema);
        let schema: Value =
            serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        Arc::new(jsonschema::validator_for(&schema).unwrap())
    };

    KNOWN
        .lock()
        .unwrap()
        .entry(schema)
        .or_insert_with(make)
        .clone()
}

/// What is wrong with a document that a run has written, which ended so.
pub(crate) fn check(
    schema: &'static str,
    text: &str,
    code: i32,
) -> Result<(), String> {
    let document: Value = serde_json::from_str(text)
        .map_err(|error| format!("no JSON: {error}: {text}"))?;

    let validator = validator_of(schema);
    let errors: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    if !errors.is_empty() {
        return Err(format!(
            "not as its schema: {}: {text}",
            errors.join("; ")
        ));
    }
    if document["exit_code"] != code {
        return Err(format!("another exit code: {text}"));
    }
    Ok(())
}
