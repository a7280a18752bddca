//! A plan that somebody has changed since it was kept approves nothing. What an
//! untouched one approves is told in `tests/stories`.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

const BEFORE: &str = "stack: maps\nclients: { courier: { name: Courier }, gone: { name: Gone } }\n";
const AFTER: &str =
    "stack: maps\nprune: true\nclients: { courier: { name: Bearer } }\n";

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

/// How an apply ends by a plan that was changed so, and
/// whether the tenant is as it was.
fn apply_changed(plan: &[&str], change: impl Fn(&mut Value)) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("grantry.yaml"), BEFORE).unwrap();
    assert_eq!(run(folder, &["apply", "--auto-approve"]).0, 0);

    fs::write(folder.join("grantry.yaml"), AFTER).unwrap();
    run(
        folder,
        &[&["plan", "--out", "plan.json"], plan].concat(),
    );
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

/// How an apply of a plan ends that was made with the one configuration and
/// options, and is applied with the others: its code, and all that it says.
fn apply_elsewhere(
    (planned_for, planned): (&str, &[&str]),
    (applied_for, applied): (&str, &[&str]),
) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let access = folder
        .path()
        .canonicalize()
        .unwrap()
        .join("access");
    fs::create_dir_all(access.join("nested")).unwrap();
    // Whoever names a file by its whole path names one of this checkout.
    let whole = access.display().to_string();
    let run = |configuration: &str, arguments: &[&str]| {
        fs::write(access.join("grantry.yaml"), configuration).unwrap();
        let arguments = arguments
            .iter()
            .map(|text| text.replace("WHOLE", &whole));
        let output = Command::new(env!("CARGO_BIN_EXE_grantry"))
            .args(arguments)
            .current_dir(folder.path())
            .env_clear()
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (
            output.status.code().unwrap(),
            String::from_utf8(said).unwrap(),
        )
    };

    let plan = [
        "plan",
        "access/grantry.yaml",
        "--out",
        "plan.json",
    ];
    let (code, said) = run(planned_for, &[&plan[..], planned].concat());
    assert_eq!(code, 0, "{said}");
    let kept = fs::read_to_string(folder.path().join("plan.json")).unwrap();
    assert!(
        !kept.contains(&whole),
        "the plan names this machine: {kept}"
    );
    run(applied_for, applied)
}

const HERE: &str = "stack: maps\nclients: { courier: { name: Courier } }\n";
const APPLY: [&str; 4] = [
    "apply",
    "access/grantry.yaml",
    "--plan",
    "plan.json",
];

fn in_file(file: &str) -> String {
    format!("{HERE}provider: {{ local: {{ file: {file} }} }}\n")
}

#[test]
fn a_plan_for_one_local_tenant_approves_nothing_of_another() {
    let provider = |file: &str| format!("local:{file}");
    for (planned, applied, named) in [
        (
            "access/a.json",
            "access/b.json",
            ("a.json", "b.json"),
        ),
        (
            "a.json",
            "access/a.json",
            ("../a.json", "a.json"),
        ),
        (
            "access/a.json",
            "access/nested/a.json",
            ("a.json", "nested/a.json"),
        ),
    ] {
        let (planned, applied) = (provider(planned), provider(applied));
        let apply = [&APPLY[..], &["--provider", &applied]].concat();
        let (code, said) = apply_elsewhere(
            (HERE, &["--provider", &planned]),
            (HERE, &apply),
        );
        assert_eq!(code, 4, "{planned}, {applied}: {said}");
        let (was, is) = named;
        let reason = format!("is for the tenant {was}, and this is {is}");
        assert!(said.contains(&reason), "{said}");
    }

    let (a, b) = (in_file("a.json"), in_file("b.json"));
    let (code, said) = apply_elsewhere((&a, &[]), (&b, &APPLY));
    assert_eq!(code, 4, "{said}");
    assert!(
        said.contains("is for the tenant a.json, and this is b.json"),
        "{said}"
    );
}

/// The same file by another name, and the same checkout at
/// another place, are one tenant.
#[test]
fn a_plan_for_a_local_tenant_holds_however_its_file_is_named() {
    let (a, in_steps) = (in_file("a.json"), in_file("./a.json"));
    for (planned, applied) in [
        ((&*a, ""), (&*in_steps, "")),
        ((&*a, ""), (HERE, "local:access/a.json")),
        (
            (HERE, "local:access/a.json"),
            (HERE, "local:./access/nested/../a.json"),
        ),
        ((HERE, "local:WHOLE/a.json"), (&*a, "")),
        (
            (HERE, "local:a.json"),
            (HERE, "local:access/../a.json"),
        ),
    ] {
        let options = |provider: &'static str| match provider {
            "" => Vec::new(),
            provider => vec!["--provider", provider],
        };
        let apply = [&APPLY[..], &options(applied.1)].concat();
        let (code, said) = apply_elsewhere(
            (planned.0, &options(planned.1)),
            (applied.0, &apply),
        );
        assert_eq!(code, 0, "{planned:?}, {applied:?}: {said}");
    }
}

#[test]
fn a_plan_as_it_was_kept_is_applied_whatever_its_layout() {
    assert_eq!(apply_changed(&[], |_| {}).0, 0);
}

#[test]
fn whatever_is_done_or_relied_on_cannot_be_changed() {
    let changes: [Tampering; 8] = [
        ("stack", |plan| plan["stack"] = json!("atlas")),
        ("tenant", |plan| {
            plan["tenant_hash"] = json!("00000000");
        }),
        ("provider", |plan| {
            plan["provider"] = json!("auth0");
        }),
        ("verdict", |plan| {
            plan["verdict"] = json!("adoptions-only");
        }),
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
            plan["changes"]
                .as_array_mut()
                .unwrap()
                .pop();
        }),
    ];
    for (what, change) in changes {
        let (code, said) = apply_changed(&[], |document| {
            change(&mut document["plans"][0]);
        });
        assert_eq!(code, 1, "{what}: {said}");
        assert!(
            said.contains("somebody has changed it"),
            "{what}: {said}"
        );
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
            plan.as_object_mut()
                .unwrap()
                .remove("hash");
        }),
    ];
    for (what, remove) in removed {
        let (code, said) = apply_changed(&[], |document| {
            remove(&mut document["plans"][0]);
        });
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
        document
            .as_object_mut()
            .unwrap()
            .remove("error");
        document["plans"][0]["verdict"] = json!("changes");
        document["plans"][0]["refusals"] = json!([]);
    });
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("somebody has changed it"),
        "{said}"
    );
}
