//! What is said while an apply goes on, where stderr is no terminal.

use std::process::Stdio;

use crate::cli::harness::{Place, STORY};

/// How often it is said of each change that it was applied.
fn lines_of_changes(said: &str) -> usize {
    said.matches("  applied  ").count()
}

fn place() -> Place {
    let place = Place::new();
    place.write("grantry.yaml", STORY);
    place
}

/// A log of CI holds both streams: whatever is in one need not be in the other.
#[test]
fn a_report_on_stdout_is_not_told_line_by_line_on_stderr_too() {
    for format in ["text", "github"] {
        let arguments = ["apply", "--auto-approve", "--format", format];
        let said = place().run(&arguments).exits(0);
        assert_eq!(lines_of_changes(&said.stdout), 3, "{said:?}");
        assert_eq!(lines_of_changes(&said.stderr), 0, "{said:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn where_both_streams_are_one_each_change_is_said_once() {
    for format in ["text", "json", "markdown", "github"] {
        let place = place();
        let script = r#"exec "$0" "$@" 2>&1"#;
        let arguments = ["apply", "--auto-approve", "--format", format];
        let mut command = place.command_of_shell(script, &arguments);
        let output = command
            .stderr(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(lines_of_changes(&said), 3, "{format}: {said}");
    }
}

/// Programs read stdout then, and see it when all is over.
#[test]
fn what_only_programs_read_on_stdout_is_told_line_by_line_on_stderr() {
    for format in ["json", "markdown"] {
        let arguments = ["apply", "--auto-approve", "--format", format];
        let said = place().run(&arguments).exits(0);
        assert_eq!(lines_of_changes(&said.stdout), 0, "{said:?}");
        assert_eq!(lines_of_changes(&said.stderr), 3, "{said:?}");
    }
}
