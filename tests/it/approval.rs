//! A plan that somebody has changed since it was kept approves nothing. What an untouched one approves is told in
//! `tests/stories`.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

const BEFORE: &str = "stack: maps\nclients: { courier: { name: Courier }, gone: { name: Gone } }\n";
const AFTER: &str = "stack: maps\nprune: true\nclients: { courier: { name: Bearer } }\n";

fn run(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_grantry"))
        .args(arguments)
        .args(["--provider", "local:tenant.json"])
        .current_dir(folder)
        .env_clear()
        .output()
        .unwrap();

    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), said)
}

/// What is done to a plan, and what it is called.
type Tampering = (&'static str, fn(&mut Value));

/// How an apply ends by a plan that was changed so, and whether the tenant is as it was.
fn apply_changed(plan: &[&str], change: impl Fn(&mut Value)) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("grantry.yaml"), BEFORE).unwrap();
    assert_eq!(run(folder, &["apply", "--auto-approve"]).0, 0);

    fs::write(folder.join("grantry.yaml"), AFTER).unwrap();
    run(folder, &[&["plan", "--out", "plan.json"], plan].concat());
    let text = fs::read_to_string(folder.join("plan.json")).unwrap();
    let mut document: Value = serde_json::from_str(&text).unwrap();
    change(&mut document);
    fs::write(folder.join("plan.json"), document.to_string()).unwrap();

    let tenant = fs::read(folder.join("tenant.json")).unwrap();
    let (code, said) = run(folder, &["apply", "--plan", "plan.json"]);
    let is_as_it_was = fs::read(folder.join("tenant.json")).unwrap() == tenant;
    assert_eq!(is_as_it_was, code != 0, "{said}");
    (code, said)
}

#[test]
fn a_plan_as_it_was_kept_is_applied_whatever_its_layout() {
    assert_eq!(apply_changed(&[], |_| {}).0, 0);
}

#[test]
fn whatever_is_done_or_relied_on_cannot_be_changed() {
    let changes: [Tampering; 8] = [
        ("stack", |plan| plan["stack"] = json!("atlas")),
        ("tenant", |plan| plan["tenant_hash"] = json!("00000000")),
        ("provider", |plan| plan["provider"] = json!("auth0")),
        ("verdict", |plan| plan["verdict"] = json!("adoptions-only")),
        ("action", |plan| {
            plan["changes"][0]["action"] = json!("release");
        }),
        ("edit", |plan| {
            plan["changes"][0]["edits"][0]["after"] = json!("Other");
        }),
        ("precondition", |plan| {
            plan["changes"][0]["precondition"] = json!("00");
        }),
        ("one change less", |plan| {
            plan["changes"].as_array_mut().unwrap().pop();
        }),
    ];
    for (what, change) in changes {
        let (code, said) = apply_changed(&[], |document| change(&mut document["plans"][0]));
        assert_eq!(code, 1, "{what}: {said}");
        assert!(said.contains("somebody has changed it"), "{what}: {said}");
    }
}

#[test]
fn what_a_plan_relies_on_cannot_be_left_out() {
    let removed: [Tampering; 2] = [
        ("precondition", |plan| {
            plan["changes"][0]
                .as_object_mut()
                .unwrap()
                .remove("precondition");
        }),
        ("hash", |plan| {
            plan.as_object_mut().unwrap().remove("hash");
        }),
    ];
    for (what, remove) in removed {
        let (code, said) = apply_changed(&[], |document| remove(&mut document["plans"][0]));
        assert_eq!(code, 1, "{what}: {said}");
        assert!(
            said.contains("it does not say what its plan"),
            "{what}: {said}"
        );
    }
}

#[test]
fn a_refused_plan_approves_nothing_whatever_is_written_over_it() {
    let refused = ["--max-deletes", "0"];
    let (code, said) = apply_changed(&refused, |document| {
        document.as_object_mut().unwrap().remove("error");
        document["plans"][0]["verdict"] = json!("changes");
        document["plans"][0]["refusals"] = json!([]);
    });
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("somebody has changed it"), "{said}");
}
