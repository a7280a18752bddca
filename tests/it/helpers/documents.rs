//! What a run says to programs: it keeps to the committed schema, and tells of the end.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// The committed schema of what a verb says to programs.
pub(crate) fn schema_of(verb: &str) -> Option<&'static str> {
    match verb {
        "validate" => Some("schema/problems.schema.json"),
        "plan" => Some("schema/plan.schema.json"),
        "apply" => Some("schema/report.schema.json"),
        "access" => Some("schema/access.schema.json"),
        _ => None,
    }
}

/// What is wrong with a document that a run has written, which ended so.
pub(crate) fn check(schema: &str, document: &str, code: i32) -> Result<(), String> {
    let text = document;
    let document: Value =
        serde_json::from_str(text).map_err(|error| format!("no JSON: {error}: {text}"))?;
    let validator = {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(schema);
        let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        jsonschema::validator_for(&schema).unwrap()
    };

    let errors: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    if !errors.is_empty() {
        return Err(format!("not as its schema: {}: {text}", errors.join("; ")));
    }
    if document["exit_code"] != code {
        return Err(format!("another exit code: {text}"));
    }
    Ok(())
}
