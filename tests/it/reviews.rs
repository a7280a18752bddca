//! Changes of configurations, each with what a review of them says.
//! `GRANTRY_BLESS=1` rewrites that.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anstream::adapter::strip_str;
use grantry::config::{Inputs, Reading, Sources, Tree};
use grantry::model::FindingId;
use grantry::provider::support_of;
use grantry::render;
use grantry::review::review;

use crate::helpers::bless;

/// The day of every review.
const TODAY: &str = "2026-11-26";

/// A change as it is told: a few words, the configuration before and after, and
/// what is found.
struct Told {
    words: String,
    /// None where there was no configuration.
    before: Option<String>,
    after: String,
    found: String,
}

impl Told {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let mut parts = text.split("\n== ");
        let mut part = |title: &str| {
            let part = parts.next().unwrap_or_default();
            let rest = part.strip_prefix(title);
            let rest = rest
                .unwrap_or_else(|| panic!("{}: no `{title}`", path.display()));
            rest.trim_start_matches('\n').to_owned()
        };

        let words = part("");
        let before = part("before");
        Self {
            words,
            before: (!before.trim().is_empty()).then_some(before),
            after: part("after"),
            found: part("found"),
        }
    }

    fn write(&self, path: &Path) {
        let Self {
            words,
            before,
            after,
            found,
        } = self;
        let before = before.as_deref().unwrap_or_default();
        let text = format!(
            "{words}\n== before\n{before}\n== after\n{after}\n== found\n{found}"
        );
        fs::write(path, text).unwrap();
    }
}

/// What people see of a change, and what was found.
fn shown(told: &Told) -> (String, BTreeSet<FindingId>) {
    let folder = tempfile::tempdir().unwrap();
    let load = |name: &str, text: &str, sources: Sources| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        Reading::of(&Tree::Disk, &[path], sources)
            .load(&Tree::Disk, &Inputs::default(), support_of)
            .unwrap_or_else(|problems| {
                panic!("{}", strip_str(&render::problems(&problems)));
            })
    };

    let (after, mut sources) =
        load("grantry.yaml", &told.after, Sources::default());
    let before = told.before.as_ref().map(|text| {
        let (before, both) = load("before.yaml", text, sources.clone());
        sources = both;
        before
    });

    let findings = review(before.as_ref(), &after, TODAY.parse().unwrap());
    let text = render::findings(&findings, &sources, "the commit before");
    let folder = format!("{}/", folder.path().display());
    let text = strip_str(&text)
        .to_string()
        .replace(&folder, "");
    (
        text,
        findings
            .iter()
            .map(|finding| finding.id)
            .collect(),
    )
}

/// Whether a line of ours could have been broken. Lines of the configuration
/// are as wide as they are, and a snippet in backticks, or a waiver, is there
/// to be copied.
fn is_too_wide(line: &str) -> bool {
    let is_quoted = line.contains(" | ")
        || line
            .trim_start()
            .starts_with(['-', '|']);
    let words = line
        .split('`')
        .step_by(2)
        .flat_map(str::split_whitespace);
    !is_quoted && line.chars().count() > 80 && words.count() > 2
}

fn changes() -> Vec<PathBuf> {
    let entries = fs::read_dir("tests/reviews").expect("the folder of changes");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
}

#[test]
fn every_change_is_reviewed_as_it_is_told() {
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    let mut too_wide = Vec::new();
    for path in changes() {
        let told = Told::read(&path);
        let (found, ids) = shown(&told);
        too_wide.extend(
            found
                .lines()
                .filter(|line| is_too_wide(line))
                .map(str::to_owned),
        );
        seen.extend(ids);

        if bless::is_asked_for() {
            Told { found, ..told }.write(&path);
        } else if told.found != found {
            wrong.push(format!("{}:\n{found}", path.display()));
        }
    }

    assert!(
        too_wide.is_empty(),
        "more than 80 columns wide:\n{}",
        too_wide.join("\n")
    );
    assert!(
        wrong.is_empty(),
        "GRANTRY_BLESS=1 rewrites:\n{}",
        wrong.join("\n")
    );
    let never: Vec<_> = FindingId::ALL
        .iter()
        .filter(|id| !seen.contains(id))
        .collect();
    assert!(
        never.is_empty(),
        "no change is told that finds {never:?}"
    );
}
