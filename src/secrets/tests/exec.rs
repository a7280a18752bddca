//! Programs of others.

#![cfg(unix)]

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::*;
use crate::secrets::ExecSink;

const PLACE: &str = "m2m/gift";

struct Case {
    folder: tempfile::TempDir,
    sink: ExecSink,
}

/// A program that does this, in a folder of its own that it finds in `$FOLDER`.
fn program(does: &str) -> Case {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("program");
    // Another process writes it: one that another test starts at this moment
    // would have a copy of the open file, and nothing that is open to be
    // written can be started.
    let mut writer = Command::new("sh")
        .args(["-c", "cat > \"$0\" && chmod +x \"$0\""])
        .arg(&path)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = writer.stdin.take().unwrap();
    write!(input, "#!/bin/sh\n{does}\n").unwrap();
    drop(input);
    assert!(writer.wait().unwrap().success());

    let environment = vec![
        ("PATH".into(), "/usr/bin:/bin".into()),
        ("FOLDER".into(), folder.path().into()),
    ];
    let sink = ExecSink::new("own".parse().unwrap(), path, environment);
    Case { folder, sink }
}

fn tell(case: &Case) -> serde_json::Value {
    let text = fs::read_to_string(case.folder.path().join("told")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn a_program_is_told_all_on_its_input_and_nothing_elsewhere() {
    let does = "cat > $FOLDER/told; env > $FOLDER/environment; echo $# > $FOLDER/arguments";
    let case = program(does);
    let before = Seen {
        label: entry().label,
        revision: Some("7".to_owned()),
    };
    case.sink
        .put(PLACE, &newer(), Some(&before))
        .await
        .unwrap();

    let told = tell(&case);
    assert_eq!(told["grantry"], 1);
    assert_eq!(told["action"], "put");
    assert_eq!(told["name"], PLACE);
    assert_eq!(told["before"], "7");
    assert_eq!(told["entry"]["client_secret"], CANARY);
    let read =
        |name| fs::read_to_string(case.folder.path().join(name)).unwrap();
    assert_eq!(read("arguments"), "0\n");
    let environment = read("environment");
    assert!(
        environment.contains("FOLDER=") && !environment.contains("CARGO"),
        "{environment}"
    );
    assert!(!environment.contains("canary"));

    case.sink
        .remove(PLACE, &before)
        .await
        .unwrap();
    assert_eq!(self::tell(&case)["action"], "remove");
    case.sink
        .check(&[PLACE.to_owned()])
        .await
        .unwrap();
    assert_eq!(
        self::tell(&case)["names"],
        serde_json::json!([PLACE])
    );
}

#[tokio::test]
async fn entries_are_seen_in_the_order_in_which_they_were_asked_for() {
    let label = entry().label.to_line();
    let case = program(&format!(
        "cat > /dev/null; echo '{{\"entries\":[{{\"name\":\"b\",\"label\":null}},\
         {{\"name\":\"a\",\"label\":{label},\"revision\":\"3\"}},{{\"name\":\"c\",\"label\":{{}}}}]}}'"
    ));
    let names = ["a", "b", "c"].map(str::to_owned);
    let looked = case.sink.look(&names).await.unwrap();

    let seen = Seen {
        label: entry().label,
        revision: Some("3".to_owned()),
    };
    assert_eq!(
        looked[..2],
        [Looked::Entry(seen), Looked::Nothing]
    );
    assert!(matches!(looked[2], Looked::Strange(_)));
}

#[tokio::test]
async fn an_answer_about_something_else_is_none() {
    let of = |name: &str| format!("{{\"name\":\"{name}\",\"label\":null}}");
    for entries in [
        String::new(),
        of("b"),
        format!("{},{}", of("a"), of("a")),
        format!("{},{}", of("a"), of("b")),
        "{\"name\":\"a\"}".to_owned(),
        "{\"name\":\"a\",\"label\":{},\"revision\":7}".to_owned(),
    ] {
        let case = program(&format!("echo '{{\"entries\":[{entries}]}}'"));
        let error = case
            .sink
            .look(&["a".to_owned()])
            .await
            .unwrap_err();
        assert!(
            matches!(error, SinkError::Unexpected { .. }),
            "{entries}: {error:?}"
        );
    }
}

#[tokio::test]
async fn a_program_that_repeats_what_it_was_told_shows_nothing() {
    for does in [
        "cat >&2; exit 1",
        "cat; exit 0",
        "cat | tr -d '\\n' | base64 -w0 >&2; exit 1",
    ] {
        let case = program(does);
        let put = case
            .sink
            .put(PLACE, &entry(), None)
            .await;
        if let Err(error) = &put {
            check_hidden(error);
            assert!(
                matches!(error, SinkError::Refused { .. }),
                "{error:?}"
            );
        }
        assert_eq!(put.is_ok(), does.ends_with('0'), "{does}");
    }
}

#[tokio::test]
async fn its_exit_code_says_what_came_of_it() {
    let case = program("echo >&2 \"  no \u{1b}room  \"; echo more >&2; exit 7");
    let error = case
        .sink
        .put(PLACE, &entry(), None)
        .await
        .unwrap_err();
    let expected =
        "the program of the sink `own` refused to write m2m/gift: no room";
    assert_eq!(error.to_string(), expected);

    let case = program("exit 3");
    let error = case
        .sink
        .put(PLACE, &entry(), None)
        .await
        .unwrap_err();
    assert!(
        matches!(error, SinkError::Changed { .. }),
        "{error:?}"
    );
    let case = program("kill -9 $$");
    let error = case
        .sink
        .put(PLACE, &entry(), None)
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("it was killed"),
        "{error}"
    );

    let missing = ExecSink::new(
        "own".parse().unwrap(),
        "/nowhere".into(),
        Vec::new(),
    );
    let error = missing.check(&[]).await.unwrap_err();
    assert!(
        matches!(error, SinkError::NotSetUp { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn much_is_told_and_complained_of_without_a_deadlock() {
    let case =
        program("yes complaint | head -c 1000000 >&2; cat > $FOLDER/told");
    let mut large = entry();
    large.secret = Some("x".repeat(1 << 20).into());
    case.sink
        .put(PLACE, &large, None)
        .await
        .unwrap();
    assert_eq!(tell(&case)["name"], PLACE);

    let deaf = program("exec < /dev/null; exit 0");
    deaf.sink
        .put(PLACE, &large, None)
        .await
        .unwrap();
}

#[tokio::test]
async fn an_endless_answer_ends() {
    let case = program("yes");
    let error = case
        .sink
        .look(&["a".to_owned()])
        .await
        .unwrap_err();
    assert!(
        matches!(error, SinkError::Unexpected { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_program_that_hangs_ends_with_all_that_it_started() {
    let mut case = program("sleep 300 & echo $! > $FOLDER/child; wait");
    case.sink
        .set_patience(Duration::from_millis(500));
    let begun = Instant::now();
    let error = case
        .sink
        .put(PLACE, &entry(), None)
        .await
        .unwrap_err();
    assert!(
        matches!(error, SinkError::Unreachable { .. }),
        "{error:?}"
    );
    assert!(begun.elapsed() < Duration::from_secs(20));

    let child = fs::read_to_string(case.folder.path().join("child")).unwrap();
    let state = format!("/proc/{}/stat", child.trim());
    // It is nobody's child any more, and who collects such takes his time.
    let is_running = || {
        let state = fs::read_to_string(&state).unwrap_or_default();
        !state.is_empty() && !state.contains(") Z ")
    };
    while is_running() {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "it still runs"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What is cut off could cut a secret in two, and half of one is
/// not known for what it is.
#[tokio::test]
async fn a_secret_at_the_end_of_what_is_read_is_not_shown_in_half() {
    let does = "told=$(cat); secret=${told#*client_secret}
        head -c 16370 /dev/zero | tr '\\0' ' ' >&2; echo \"$secret\" >&2; exit 1";
    let case = program(does);
    let error = case
        .sink
        .put(PLACE, &entry(), None)
        .await
        .unwrap_err();
    let said = error.to_string();
    assert!(!said.contains("canary"), "{said}");
}
