//! Stories of attacks and accidents, told to the real binary. Each file of
//! `tests/stories` says what is there and what is run; the rest is what people
//! see then. `GRANTRY_BLESS=1` rewrites the rest.

mod home;
mod meddling;
pub(crate) mod place;
pub(crate) mod proxy;
mod script;

use std::fs;
use std::path::{Path, PathBuf};

use home::FileOrEmulator;
use place::{Home, Place};
use script::{Step, indented};

use crate::helpers::bless;
use crate::helpers::side_by_side::on_all_processors;

/// Those of tenants in files, and in the emulator.
pub(crate) const FOLDER: &str = "tests/stories";

/// The stories of a folder, in order.
pub(crate) fn list(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let paths = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut stories: Vec<PathBuf> = paths
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "txt")
        })
        .collect();
    stories.sort();
    stories
}

/// The story as it really goes.
fn told<H: Home>(story: &str, found: impl FnOnce(&Path) -> H) -> String {
    let mut place = Place::new(found);
    let (mut told, mut after_comment) = (String::new(), false);
    for step in script::steps(story) {
        let is_comment = matches!(step, Step::Comment(_));
        if after_comment && !is_comment {
            told.push('\n');
        }
        after_comment = is_comment;
        told += &step.to_string();
        match step {
            Step::Comment(_) => {}
            Step::File { name, content } => place.write(&name, &content),
            Step::Tenant {
                place: told,
                objects,
            } => place.inhabit(&told, &objects),
            Step::Run(command) => {
                let before = place.raw();
                let (said, code) = place.run(&command);
                let outcome = if place.raw() == before {
                    "tenant unchanged\n".to_owned()
                } else {
                    format!(
                        "tenant now\n{}",
                        indented(&place.lines().join("\n"))
                    )
                };
                told.extend([
                    indented(&said),
                    format!("exit {code}\n{outcome}\n"),
                ]);
            }
        }
    }
    format!("{}\n", told.trim_end())
}

/// How a story went from the first line on that is not as it is written;
/// nothing if there is none.
fn difference(name: &str, written: &str, told: &str) -> String {
    if told == written {
        return String::new();
    }

    let mut lines = told
        .lines()
        .zip(written.lines())
        .enumerate();
    let (line, _) = lines
        .find(|(_, (told, written))| told != written)
        .unwrap_or_default();
    let rest: Vec<&str> = told.lines().skip(line).collect();
    let rest = indented(&rest.join("\n"));
    format!(
        "\n{name}, from line {} on, it went:\n{rest}",
        line + 1
    )
}

/// Tells the stories of a folder, each in a home that is
/// founded for its own folder.
pub(crate) fn tell_all<H: Home>(
    folder: &str,
    found: impl Fn(&Path) -> H + Sync,
) {
    let stories = list(folder);
    assert!(stories.len() >= 20, "the stories are gone");

    let wrong = on_all_processors(stories, |path| {
        let written = fs::read_to_string(&path).unwrap();
        let told = told(&written, &found);
        if bless::is_asked_for() {
            fs::write(&path, told).unwrap();
            return String::new();
        }

        let name = path
            .file_name()
            .unwrap()
            .to_string_lossy();
        difference(&name, &written, &told)
    });

    let wrong = wrong.concat();
    assert!(
        wrong.is_empty(),
        "{wrong}\nGRANTRY_BLESS=1 rewrites what is expected"
    );
}

#[test]
fn every_story_goes_as_it_is_told() {
    tell_all(FOLDER, FileOrEmulator::found);
}
