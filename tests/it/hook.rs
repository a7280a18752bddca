//! The hook for pre-commit, without pre-commit: which files it
//! is for, and what it runs.

use std::fs;
use std::path::Path;
use std::process::Command;

use regex::Regex;
use serde_json::Value;

fn hook() -> Value {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
    let hooks: Value =
        serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    hooks[0].clone()
}

/// A key file is part of a configuration: a commit of nothing but
/// a new key is checked too.
#[test]
fn it_is_for_whatever_a_configuration_is_read_from() {
    let files = Regex::new(hook()["files"].as_str().unwrap()).unwrap();

    for checked in [
        "grantry.yaml",
        "access/maps.yml",
        "access/public/billing-2027-02.pem",
    ] {
        assert!(files.is_match(checked), "{checked}");
    }
    for other in [
        "README.md",
        "yaml",
        "src/pem.rs",
        "grantry.yaml.orig",
    ] {
        assert!(!files.is_match(other), "{other}");
    }
}

#[test]
fn it_ends_as_the_configuration_is() {
    let hook = hook();
    let mut words = hook["entry"]
        .as_str()
        .unwrap()
        .split(' ');
    assert_eq!(words.next(), Some("grantry"));
    let words: Vec<&str> = words.collect();
    let folder = tempfile::tempdir().unwrap();

    for (text, code) in [("stack: maps\n", 0), ("stack: NO\n", 1)] {
        fs::write(folder.path().join("grantry.yaml"), text).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_grantry"))
            .args(&words)
            .current_dir(folder.path())
            .env_clear()
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(code), "{output:?}");
    }
}
