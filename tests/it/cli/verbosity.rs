//! What is said on stderr at each verbosity.

use crate::cli::harness::{Place, STORY};
use crate::cli::serving::Emulator;

/// What is said, without what differs from run to run.
fn without_chance(said: &str) -> String {
    let word = |word: &str| match word.split_once(['=', '-']) {
        Some((name @ ("milliseconds" | "wait"), _)) => format!("{name}=…"),
        Some(("grantry", _)) => "grantry-…".to_owned(),
        _ => without_id(word),
    };
    let line = |line: &str| {
        let (line, id) = line
            .split_once("client_id: ")
            .unwrap_or((line, ""));
        let words: Vec<String> = line.split(' ').map(word).collect();
        let id = if id.is_empty() {
            ""
        } else {
            "client_id: …"
        };
        format!("{}{id}\n", words.join(" "))
    };
    said.lines().map(line).collect()
}

/// The path of one object, without the id that the tenant gave it.
fn without_id(word: &str) -> String {
    match word
        .strip_prefix("/api/v2/")
        .and_then(|path| path.split_once('/'))
    {
        Some((kind, _)) => format!("/api/v2/{kind}/…"),
        None => word.to_owned(),
    }
}

#[test]
fn each_verbosity_says_what_help_promises() {
    for (verbosity, says) in [
        (&[][..], "changes"),
        (&["-v"], "steps"),
        (&["-vv"], "requests"),
    ] {
        let home = Place::new();
        let emulator = Emulator::start(
            &home,
            &[
                "--fault",
                "POST /clients:429:nth=1,retry-after=0",
            ],
        );
        let place = Place::new().with(&emulator.environment);
        place.write("grantry.yaml", STORY);
        // One request after the other, so that the lines come in one order.
        let apply = [
            "apply",
            "--provider",
            "auth0",
            "--auto-approve",
            "--parallelism",
            "1",
        ];
        let said = place
            .run(&[&apply, verbosity].concat())
            .exits(0);
        insta::assert_snapshot!(says, without_chance(&said.stderr));
        emulator.stop();
    }
}
