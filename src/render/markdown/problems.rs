//! The comment of problems.

use std::fmt::Write as _;

use super::super::text::count;
use super::budget::{Budget, MOST};
use super::text::code;
use crate::render::document::{ProblemLevel, ProblemView, ProblemsDocument};

/// What is kept for the sentence that says what was left out.
const RESERVE: usize = 200;

/// The problems of a configuration as a comment of at most 60,000 bytes.
#[must_use]
pub fn problems(document: &ProblemsDocument) -> String {
    let of_level = |level| {
        let problems = document.problems.iter();
        problems.filter(|problem| problem.level == level).count()
    };
    let errors = count(of_level(ProblemLevel::Error), ("problem", "problems"));
    let warnings = of_level(ProblemLevel::Warning);

    let mut out = Budget::of(MOST - RESERVE);
    let verdict = match (document.problems.is_empty(), warnings) {
        (true, _) => "**valid**".to_owned(),
        (false, 0) => format!("**{errors}**"),
        (false, warnings) => format!("**{errors}**, {}", count(warnings, ("warning", "warnings"))),
    };
    out.add(&format!("Configuration: {verdict}\n\n"));

    let room = out.left();
    let left_out = out.add_all(document.problems.iter().map(item), room);
    let mut text = out.into_text();
    if left_out > 0 {
        let _ = writeln!(
            text,
            "- and {left_out} more, for which there is no room here"
        );
    }
    text
}

/// One problem, as an item of a list.
pub(super) fn item(problem: &ProblemView) -> String {
    let place = &problem.place;
    let at = match (place.line, place.column) {
        (Some(line), Some(column)) => format!("{}:{line}:{column}", place.file),
        _ => place.file.clone(),
    };
    let step = problem.next_step.iter().flat_map(|step| step.lines());
    let step: Vec<String> = step.map(|line| format!("  {}\n", code(line))).collect();
    let step = step.concat();

    format!(
        "- {} {} ({})\n{step}",
        code(&at),
        code(&problem.message),
        code(&problem.id)
    )
}
