//! What went wrong, and what to do next.

use super::style::{REMOVED, STRONG, styled};
use super::text::{WIDTH, safe, words, words_and_snippets};
use crate::model::{Advice as _, Words};
use crate::plan::{Conflict, PlanError, Refusal};

/// A failure with its hint.
#[must_use]
pub fn failure(message: &str, hint: Option<&str>) -> String {
    let mut out = labelled("error:", message);
    if let Some(hint) = hint {
        out.push_str(&self::hint(hint));
    }
    out
}

/// Every conflict that keeps a plan from being made, with its hint: once where it is the same for
/// several, as when a stack has another name.
#[must_use]
pub fn conflicts(error: &PlanError) -> String {
    let mut out = String::new();
    let alike = error
        .conflicts
        .chunk_by(|one, other| one.next_step() == other.next_step());
    for conflicts in alike {
        for conflict in conflicts {
            out.push_str(&labelled("conflict:", &conflict.to_string()));
        }
        if let Some(step) = conflicts.first().and_then(Conflict::next_step) {
            out.push_str(&hint(&step.to_string()));
        }
    }
    out
}

/// Every reason why a plan is refused, each with the way out.
#[must_use]
pub fn refusals(refusals: &[Refusal], words: Words) -> String {
    let mut out = String::new();
    for refusal in refusals {
        out.push_str(&labelled("refused:", &refusal.to_string()));
        if let Some(step) = refusal.next_step() {
            out.push_str(&hint(&step.in_words(words)));
        }
    }
    out
}

/// A text behind its label.
fn labelled(label: &str, text: &str) -> String {
    let indent = label.len() + 1;
    let lines = words(&safe(text), WIDTH - indent).join(&format!("\n{}", " ".repeat(indent)));
    format!("{} {lines}\n", styled(REMOVED.bold(), label))
}

/// What to do next.
#[must_use]
pub fn hint(hint: &str) -> String {
    let lines = hint
        .lines()
        .flat_map(|line| words_and_snippets(&safe(line), WIDTH - 8));
    format!(
        "  {} {}\n",
        styled(STRONG, "help:"),
        lines.collect::<Vec<_>>().join("\n        ")
    )
}
