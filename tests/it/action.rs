//! The action for GitHub, as its runner runs it: what it says, its outputs, and
//! its exit code, which is never swallowed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::helpers::bless;

const RUN: &str = ".github/actions/grantry/run";

const CONFIGURATION: &str =
    "stack: maps\nclients: { courier: { name: Courier } }\n";

/// A step of the action in a folder: how it ends, and its outputs.
fn step(
    folder: &Path,
    inputs: &[(&str, &str)],
) -> (i32, BTreeMap<String, String>, String) {
    let outputs = folder.join("outputs");
    let _ = fs::remove_file(&outputs);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(RUN);
    let output = Command::new("bash")
        .arg(script)
        .current_dir(folder)
        .env_clear()
        .env("GITHUB_OUTPUT", &outputs)
        .env("GRANTRY_BINARY", env!("CARGO_BIN_EXE_grantry"))
        .env("GRANTRY_INPUT_PROVIDER", "local:tenant.json")
        .envs(inputs.iter().copied())
        .output()
        .unwrap();

    let written = fs::read_to_string(&outputs).unwrap_or_default();
    let lines = written
        .lines()
        .map(|line| line.split_once('=').unwrap());
    let outputs =
        lines.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let said =
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (
        output.status.code().unwrap(),
        outputs.collect(),
        said,
    )
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("grantry.yaml"),
        CONFIGURATION,
    )
    .unwrap();
    folder
}

#[test]
fn a_plan_is_kept_and_applied_and_then_there_is_no_drift() {
    let folder = folder();
    let plan = [
        ("GRANTRY_COMMAND", "plan"),
        ("GRANTRY_FILE_OUT", "plan.json"),
    ];
    let (code, outputs, said) = step(folder.path(), &plan);
    assert_eq!(
        (code, outputs["exit-code"].as_str()),
        (0, "0"),
        "{said}"
    );
    assert_eq!(outputs["verdict"], "changes");
    assert_eq!(outputs["create"], "1");
    assert_eq!(outputs["plan-hash"].len(), 64);

    let apply = [
        ("GRANTRY_COMMAND", "apply"),
        ("GRANTRY_INPUT_PLAN", "plan.json"),
    ];
    let (code, outputs, said) = step(folder.path(), &apply);
    assert_eq!(
        (code, outputs["applied"].as_str()),
        (0, "1"),
        "{said}"
    );

    let (code, outputs, said) =
        step(folder.path(), &[("GRANTRY_COMMAND", "drift")]);
    assert_eq!(
        (code, outputs["drift"].as_str()),
        (0, "0"),
        "{said}"
    );
}

#[test]
fn the_end_of_the_run_is_the_end_of_the_step() {
    let folder = folder();
    let (code, outputs, said) =
        step(folder.path(), &[("GRANTRY_COMMAND", "drift")]);
    assert_eq!(
        (code, outputs["drift"].as_str()),
        (2, "1"),
        "{said}"
    );

    let apply = [
        ("GRANTRY_COMMAND", "apply"),
        ("GRANTRY_INPUT_PLAN", "missing.json"),
    ];
    let (code, outputs, said) = step(folder.path(), &apply);
    assert_eq!(
        (code, outputs["exit-code"].as_str()),
        (1, "1"),
        "{said}"
    );

    fs::write(folder.path().join("grantry.yaml"), "stack: 1\n").unwrap();
    let (code, outputs, said) = step(
        folder.path(),
        &[("GRANTRY_COMMAND", "validate")],
    );
    assert_eq!(
        (code, outputs["problems"].as_str()),
        (1, "1"),
        "{said}"
    );
    assert!(
        said.contains("::error file=grantry.yaml,line=1,"),
        "{said}"
    );

    let (code, _, said) =
        step(folder.path(), &[("GRANTRY_COMMAND", "destroy")]);
    assert_eq!(code, 64, "{said}");
}

#[test]
fn no_input_is_read_as_code() {
    let folder = folder();
    let hostile = "$(touch broken)`touch broken`; touch broken\n--provider=local:other.json";
    let inputs = [
        ("GRANTRY_COMMAND", "validate"),
        ("GRANTRY_CONFIG", hostile),
    ];
    let (code, _, said) = step(folder.path(), &inputs);
    assert_eq!(code, 1, "{said}");
    assert!(!folder.path().join("broken").exists());
}

#[test]
fn the_action_is_the_generated_one() {
    let output = Command::new(env!("CARGO_BIN_EXE_grantry"))
        .args(["schema", "github-action"])
        .output()
        .unwrap();
    let generated = String::from_utf8(output.stdout).unwrap();
    bless::compare(".github/actions/grantry/action.yml", &generated);
}
