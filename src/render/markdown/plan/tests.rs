use serde_json::{Value, json};

use super::*;

/// So many plans of one run, each with notes and changes.
fn document(plans: usize, changes: usize) -> PlanDocument {
    let change = |number: usize| {
        json!({
            "address": { "kind": "resource_server", "identifier": format!("urn:{number}") },
            "name": format!("resource_servers.api{number}"),
            "action": "delete",
            "edits": [{ "path": ["name"], "change": "removed", "before": "x".repeat(200) }],
        })
    };
    let said = json!({ "id": "note", "message": "something was seen" });
    let plan = |number: usize| {
        json!({
            "stack": format!("stack-{number}"), "provider": "local", "tenant": "t.json",
            "verdict": "changes",
            "counts": {
                "create": 0, "adopt": 0, "update": 0, "release": 0, "delete": changes,
                "unchanged": 0,
            },
            "changes": (0..changes).map(change).collect::<Vec<Value>>(),
            "deliveries": [], "access": { "gained": [], "lost": [] },
            "notes": [said], "refusals": [], "conflicts": [],
        })
    };

    let document = json!({
        "format": "grantry/plan", "version": "1", "exit_code": 0,
        "plans": (0..plans).map(plan).collect::<Vec<Value>>(),
    });
    serde_json::from_value(document).unwrap()
}

#[test]
fn what_is_deleted_is_named_however_many_plans_there_are() {
    let mut many = document(110, 1);
    for plan in &mut many.plans[1..] {
        plan.changes[0].action = ActionView::Create;
    }
    let text = plans(&many);
    assert!(text.len() <= MOST, "{}", text.len());
    let deleted = "> To be deleted:\n> - `stack-0`: `resource_servers.api0`\n";
    assert!(text.contains(deleted), "{text:.2000}");
}

#[test]
fn nothing_is_left_out_without_a_word() {
    for (plans_of_run, changes) in [
        (1, 1),
        (1, 3_000),
        (20, 100),
        (100, 20),
        (400, 5),
    ] {
        let text = plans(&document(plans_of_run, changes));
        assert!(
            text.len() <= MOST,
            "{plans_of_run}, {changes}: {}",
            text.len()
        );

        let is_whole = plans_of_run * changes == 1;
        assert_eq!(
            text.contains("no room here"),
            !is_whole,
            "{text:.2000}"
        );
        let named = (0..plans_of_run)
            .filter(|number| text.contains(&format!("stack-{number}`")))
            .count();
        let tail = format!(
            "There is no room here for {} plan",
            plans_of_run - named
        );
        assert!(
            named == plans_of_run || text.contains(&tail),
            "{named}: {text:.2000}"
        );
    }
}
