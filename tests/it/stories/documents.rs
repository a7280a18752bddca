//! What each command of a story says to programs: it keeps to the committed schema, and tells of the end.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// The committed schema of what a verb says to programs.
pub(crate) fn schema_of(verb: &str) -> Option<&'static str> {
    match verb {
        "validate" => Some("schema/problems.schema.json"),
        "plan" => Some("schema/plan.schema.json"),
        "apply" => Some("schema/report.schema.json"),
        _ => None,
    }
}

/// Checks a document that a run has written, which ended so.
pub(crate) fn check(schema: &str, document: &Path, code: i32) {
    let text = fs::read_to_string(document).unwrap();
    // What is not understood leaves no document behind.
    if text.is_empty() {
        assert_eq!(code, 64, "no document");
        return;
    }

    let document: Value = serde_json::from_str(&text).unwrap();
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, [""; 0], "{text}");
    assert_eq!(document["exit_code"], code, "{text}");
}
