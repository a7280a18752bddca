//! Why a run ended early, and the problems of a configuration one by one.

use std::fmt::Write as _;

use super::budget::{Budget, RESERVE, count_left_out};
use super::text::code;
use crate::render::document::{
    AdviceView, FailureView, PlaceView, ProblemView,
};

/// Why a run ended early, in so many bytes at most.
pub(super) fn show_failure(error: &FailureView, most: usize) -> String {
    let mut out = Budget::of(most);
    out.add("\n> [!CAUTION]\n");
    out.add(&quoted(&error.advice.message));
    if let Some(step) = &error.advice.next_step {
        out.add(">\n");
        for line in step.lines() {
            out.add(&quoted(line));
        }
    }

    let reasons = error.reasons.iter().map(list_reason);
    let problems = error.problems.iter().map(item);
    let room = out.left().saturating_sub(RESERVE);
    let left_out = out.add_all(reasons.chain(problems), room);
    if let Some(more) = count_left_out(left_out) {
        out.add(&format!("-{more}\n"));
    }
    out.into_text()
}

fn quoted(line: &str) -> String {
    format!("> {}\n", code(line))
}

fn list_reason(reason: &AdviceView) -> String {
    format!("- {}\n", code(&reason.message))
}

/// One problem, as an item of a list.
pub(super) fn item(problem: &ProblemView) -> String {
    list_item(
        "",
        &problem.place,
        &problem.message,
        &[&problem.id],
        problem.next_step.as_deref(),
    )
}

/// Something about a place, as an item of a list: what it
/// is, and what it is about.
pub(super) fn list_item(
    word: &str,
    place: &PlaceView,
    message: &str,
    ids: &[&str],
    step: Option<&str>,
) -> String {
    let file = &place.file;
    let at = match (place.line, place.column) {
        (Some(line), Some(column)) => code(&format!("{file}:{line}:{column}")),
        _ => code(file),
    };
    let message = code(message);
    let ids: Vec<String> = ids.iter().map(|id| code(id)).collect();
    let ids = ids.join(": ");

    let mut item = format!("- {word}{at} {message} ({ids})\n");
    for line in step.unwrap_or_default().lines() {
        let _ = writeln!(item, "  {}", code(line));
    }
    item
}
