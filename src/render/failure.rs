//! What went wrong, and what to do next.

use std::fmt::Write as _;

use super::style::{REMOVED, STRONG, styled};
use super::text::{WIDTH, safe, words};
use crate::plan::{PlanError, Refused};

/// A failure with its hint.
#[must_use]
pub fn failure(message: &str, hint: Option<&str>) -> String {
    let lines = words(&safe(message), WIDTH - 7).join("\n       ");
    let mut out = format!("{} {lines}\n", styled(REMOVED.bold(), "error:"));
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
        let lines = words(&safe(&refusal.to_string()), WIDTH - 9).join("\n         ");
        let _ = writeln!(out, "{} {lines}", styled(REMOVED.bold(), "refused:"));
        out.push_str(&hint(&refusal.hint()));
    }
    out.push_str("\nNothing was changed.\n");
    out
}

/// What to do next.
#[must_use]
pub fn hint(hint: &str) -> String {
    let lines = hint.lines().flat_map(|line| words(&safe(line), WIDTH - 8));
    format!("  {} {}\n", styled(STRONG, "help:"), lines.collect::<Vec<_>>().join("\n        "))
}
