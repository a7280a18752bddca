//! The comment of problems.

use std::fmt::Write as _;

use super::super::text::count;
use super::budget::{Budget, MOST};
use super::failure::{item, list_item, show_failure};
use super::text::code;
use crate::render::document::{FindingView, ProblemLevel, ProblemsDocument};

/// What is kept for the sentence that says what was left out.
const RESERVE: usize = 200;

/// The problems of a configuration, and what its change does, as a comment of at most 60,000 bytes.
#[must_use]
pub fn problems(document: &ProblemsDocument) -> String {
    let mut out = Budget::of(MOST - RESERVE);
    out.add(&format!("Configuration: {}\n", verdict(document)));
    if let Some(error) = &document.error {
        out.add(&show_failure(error, out.left()));
    }

    // The findings come worst first here: in a long list the end is what is left out.
    let mut findings: Vec<&FindingView> = document.findings.iter().collect();
    findings.sort_by_key(|finding| weight(finding));
    let problems = document.problems.iter().map(item);
    let items = problems.chain(findings.into_iter().map(finding));

    out.add("\n");
    let room = out.left();
    let left_out = out.add_all(items, room);
    let mut text = out.into_text();
    if left_out > 0 {
        let _ = writeln!(
            text,
            "- and {left_out} more, for which there is no room here"
        );
    }
    text
}

fn verdict(document: &ProblemsDocument) -> String {
    if document.error.is_some() {
        return "**not checked**".to_owned();
    }
    if !document.problems.is_empty() {
        let problems = count(document.problems.len(), ("problem", "problems"));
        return format!("**{problems}**");
    }
    let Some(base) = &document.base else {
        return "**valid**".to_owned();
    };

    let of_weight = |wanted: Weight| {
        let findings = document.findings.iter();
        findings.filter(|finding| weight(finding) == wanted).count()
    };
    let words = [
        (of_weight(Weight::Error), ("error", "errors")),
        (of_weight(Weight::Warning), ("warning", "warnings")),
        (of_weight(Weight::Waived), ("waived", "waived")),
    ];
    let words = words.into_iter().filter(|(number, _)| *number > 0);
    let words: Vec<String> = words.map(|(number, words)| count(number, words)).collect();
    let found = if words.is_empty() {
        "no findings".to_owned()
    } else {
        words.join(", ")
    };
    format!("**valid**; **{found}** since {}", code(&base.since()))
}

/// How much a finding weighs, the most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Error,
    Warning,
    Waived,
}

fn weight(finding: &FindingView) -> Weight {
    match (&finding.waiver, finding.level) {
        (Some(_), _) => Weight::Waived,
        (None, ProblemLevel::Error) => Weight::Error,
        (None, ProblemLevel::Warning) => Weight::Warning,
    }
}

/// One finding, as an item of a list.
fn finding(finding: &FindingView) -> String {
    let word = match weight(finding) {
        Weight::Error => "**error** ",
        Weight::Warning => "",
        Weight::Waived => "waived ",
    };
    let waived = finding
        .waiver
        .as_ref()
        .map(|waiver| format!("until {}: {}", waiver.until, waiver.reason));
    let step = waived.or_else(|| finding.next_step.clone());

    list_item(
        word,
        &finding.place,
        &finding.message,
        &[&finding.id, &finding.object],
        step.as_deref(),
    )
}
