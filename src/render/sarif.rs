//! Problems in the form that code scanners exchange: SARIF 2.1.0.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::document::{
    FailureView, FindingView, PlaceView, ProblemLevel, ProblemView,
    ProblemsDocument,
};
use super::text::with_step;
use super::weight::waived;

/// The problems of a configuration as the result of one run.
#[must_use]
pub fn problems(document: &ProblemsDocument) -> Json {
    let of_problems = document
        .problems
        .iter()
        .map(|problem| &*problem.id);
    let of_findings = document
        .findings
        .iter()
        .map(|finding| &*finding.id);
    let ids: BTreeSet<&str> = of_problems.chain(of_findings).collect();
    let rules: Vec<Json> = ids
        .iter()
        .map(|id| json!({ "id": id }))
        .collect();
    let problems = document.problems.iter().map(of_problem);
    let findings = document.findings.iter().map(of_finding);
    let results: Vec<Json> = problems.chain(findings).collect();

    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "grantry",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            // Columns are counted in characters here; the other choice of the
            // format is UTF-16.
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation(document.error.as_ref())],
            "results": results,
        }],
    })
}

/// How the search itself went.
fn invocation(error: Option<&FailureView>) -> Json {
    let Some(FailureView { advice, .. }) = error else {
        // Also where there are problems: they are what was looked for.
        return json!({ "executionSuccessful": true });
    };

    let notification = json!({
        "descriptor": { "id": advice.id },
        "level": "error",
        "message": { "text": advice.message },
    });
    json!({
        "executionSuccessful": false,
        "toolConfigurationNotifications": [notification],
    })
}

fn of_problem(problem: &ProblemView) -> Json {
    let related = problem.related.iter().map(|related| {
        let mut location = locate(&related.place);
        location["message"] = json!({ "text": related.message });
        location
    });
    let next_step = problem.next_step.as_deref();
    let text = with_step(&problem.message, next_step);

    json!({
        "ruleId": problem.id,
        "level": level(problem.level),
        "message": { "text": text },
        "locations": [locate(&problem.place)],
        "relatedLocations": related.collect::<Vec<_>>(),
    })
}

/// What is waived is suppressed.
fn of_finding(finding: &FindingView) -> Json {
    let suppressions = finding.waiver.iter().map(|waiver| {
        let justification = waived(&waiver.reason, &waiver.until);
        // The waiver stands in the base, and not beside what it is about.
        json!({ "kind": "external", "justification": justification })
    });
    let next_step = finding.next_step.as_deref();
    let text = with_step(&finding.message_now(), next_step);

    json!({
        "ruleId": finding.id,
        // Also where it is waived: that it does not count is said by the
        // suppression.
        "level": level(finding.level),
        "message": { "text": text },
        "locations": finding.place_now.iter().map(locate).collect::<Vec<_>>(),
        "suppressions": suppressions.collect::<Vec<_>>(),
    })
}

fn level(level: ProblemLevel) -> &'static str {
    match level {
        ProblemLevel::Error => "error",
        ProblemLevel::Warning => "warning",
    }
}

fn locate(place: &PlaceView) -> Json {
    let mut physical =
        json!({ "artifactLocation": { "uri": uri_of(&place.file) } });
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

/// A path as a relative reference: only what may stand there as
/// it is, all else by number.
fn uri_of(path: &str) -> String {
    let may_stand = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~')
    };
    let written = path.bytes().map(|byte| {
        if may_stand(byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });

    written.collect()
}
