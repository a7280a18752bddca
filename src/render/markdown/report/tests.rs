use serde_json::{Value, json};

use super::*;
use crate::render::github;

/// What was applied, all of it, with what is known of twins.
fn document(twins: &Value, unknown: Option<&str>) -> ReportDocument {
    let plan = json!({
        "stack": "maps", "provider": "auth0", "tenant": "t", "verdict": "changes",
        "counts": {
            "create": 1, "adopt": 0, "update": 0, "release": 0, "delete": 0, "unchanged": 0,
        },
        "changes": [{
            "address": { "kind": "client", "client": { "named_by": "key", "value": "courier" } },
            "name": "clients.courier", "action": "create", "edits": [],
        }],
        "deliveries": [], "access": { "gained": [], "lost": [] },
        "notes": [], "refusals": [], "conflicts": [],
    });
    let report = json!({
        "plan": plan, "verdict": "applied",
        "counts": { "applied": 1, "failed": 0, "blocked": 0, "unknown": 0, "not_tried": 0 },
        "outcomes": [], "twins": twins, "twins_unknown": unknown,
    });

    let document = json!({
        "format": "grantry/report", "version": "1", "exit_code": 5, "reports": [report],
    });
    serde_json::from_value(document).unwrap()
}

#[test]
fn what_is_not_known_of_twins_is_said() {
    let doubtful = document(&json!([]), Some("the tenant\nis `silent`"));
    let said = "whether a client was created twice is not known";

    let first = format!("`maps`: **applied**: 1 change, but {said}");
    assert_eq!(headline(&doubtful), first);
    let comment = reports(&doubtful);
    assert!(
        comment.contains(&format!(
            "- {said}: `` the tenant\\nis `silent` ``"
        )),
        "{comment}"
    );
    assert!(
        comment.contains("plan again to see"),
        "{comment}"
    );

    let commands = github::reports(&doubtful);
    let error = format!(
        "::error title=twins-unknown::{said}: the tenant%0Ais \
         `silent`%0Aplan again to see\n"
    );
    assert!(commands.contains(&error), "{commands}");
    assert!(
        commands.contains("applied**: 1 change, but whether"),
        "{commands}"
    );
}

#[test]
fn a_client_that_is_there_twice_is_not_all_well() {
    let twin = |key: &str| json!({ "key": key, "id": "same-mark", "message": "two of it" });

    for (twins, said) in [
        (json!([]), ""),
        (
            json!([twin("a")]),
            ", but 1 client is there twice",
        ),
        (
            json!([twin("a"), twin("b")]),
            ", but 2 clients are there twice",
        ),
    ] {
        let first = format!("`maps`: **applied**: 1 change{said}");
        assert_eq!(headline(&document(&twins, None)), first);
    }
}
