//! Being asked to stop in the middle of an apply, by whatever signal.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, ExitStatus, Stdio};

use serde_json::Value;

use crate::cli::harness::Place;
use crate::cli::serving::Emulator;
use crate::helpers::side_by_side::all_at_once;

const CLIENTS: usize = 20;

/// A tenant that takes its time, so that there is a middle.
fn tenant() -> (Emulator, Place) {
    slow_tenant("100ms")
}

fn slow_tenant(latency: &str) -> (Emulator, Place) {
    let emulator = Emulator::start(&Place::new(), &["--latency", latency]);
    let place = Place::new().with(&emulator.environment);
    let clients: Vec<String> = (0..CLIENTS)
        .map(|number| format!("  c{number}: {{ name: C{number} }}\n"))
        .collect();
    let clients = clients.concat();
    place.write(
        "grantry.yaml",
        &format!("stack: maps\nclients:\n{clients}"),
    );
    (emulator, place)
}

const APPLY: [&str; 4] = ["apply", "--provider", "auth0", "--auto-approve"];

/// Sends a signal to a run as soon as it has created a client, and each further
/// one as soon as it has said that it stops: how it ends, and its report.
fn interrupt(run: &mut Command, signals: &[&str]) -> (ExitStatus, String) {
    let cues = ["POST /api/v2/clients", "Stopping"];
    interrupt_at(
        run.arg("-vv"),
        signals.iter().copied().zip(cues),
    )
}

/// Sends each signal as soon as a run has said its cue.
fn interrupt_at<'a>(
    run: &mut Command,
    signals: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> (ExitStatus, String) {
    let mut run = run
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut talk = BufReader::new(run.stderr.take().unwrap());
    let mut line = String::new();
    for (signal, cue) in signals {
        while !line.contains(cue) {
            line.clear();
            assert_ne!(
                talk.read_line(&mut line).unwrap(),
                0,
                "it did not come to `{cue}`"
            );
        }
        send(signal, &run);
    }

    let mut report = String::new();
    run.stdout
        .take()
        .unwrap()
        .read_to_string(&mut report)
        .unwrap();
    talk.read_to_string(&mut line).unwrap();
    (run.wait().unwrap(), report)
}

fn send(signal: &str, process: &Child) {
    let id = process.id().to_string();
    let sent = Command::new("kill")
        .args([&format!("-{signal}"), &id])
        .status()
        .unwrap();
    assert!(sent.success());
}

/// Whether nobody can send the signal, because the tests
/// themselves were begun by `nohup`.
fn is_hangup_ignored() -> bool {
    let status =
        std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.is_some_and(|digits| {
        digits.ends_with(['1', '3', '5', '7', '9', 'b', 'd', 'f'])
    })
}

/// By a service manager, at the keyboard, or by a terminal that goes
/// away: the system and the shell both tell of that, also where
/// somebody has asked before.
#[test]
fn it_reports_what_it_did_and_gives_the_lock_back() {
    let ways = [
        &["TERM"][..],
        &["INT"],
        &["HUP"],
        &["HUP", "HUP"],
        &["INT", "HUP"],
    ];
    all_at_once(ways, |signals| {
        if signals.contains(&"HUP") && is_hangup_ignored() {
            return;
        }

        let (emulator, place) = tenant();
        let mut run = place.command(&APPLY);
        let (status, report) =
            interrupt(run.args(["--parallelism", "1"]), signals);
        let applied = report.matches("  applied  ").count();
        let not_tried = report.matches("  not tried").count();
        assert_eq!(
            applied + not_tried,
            CLIENTS,
            "{signals:?}: {status}\n{report}"
        );
        assert_ne!(not_tried, 0, "{signals:?}\n{report}");
        assert_eq!(status.code(), Some(5), "{signals:?}\n{report}");

        let said = place
            .run(&["unlock", "--provider", "auth0"])
            .exits(0)
            .stdout;
        assert!(
            said.starts_with("Not locked."),
            "{signals:?}: {said}"
        );
        let rest = place.run(&APPLY).exits(0).stdout;
        assert_eq!(
            rest.matches("  applied  ").count(),
            not_tried,
            "{signals:?}\n{rest}"
        );
        emulator.stop();
    });
}

/// What it did not reach is listed, and nothing was written there.
#[test]
fn a_run_over_several_environments_begins_no_other_after_it_was_stopped() {
    let (emulator, place) = tenant();
    let place = place.with(&emulator.environment_with("__FIRST"));
    let text = std::fs::read_to_string(place.path("grantry.yaml")).unwrap();
    let provider =
        |file: &str| format!("provider: {{ local: {{ file: {file}.json }} }}");
    let text = format!(
        "{text}environments:\n  first: {{ provider: auth0 }}\n  second: {{ {} }}\n  third: {{ {} }}\n",
        provider("second"),
        provider("third")
    );
    place.write("grantry.yaml", &text);
    let mut run = place.command(&[
        "apply",
        "--all-envs",
        "--auto-approve",
        "--format",
        "json",
    ]);
    let (status, report) =
        interrupt(run.args(["--parallelism", "1"]), &["TERM"]);
    assert_eq!(status.code(), Some(5), "{report}");

    let report: Value = serde_json::from_str(&report).unwrap();
    let results = report["environments"]["results"]
        .as_array()
        .unwrap();
    let codes: Vec<&Value> = results
        .iter()
        .map(|result| &result["exit_code"])
        .collect();
    assert_eq!(codes, [5, 1, 1]);
    for left in &results[1..] {
        assert_eq!(left["error"]["id"], "not-reached");
        let file = format!("{}.json", left["environment"].as_str().unwrap());
        assert!(!place.path(&file).exists(), "{file}");
    }
    emulator.stop();
}

/// Nothing was written then, so that is what every face says.
#[test]
fn a_run_that_is_stopped_while_it_reads_says_so_in_every_face() {
    let faces = [
        "-v",
        "--format",
        "json",
        "--markdown",
        "said.md",
    ];
    let verbs: [&[&str]; 2] = [&["plan", "--provider", "auth0"], &APPLY];
    all_at_once(verbs, |verb| {
        let (emulator, place) = slow_tenant("20s");
        let mut run = place.command(&[verb, &faces].concat());
        let (status, said) =
            interrupt_at(&mut run, [("TERM", "reading the tenant")]);

        assert_eq!(status.code(), Some(1), "{said}");
        let document: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(document["exit_code"], 1, "{said}");
        assert_eq!(document["error"]["id"], "stopped", "{said}");
        let comment = std::fs::read_to_string(place.path("said.md")).unwrap();
        assert!(
            comment.contains("`stopped; nothing was changed`"),
            "{comment}"
        );
        emulator.stop();
    });
}

/// Nobody waited for what was in flight, so nobody may be
/// told that it was not made.
#[test]
fn a_run_that_is_given_up_is_said_to_be_applied_in_part() {
    let (emulator, place) = slow_tenant("1s");
    let mut run = place.command(&APPLY);
    run.args([
        "--parallelism",
        "1",
        "--format",
        "json",
        "--markdown",
        "said.md",
    ]);
    let (status, said) = interrupt(&mut run, &["INT", "INT"]);

    assert_eq!(status.code(), Some(5), "{said}");
    let document: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(document["error"]["id"], "given-up", "{said}");
    assert_eq!(
        document["reports"][0]["verdict"], "in-part",
        "{said}"
    );
    let comment = std::fs::read_to_string(place.path("said.md")).unwrap();
    let first = format!(
        "`maps`: **given up**: some of {CLIENTS} changes may have been made\n"
    );
    assert!(comment.starts_with(&first), "{comment}");
    emulator.stop();
}

/// As `nohup` begins it.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_that_was_not_to_matter_may_go_away() {
    let (emulator, place) = tenant();
    let mut run =
        place.command_of_shell("trap '' HUP; exec \"$0\" \"$@\"", &APPLY);
    let (status, report) = interrupt(&mut run, &["HUP"]);
    assert_eq!(
        report.matches("  applied  ").count(),
        CLIENTS,
        "{status}\n{report}"
    );
    assert_eq!(status.code(), Some(0), "{report}");
    emulator.stop();
}

#[test]
fn an_emulator_whose_terminal_goes_away_keeps_its_state() {
    if is_hangup_ignored() {
        return;
    }

    let home = Place::new();
    let emulator = Emulator::start(&home, &["--state", "tenant.json"]);
    let place = Place::new().with(&emulator.environment);
    place.write(
        "grantry.yaml",
        "stack: maps\nclients: { courier: { name: Courier } }\n",
    );
    place.run(&APPLY).exits(0);
    emulator.stop_by("HUP");
    assert!(
        std::fs::read_to_string(home.path("tenant.json"))
            .unwrap()
            .contains("Courier")
    );
}
