//! The help texts, whole: they are part of what is reviewed.

use std::fmt::Write as _;

use crate::cli::harness::Place;
use crate::helpers::bless;

#[test]
fn help_is_as_committed() {
    let verbs = [
        "", "validate", "plan", "apply", "outputs", "token", "verify",
        "export", "doctor", "schema", "emulator",
    ];
    let mut text = String::new();
    for verb in verbs {
        let arguments: Vec<&str> = [verb, "--help"]
            .into_iter()
            .filter(|word| !word.is_empty())
            .collect();
        let said = Place::new().run(&arguments).exits(0);
        assert_eq!(said.stderr, "");
        let _ = writeln!(
            text,
            "$ grantry {}\n{}",
            arguments.join(" "),
            said.stdout
        );
    }
    insta::assert_snapshot!("help", text);
}

#[test]
fn the_reference_is_the_generated_one() {
    let said = Place::new()
        .run(&["schema", "reference"])
        .exits(0);
    bless::compare("schema/REFERENCE.md", &said.stdout);
}

#[test]
fn a_misspelt_verb_or_flag_is_a_usage_error() {
    for arguments in [
        &["aply"][..],
        &["plan", "--provider", "okta"],
        &["plan", "--paralelism", "2"],
        &["emulator", "--rate-limit", "fre"],
        &["emulator", "--latency", "2"],
        &["emulator", "--fault", "*:comit-then-500"],
        &[],
    ] {
        let said = Place::new().run(arguments).exits(64);
        assert_eq!(said.stdout, "", "{arguments:?}");
        assert!(!said.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_value_of_an_option_that_will_not_do_is_explained() {
    let wrong = [
        (
            &["plan", "--parallelism", "0"][..],
            "it is a whole number from 1 on",
        ),
        (
            &["emulator", "--listen", ":4601"],
            "as in `127.0.0.1:4601`",
        ),
        (
            &["emulator", "--listen", "0.0.0.0"],
            "as in `0.0.0.0:4600`",
        ),
        (
            &["emulator", "--host", "http://auth0:4600"],
            "did you mean `auth0:4600`?",
        ),
        (
            &["emulator", "--listen", "localhost"],
            "as in `127.0.0.1:4600`",
        ),
    ];

    for (arguments, advice) in wrong {
        let said = Place::new().run(arguments).exits(64);
        assert!(said.stderr.contains(advice), "{said:?}");
    }
}
