//! Problems in the form that code scanners exchange: SARIF 2.1.0.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::document::{PlaceView, ProblemLevel, ProblemView, ProblemsDocument};

/// The problems of a configuration as the result of one run.
#[must_use]
pub fn problems(document: &ProblemsDocument) -> Json {
    let ids: BTreeSet<&str> = document
        .problems
        .iter()
        .map(|problem| &*problem.id)
        .collect();
    let rules: Vec<Json> = ids.iter().map(|id| json!({ "id": id })).collect();
    let results: Vec<Json> = document.problems.iter().map(result).collect();

    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "grantry",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{ "executionSuccessful": true }],
            "results": results,
        }],
    })
}

fn result(problem: &ProblemView) -> Json {
    let level = match problem.level {
        ProblemLevel::Error => "error",
        ProblemLevel::Warning => "warning",
    };
    let message = match &problem.next_step {
        Some(step) => format!("{}\n{step}", problem.message),
        None => problem.message.clone(),
    };
    let related = problem.related.iter().map(|related| {
        let mut location = location(&related.place);
        location["message"] = json!({ "text": related.message });
        location
    });

    json!({
        "ruleId": problem.id,
        "level": level,
        "message": { "text": message },
        "locations": [location(&problem.place)],
        "relatedLocations": related.collect::<Vec<_>>(),
    })
}

fn location(place: &PlaceView) -> Json {
    let mut physical = json!({ "artifactLocation": { "uri": uri_of(&place.file) } });
    if let Some(line) = place.line {
        physical["region"] = json!({
            "startLine": line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        });
    }
    json!({ "physicalLocation": physical })
}

/// A path as a relative reference: only what may stand there as it is, all else by number.
fn uri_of(path: &str) -> String {
    let may_stand =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~');
    let written = path.bytes().map(|byte| {
        if may_stand(byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });

    written.collect()
}
