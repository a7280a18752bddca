//! What went wrong, and what to do next.

use anstyle::Style;

use super::style::{REMOVED, STRONG, styled};
use super::text::{WIDTH, safe, words, words_and_snippets};
use crate::model::{Advice as _, Words};
use crate::plan::{Conflict, PlanError, Refusal};

/// A failure with its hint.
#[must_use]
pub fn failure(message: &str, hint: Option<&str>) -> String {
    let message = label("error:", message);
    let help = hint.map(self::hint).unwrap_or_default();

    message + &help
}

/// Every conflict that keeps a plan from being made, with its hint: once where
/// it is the same for several, as when a stack has another name.
#[must_use]
pub fn conflicts(error: &PlanError) -> String {
    // Neighbours only: each help stands below the conflicts that it is for.
    let alike = error
        .conflicts
        .chunk_by(|one, other| one.next_step() == other.next_step());

    let mut out = String::new();
    for conflicts in alike {
        for conflict in conflicts {
            out.push_str(&label("conflict:", &conflict.to_string()));
        }
        if let Some(step) = conflicts
            .first()
            .and_then(Conflict::next_step)
        {
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
        out.push_str(&label("refused:", &refusal.to_string()));
        if let Some(step) = refusal.next_step() {
            out.push_str(&hint(&step.in_words(words)));
        }
    }
    out
}

/// A sink that nobody can look into in this run, with what would let somebody.
#[must_use]
pub fn not_looked_at(reason: &str, hint: Option<&str>) -> String {
    let message = behind("Not looked at:", STRONG, reason);
    let help = hint.map(self::hint).unwrap_or_default();

    message + &help
}

/// A text behind its label, and no line of it below the label.
pub(super) fn label(label: &str, text: &str) -> String {
    behind(label, REMOVED.bold(), text)
}

fn behind(label: &str, style: Style, text: &str) -> String {
    let indent = label.len() + 1;
    let lines = words(&safe(text), WIDTH - indent);
    let text = lines.join(&format!("\n{}", " ".repeat(indent)));

    let label = styled(style, label);
    format!("{label} {text}\n")
}

/// What to do next.
#[must_use]
pub fn hint(hint: &str) -> String {
    let lines: Vec<String> = hint
        .lines()
        .flat_map(|line| words_and_snippets(&safe(line), WIDTH - 8))
        .collect();
    let text = lines.join("\n        ");

    let label = styled(STRONG, "help:");
    format!("  {label} {text}\n")
}
