//! The environments of a run, in its comment.

use super::budget::Budget;
use super::failure::show_failure;
use super::text::code;
use crate::render::document::EnvironmentsView;
use crate::render::text::count;

/// How many environments have none of what there are so many of.
pub(super) fn without(
    environments: Option<&EnvironmentsView>,
    there: usize,
    what: &str,
) -> String {
    let all = environments.map_or(0, |environments| environments.results.len());
    let left = all.saturating_sub(there);
    if left == 0 {
        return String::new();
    }

    let left = count(left, ("environment", "environments"));
    format!("**{left} without {what}**, ")
}

/// How many environments were done, and why others were not.
pub(super) fn add_environments(
    out: &mut Budget,
    environments: Option<&EnvironmentsView>,
) {
    let Some(environments) = environments else {
        return;
    };

    let done = environments.in_words();
    out.add(&format!("\nDone: {done}\n"));

    let results = environments.results.iter();
    let failed = results.filter_map(|result| {
        let error = result.error.as_ref()?;
        Some((&result.environment, error))
    });
    let failed: Vec<_> = failed.collect();
    for (place, (environment, error)) in failed.iter().enumerate() {
        // Shared anew before each, and half is left for the plans.
        let share = out.half() / (failed.len() - place);
        let failure = show_failure(error, share);
        out.add(&format!("\n{}:\n{failure}", code(environment)));
    }
}
