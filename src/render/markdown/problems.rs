//! The comment of problems.

use std::fmt::Write as _;

use super::super::text::count;
use super::super::weight::{Weight, count_weights, step_of};
use super::budget::{Budget, MOST};
use super::failure::{item, list_item, show_failure};
use super::text::code;
use crate::render::document::{FindingView, ProblemsDocument};

/// What is kept for the sentence that says what was left out.
const RESERVE: usize = 200;

/// The problems of a configuration, and what its change does, as a comment of
/// at most 60,000 bytes.
#[must_use]
pub fn problems(document: &ProblemsDocument) -> String {
    let mut out = Budget::of(MOST - RESERVE);
    out.add(&format!(
        "Configuration: {}\n",
        verdict(document)
    ));
    if let Some(error) = &document.error {
        out.add(&show_failure(error, out.left()));
    }

    // The findings come worst first here: in a long list the
    // end is what is left out.
    let mut findings: Vec<&FindingView> = document.findings.iter().collect();
    findings.sort_by_key(|finding| Weight::of_view(finding));
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

    let words = count_weights(
        document
            .findings
            .iter()
            .map(Weight::of_view),
    );
    let found = if words.is_empty() {
        "no findings".to_owned()
    } else {
        words
    };
    format!(
        "**valid**; **{found}** since {}",
        code(&base.since())
    )
}

/// One finding, as an item of a list.
fn finding(finding: &FindingView) -> String {
    let word = match Weight::of_view(finding) {
        Weight::Error => "**error** ",
        Weight::Warning | Weight::Waived => "",
    };

    list_item(
        word,
        &finding.place,
        &finding.message,
        &[&finding.id, &finding.object],
        step_of(finding).as_deref(),
    )
}
