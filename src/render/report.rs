//! What became of a plan, for people.

use std::fmt::Write as _;

use super::deliveries::show_delivered;
use super::failure::failure;
use super::style::{CHANGED, CREATED, QUIET, REMOVED, STRONG, sign, styled};
use super::text::{count, safe};
use crate::apply::{Counts, Outcome, Report, SameMark};
use crate::plan::{Change, Names, Plan};
use crate::provider::ProviderError;

/// What is said where the clients that were created could not be listed once
/// more, and what to do then.
pub(super) const TWINS_UNKNOWN: &str =
    "whether a client was created twice is not known";
pub(super) const LOOK_AGAIN: &str = "plan again to see";

/// The whole report: what became of each change, and the counts.
#[must_use]
pub fn report(report: &Report) -> String {
    let Report {
        plan,
        outcomes,
        deliveries: _,
        twins,
    } = report;

    let mut out = String::new();
    for (change, outcome) in plan.changes.iter().zip(outcomes) {
        let line = show_line(change, outcome, plan);
        let _ = writeln!(out, "{line}");
    }

    out.push_str(&show_delivered(report));
    let summary = summarize(report);
    let _ = writeln!(out, "\n{summary}");
    if report.may_have_twins() {
        out.push_str(&show_twins(twins));
    }
    out
}

/// Clients of which there are two, and what to do about it.
fn show_twins(found: &Result<Vec<SameMark>, ProviderError>) -> String {
    match found {
        Ok(marks) => marks
            .iter()
            .map(show_same_mark)
            .collect(),
        Err(error) => failure(
            &format!("{TWINS_UNKNOWN}: {error}"),
            Some(LOOK_AGAIN),
        ),
    }
}

fn show_same_mark(mark: &SameMark) -> String {
    let SameMark { key, twins } = mark;
    let error = format!("clients.{key} is there more than once: {twins}");
    let step = twins.next_step().to_string();

    failure(&error, Some(&step))
}

/// Where the tenant's own account of the run is.
#[must_use]
pub fn correlation(id: &str) -> String {
    format!(
        "Tenant logs: references.correlation_id is {}\n",
        safe(id)
    )
}

/// How many changes have ended so far, on one line, to
/// be said as a run goes on.
#[must_use]
pub fn progress(ended: usize, failed: usize, changes: usize) -> String {
    let failed = match failed {
        0 => String::new(),
        failed => format!(", {failed} of them not applied"),
    };

    format!("{ended} of {changes} changes have ended{failed}\n")
}

/// How one change ended, on one line, to be said as it ends.
#[must_use]
pub fn ended(change: &Change, outcome: &Outcome, names: &Names) -> String {
    let reason = match outcome {
        Outcome::Failed(error) | Outcome::Unknown(error) => {
            format!(": {}", safe(&error.to_string()))
        }
        // A log is read as it grows: what blocks a change
        // was said when it failed.
        Outcome::Applied(_) | Outcome::Blocked(_) | Outcome::NotTried => {
            String::new()
        }
    };

    let head = show_head(change, outcome, names);
    format!("{head}{reason}\n")
}

fn show_line(change: &Change, outcome: &Outcome, plan: &Plan) -> String {
    let head = show_head(change, outcome, &plan.names);
    match explain(outcome, plan) {
        Some(reason) => format!("{head}\n             {reason}"),
        None => head,
    }
}

/// Why a change was not made, or is not known to have been made.
fn explain(outcome: &Outcome, plan: &Plan) -> Option<String> {
    match outcome {
        Outcome::Applied(_) | Outcome::NotTried => None,
        Outcome::Failed(error) => Some(safe(&error.to_string())),
        Outcome::Unknown(error) => {
            let error = safe(&error.to_string());
            Some(format!(
                "{error}; it may still have been made. Plan again to see."
            ))
        }
        Outcome::Blocked(place) => {
            let cause = plan.changes.get(*place)?;
            let cause = safe(&plan.names.of(&cause.address));
            Some(format!("by {cause}"))
        }
    }
}

/// What became of which object; of a client that is new here also the id, which
/// its service needs.
fn show_head(change: &Change, outcome: &Outcome, names: &Names) -> String {
    let (word, word_style) = match outcome {
        Outcome::Applied(_) => ("applied", CREATED),
        Outcome::Failed(_) => ("failed", REMOVED),
        Outcome::Blocked(_) => ("blocked", CHANGED),
        Outcome::Unknown(_) => ("unknown", REMOVED),
        Outcome::NotTried => ("not tried", QUIET),
    };
    let (sign, sign_style) = sign(change.action);
    let id = match outcome.new_client_id(change) {
        Some(id) => format!("  client_id: {}", safe(id.as_str())),
        None => String::new(),
    };

    let word = styled(word_style, format!("{word:9}"));
    let sign = styled(sign_style, sign);
    let name = safe(&names.of(&change.address));
    format!("  {word}  {sign} {name}{id}")
}

fn summarize(report: &Report) -> String {
    let deliveries = || {
        report
            .plan
            .deliveries
            .iter()
            .zip(&report.deliveries)
    };
    let delivered = deliveries()
        .filter(|(delivery, end)| end.is_made() && delivery.is_written());
    let removed = deliveries()
        .filter(|(delivery, end)| end.is_made() && !delivery.is_written());
    let missing = deliveries()
        .filter(|(_, end)| end.is_missing())
        .count();

    let mut said = Vec::new();
    if !report.plan.changes.is_empty() {
        said.push(summarize_changes(report.counts()));
    }
    for (label, number) in [
        ("Delivered", delivered.count()),
        ("Removed", removed.count()),
    ] {
        if number > 0 {
            let entries = count(number, ("entry", "entries"));
            said.push(format!("{} {entries}.", styled(STRONG, label)));
        }
    }
    if missing > 0 {
        let entries = count(missing, ("entry", "entries"));
        said.push(format!(
            "{} {entries}.",
            styled(STRONG, "Not delivered:")
        ));
    }
    said.join(" ")
}

fn summarize_changes(counts: Counts) -> String {
    let Counts {
        applied,
        failed,
        blocked,
        unknown,
        not_tried,
    } = counts;
    let total = applied + failed + blocked + unknown + not_tried;
    let changes = count(total, ("change", "changes"));
    let label = styled(STRONG, "Applied");
    if applied == total {
        return format!("{label} {changes}.");
    }

    let others = [
        (failed, "failed"),
        (blocked, "blocked"),
        (unknown, "unknown"),
        (not_tried, "not tried"),
    ];
    let others: Vec<String> = others
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    format!(
        "{label} {applied} of {changes}: {}.",
        others.join(", ")
    )
}
