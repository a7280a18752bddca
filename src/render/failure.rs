//! What went wrong, and what to do next.

use std::fmt::Write as _;

use super::style::{REMOVED, STRONG, styled};
use super::text::safe;
use crate::plan::{PlanError, Refused};

/// A failure with its hint.
#[must_use]
pub fn failure(message: &str, hint: Option<&str>) -> String {
    let mut out = format!("{} {}\n", styled(REMOVED.bold(), "error:"), safe(message));
    if let Some(hint) = hint {
        out.push_str(&self::hint(hint));
    }
    out
}

/// Every conflict that keeps a plan from being made, each with its hint.
#[must_use]
pub fn conflicts(error: &PlanError) -> String {
    let mut out = String::new();
    for conflict in &error.conflicts {
        out.push_str(&failure(&conflict.to_string(), conflict.hint().as_deref()));
    }
    let _ = writeln!(out, "\n{}. Nothing was changed.", safe(&error.to_string()));
    out
}

/// Every reason why a plan is refused, each with the way out.
#[must_use]
pub fn refusals(refused: &Refused) -> String {
    let mut out = String::new();
    for refusal in &refused.refusals {
        let _ =
            writeln!(out, "{} {}", styled(REMOVED.bold(), "refused:"), safe(&refusal.to_string()));
        out.push_str(&hint(&refusal.hint()));
    }
    out.push_str("\nNothing was changed.\n");
    out
}

fn hint(hint: &str) -> String {
    let lines: Vec<String> = hint.lines().map(safe).collect();
    format!("  {} {}\n", styled(STRONG, "help:"), lines.join("\n        "))
}
