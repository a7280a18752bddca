//! What is not as it was approved.

use std::fmt::Write as _;

use similar::TextDiff;

use super::document::PlanView;
use super::failure::label;
use super::markdown;
use super::style::{CREATED, QUIET, REMOVED, STRONG, styled};

/// A reason why a plan is not what was approved.
#[must_use]
pub fn stale(reason: &str) -> String {
    label("stale:", reason)
}

/// How a plan differs from what was approved, line by line.
#[must_use]
pub fn plans_apart(approved: &[&PlanView], now: &PlanView) -> String {
    // By what the comment shows of them: hashes and preconditions differ
    // without telling anybody how.
    let approved: String = approved
        .iter()
        .map(|plan| markdown::listing(plan))
        .collect();
    let now = markdown::listing(now);
    // Where it is another stack, say, nothing of the changes tells it.
    if approved == now {
        return String::new();
    }
    let difference = TextDiff::from_lines(&approved, &now);

    let mut out = format!(
        "\n{}\n",
        styled(
            STRONG,
            "From what was approved to what would be done:"
        )
    );
    for hunk in difference
        .unified_diff()
        .context_radius(2)
        .iter_hunks()
    {
        for change in hunk.iter_changes() {
            let (sign, style) = match change.tag() {
                similar::ChangeTag::Delete => ('-', REMOVED),
                similar::ChangeTag::Insert => ('+', CREATED),
                similar::ChangeTag::Equal => (' ', QUIET),
            };
            let line = change.value().trim_end_matches('\n');
            let _ = writeln!(
                out,
                "  {}",
                styled(style, format!("{sign} {line}"))
            );
        }
    }
    out.push('\n');
    out
}
