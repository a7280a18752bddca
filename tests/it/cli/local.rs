//! The main job on the embedded provider.

use std::fs;
use std::process::Stdio;

use crate::cli::harness::{Place, STORY, example};

#[test]
fn applying_twice_writes_once() {
    let place = Place::new();
    place.write("grantry.yaml", STORY);
    let first = place
        .run(&["apply", "--auto-approve"])
        .exits(0);
    insta::assert_snapshot!("first_apply", first.stdout);
    let file = place.path(".grantry/tenant.json");
    let (bytes, changed) = (
        fs::read(&file).unwrap(),
        fs::metadata(&file)
            .unwrap()
            .modified()
            .unwrap(),
    );
    let second = place
        .run(&["apply", "--auto-approve"])
        .exits(0);
    insta::assert_snapshot!(second.stdout, @r"
    Tenant: local .grantry/tenant.json

    No changes. 3 objects are as declared.
    ");
    assert_eq!(fs::read(&file).unwrap(), bytes);
    assert_eq!(
        fs::metadata(&file)
            .unwrap()
            .modified()
            .unwrap(),
        changed
    );
}

#[test]
fn plan_says_by_its_exit_code_whether_there_are_changes() {
    let place = Place::new();
    place.write("grantry.yaml", STORY);
    place
        .run(&["plan", "--detailed-exitcode"])
        .exits(2);
    place.run(&["plan"]).exits(0);
    assert!(
        !place.path(".grantry").exists(),
        "a plan leaves no trace"
    );
    place
        .run(&["apply", "--auto-approve"])
        .exits(0);
    place
        .run(&["plan", "--detailed-exitcode"])
        .exits(0);
    let more = STORY.replace("an address }", "an address, read:maps: Read }");
    place.write("grantry.yaml", &more);
    let said = place
        .run(&["plan", "--detailed-exitcode"])
        .exits(2);
    insta::assert_snapshot!("one_scope_more", said.stdout);
}

#[test]
fn every_kind_of_edit_is_shown() {
    let place = Place::new();
    place.write("grantry.yaml", STORY);
    place
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let changed = STORY
        .replace("geocode:location", "locate:address")
        .replace(
            "name: Gift Deliveries",
            "name: Gifts, description: Sends \"gifts\"",
        )
        .replace(
            "clients:\n",
            "clients:\n  billing: { name: Billing }\n",
        );
    place.write("grantry.yaml", &changed);
    insta::assert_snapshot!(
        "every_kind_of_edit",
        place.run(&["plan"]).exits(0).stdout
    );
    let without_grant = STORY.split("grants:").next().unwrap();
    place.write(
        "grantry.yaml",
        &without_grant
            .replace("gift-deliveries", "billing")
            .replace("Gift", "Bill"),
    );
    insta::assert_snapshot!("orphans", place.run(&["plan"]).exits(0).stdout);
}

/// One half of a rotation after the other, and then all at once.
#[test]
fn a_rotation_of_keys_is_readable_at_80_columns() {
    let place = Place::new();
    let text = std::fs::read_to_string(example("keys/grantry.yaml")).unwrap();
    for key in [
        "public/billing-2026-11.pem",
        "public/billing-2027-02.pem",
    ] {
        place.write(
            key,
            &std::fs::read_to_string(example(&format!("keys/{key}"))).unwrap(),
        );
    }
    let (old, new) = text
        .split_once("          - name: 2027-02\n")
        .unwrap();
    let (new, grants) = new.split_once("\ngrants:").unwrap();
    let new = format!("          - name: 2027-02\n{new}");
    let (client, old) = old
        .split_once("          - name: 2026-11\n")
        .unwrap();
    let old = format!("          - name: 2026-11\n{old}");
    let mut said = String::new();
    for keys in [old.clone(), format!("{old}{new}"), new, old] {
        place.write(
            "grantry.yaml",
            &format!("{client}{keys}\ngrants:{grants}"),
        );
        said += &place.run(&["plan"]).exits(0).stdout;
        place
            .run(&["apply", "--auto-approve"])
            .exits(0);
    }
    insta::assert_snapshot!("rotation", said);
    let widest = said
        .lines()
        .map(|line| line.chars().count())
        .max();
    assert!(widest <= Some(80), "{widest:?}");
}

#[test]
fn colour_is_for_terminals_unless_asked_for() {
    let place = Place::new();
    place.write("grantry.yaml", STORY);
    assert!(
        !place
            .run(&["plan"])
            .exits(0)
            .stdout
            .contains('\u{1b}')
    );
    assert!(
        !place
            .run(&["plan", "--color", "never"])
            .exits(0)
            .stdout
            .contains('\u{1b}')
    );
    assert!(
        place
            .run(&["plan", "--color", "always"])
            .exits(0)
            .stdout
            .contains('\u{1b}')
    );
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let place = Place::new();
    let mut child = place
        .command(&["plan", &example("platform")])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Killed as soon as the file shows a part of the work, run after run; each
/// time the file is whole.
#[test]
fn kill_9_leaves_a_whole_file() {
    let place = Place::new();
    let (config, tenant) = (example("platform"), place.path("tenant.json"));
    let provider = format!("local:{}", tenant.display());
    let apply = [
        "apply",
        &config,
        "--provider",
        &provider,
        "--auto-approve",
    ];
    let mut seen = 0;
    for _ in 0..20 {
        let mut child = place
            .command(&apply)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while child.try_wait().unwrap().is_none() {
            let size =
                fs::metadata(&tenant).map_or(0, |metadata| metadata.len());
            if size > seen {
                break;
            }
            std::thread::yield_now();
        }
        // It may have ended by itself meanwhile.
        let _ = child.kill();
        child.wait().unwrap();
        place
            .run(&[
                "export",
                "--provider",
                &provider,
                "--stack",
                "platform",
            ])
            .exits(0);
        seen = fs::metadata(&tenant).unwrap().len();
    }
    place.run(&apply).exits(0);
    let plan = [
        "plan",
        &config,
        "--provider",
        &provider,
        "--detailed-exitcode",
    ];
    place.run(&plan).exits(0);
    let left = fs::read_dir(place.path("."))
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let strays: Vec<_> = left
        .filter(|name| {
            name.to_string_lossy()
                .contains("unfinished")
        })
        .collect();
    assert!(strays.is_empty(), "{strays:?}");
}

#[test]
fn each_example_settles_at_once() {
    for name in ["world-mappers.yaml", "platform", "keys"] {
        let (place, config) = (Place::new(), example(name));
        let provider = format!("local:{}", place.path("tenant.json").display());
        place
            .run(&[
                "apply",
                &config,
                "--provider",
                &provider,
                "--auto-approve",
            ])
            .exits(0);
        place
            .run(&[
                "plan",
                &config,
                "--provider",
                &provider,
                "--detailed-exitcode",
            ])
            .exits(0);
    }
}

/// Asked to stop as soon as the file shows a part of the work: what is
/// in flight is finished, the report says what was not tried, and
/// another run does the rest.
#[cfg(unix)]
#[test]
fn asked_to_stop_it_reports_what_it_did() {
    let place = Place::new();
    let (config, tenant) = (example("platform"), place.path("tenant.json"));
    let provider = format!("local:{}", tenant.display());
    let apply = [
        "apply",
        &config,
        "--provider",
        &provider,
        "--auto-approve",
    ];
    let mut command = place.command(&apply);
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !tenant.exists() {
        std::thread::yield_now();
    }
    let id = child.id().to_string();
    std::process::Command::new("kill")
        .args(["-TERM", &id])
        .status()
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let report = String::from_utf8(output.stdout).unwrap();
    let applied = report.matches("  applied  ").count();
    let not_tried = report.matches("  not tried").count();
    assert_eq!(applied + not_tried, 103, "{report}");
    assert_eq!(
        output.status.code(),
        Some(if not_tried == 0 { 0 } else { 5 }),
        "{report}"
    );
    place.run(&apply).exits(0);
    let plan = [
        "plan",
        &config,
        "--provider",
        &provider,
        "--detailed-exitcode",
    ];
    place.run(&plan).exits(0);
}

/// The disk is full in the middle of an apply: what the report says was applied
/// is in the file, nothing else is, and another run does the rest.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_what_was_reported() {
    let place = Place::new();
    let (config, tenant) = (example("platform"), place.path("tenant.json"));
    let provider = format!("local:{}", tenant.display());
    let apply = [
        "apply",
        &config,
        "--provider",
        &provider,
        "--auto-approve",
    ];

    // No file may grow beyond 16 KiB: enough for the APIs and
    // not for all of the clients.
    let limited = "trap '' XFSZ; ulimit -f 32; exec \"$0\" \"$@\"";
    let output = std::process::Command::new("sh")
        .args(["-c", limited, env!("CARGO_BIN_EXE_grantry")])
        .args(apply)
        .current_dir(place.path("."))
        .output()
        .unwrap();
    let report = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(5), "{report}");
    let applied = report.matches("  applied  ").count();
    assert!((1..103).contains(&applied), "{report}");
    let lines = fs::read_to_string(&tenant)
        .unwrap()
        .lines()
        .count();
    assert_eq!(lines, 1 + applied, "{report}");

    let rest = place.run(&apply).exits(0).stdout;
    assert_eq!(
        rest.matches("  applied  ").count(),
        103 - applied,
        "{rest}"
    );
}

/// The folder that nobody asked for ignores itself for Git;
/// nobody else's is touched.
#[test]
fn the_default_folder_ignores_itself() {
    let place = Place::new();
    place.write("grantry.yaml", STORY);
    place
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let ignore = place.path(".grantry/.gitignore");
    assert_eq!(fs::read_to_string(&ignore).unwrap(), "*\n");
    fs::remove_file(&ignore).unwrap();
    fs::remove_file(place.path(".grantry/tenant.json")).unwrap();
    place
        .run(&["apply", "--auto-approve"])
        .exits(0);
    assert!(!ignore.exists(), "the folder was there");

    place
        .run(&[
            "apply",
            "--auto-approve",
            "--provider",
            "local:mine/tenant.json",
        ])
        .exits(0);
    assert!(!place.path("mine/.gitignore").exists());
}
