//! Why a run ended early, and the problems of a configuration one by one.

use super::budget::{Budget, count_left_out};
use super::text::code;
use crate::render::document::{FailureView, PlaceView, ProblemView};

/// What is kept for the sentence that says what was left out.
const RESERVE: usize = 600;

/// Why a run ended early, in so many bytes at most.
pub(super) fn show_failure(error: &FailureView, most: usize) -> String {
    let mut out = Budget::of(most);
    out.add("\n> [!CAUTION]\n");
    out.add(&format!("> {}\n", code(&error.advice.message)));
    if let Some(step) = &error.advice.next_step {
        out.add(">\n");
        for line in step.lines() {
            out.add(&format!("> {}\n", code(line)));
        }
    }
    let reasons = error.reasons.iter();
    let reasons =
        reasons.map(|reason| format!("- {}\n", code(&reason.message)));
    let items = reasons.chain(error.problems.iter().map(item));
    let room = out.left().saturating_sub(RESERVE);
    let left_out = out.add_all(items, room);
    if let Some(more) = count_left_out(left_out) {
        out.add(&format!("-{more}\n"));
    }
    out.into_text()
}

/// One problem, as an item of a list.
pub(super) fn item(problem: &ProblemView) -> String {
    let step = problem.next_step.as_deref();

    list_item(
        "",
        &problem.place,
        &problem.message,
        &[&problem.id],
        step,
    )
}

/// Something about a place, as an item of a list: what it is, and what it is
/// about.
pub(super) fn list_item(
    word: &str,
    place: &PlaceView,
    message: &str,
    ids: &[&str],
    step: Option<&str>,
) -> String {
    let at = match (place.line, place.column) {
        (Some(line), Some(column)) => format!("{}:{line}:{column}", place.file),
        _ => place.file.clone(),
    };
    let step = step.iter().flat_map(|step| step.lines());
    let step: Vec<String> = step
        .map(|line| format!("  {}\n", code(line)))
        .collect();
    let step = step.concat();

    let ids: Vec<String> = ids.iter().map(|id| code(id)).collect();
    let ids = ids.join(": ");

    format!(
        "- {word}{} {} ({ids})\n{step}",
        code(&at),
        code(message)
    )
}
