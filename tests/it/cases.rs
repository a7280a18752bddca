//! Bad configurations, each with the exact text that people see.
//! `GRANTRY_BLESS=1` rewrites the texts.

use std::fs;
use std::path::{Path, PathBuf};

use anstream::adapter::strip_str;
use grantry::config::{self, GivenValues, GivenVariables, Inputs, Use};
use grantry::provider::support_of;
use grantry::render;

use crate::helpers::bless;
use crate::helpers::side_by_side::on_all_processors;

/// What people see of a configuration that cannot be loaded.
fn shown(path: &Path) -> String {
    match config::load(&[path.to_owned()], &inputs_of(path), support_of) {
        Ok(loaded) => format!("no problem: {loaded:#?}\n"),
        Err(problems) => strip_str(&render::problems(&problems)).to_string(),
    }
}

/// What a case is given: its first line may say so, as in `# given: --env
/// production --var x=1`.
fn inputs_of(path: &Path) -> Inputs {
    let text = fs::read_to_string(path).unwrap_or_default();
    let mut inputs = Inputs::default();
    let Some(given) = text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("# given: "))
    else {
        return inputs;
    };

    let words: Vec<&str> = given.split(' ').collect();
    for option in words.chunks(2) {
        match option {
            ["--env", name] => {
                inputs.environment =
                    Some(name.parse().expect("an environment"));
            }
            ["--var", variable] => {
                let (name, text) = variable
                    .split_once('=')
                    .expect("NAME=VALUE");
                inputs.variables.push(GivenVariables {
                    expected: Use::Expected,
                    values: GivenValues::Text {
                        origin: "--var".to_owned(),
                        name: name.parse().expect("a variable"),
                        text: text.to_owned(),
                    },
                });
            }
            ["--var-file", file] => {
                let file = Path::new("tests/cases").join(file);
                inputs.variables.push(GivenVariables {
                    expected: Use::Expected,
                    values: GivenValues::File(file),
                });
            }
            _ => panic!("{given}"),
        }
    }
    inputs
}

/// The inputs: every file and folder here that is not an expected text, by
/// relative path.
fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir("tests/cases").expect("the folder of cases");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut cases: Vec<PathBuf> = paths
        .filter(|path| {
            path.extension()
                .is_none_or(|extension| extension == "yaml")
        })
        .collect();
    cases.sort();
    cases
}

#[test]
fn every_bad_configuration_is_explained() {
    let cases = cases();
    assert!(cases.len() >= 30, "the cases are gone");

    let wrong = on_all_processors(cases, |case| {
        let expected = case.with_extension("txt");
        let actual = shown(&case);
        if bless::is_asked_for() {
            fs::write(&expected, actual).unwrap();
            return String::new();
        }

        let before = fs::read_to_string(&expected).unwrap_or_default();
        if before == actual {
            return String::new();
        }
        let difference = difference(&before, &actual);
        format!("\n{}:\n{difference}", expected.display())
    });

    let wrong = wrong.concat();
    assert!(
        wrong.is_empty(),
        "{wrong}\nGRANTRY_BLESS=1 rewrites what is expected"
    );
}

/// The lines of both, those that differ marked. Equal ends are left out.
fn difference(before: &str, after: &str) -> String {
    let (before, after): (Vec<_>, Vec<_>) = (
        before.lines().collect(),
        after.lines().collect(),
    );
    let pairs = before.iter().zip(&after);
    let same = pairs
        .take_while(|(left, right)| left == right)
        .count();
    let removed = before
        .iter()
        .skip(same)
        .map(|line| format!("-{line}\n"));
    let added = after
        .iter()
        .skip(same)
        .map(|line| format!("+{line}\n"));
    let context = before
        .iter()
        .take(same)
        .map(|line| format!(" {line}\n"));
    context
        .chain(removed)
        .chain(added)
        .collect()
}

#[test]
fn a_file_over_the_limit_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.yaml");
    let line =
        "# a line of comment that is 64 characters long, with its newline\n";
    fs::write(&path, line.repeat((16 << 20) / line.len() + 1)).unwrap();
    let expected = format!(
        "error[too-large]: the file is larger than 16 MiB\n--> {}\n |\n\
         help: put its objects into several files of one folder\n\n1 problem in 1 file\n",
        path.display()
    );
    assert_eq!(shown(&path), expected);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let shown = shown(Path::new("tests/cases/nowhere.yaml"));
    assert!(
        shown.starts_with("error[unreadable]: cannot read the file: "),
        "{shown}"
    );
    assert!(
        shown.contains("--> tests/cases/nowhere.yaml\n"),
        "{shown}"
    );
}
