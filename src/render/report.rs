//! What became of a plan, for people.

use std::fmt::Write as _;

use super::failure::failure;
use super::style::{CHANGED, CREATED, QUIET, REMOVED, STRONG, sign, styled};
use super::text::{count, safe};
use crate::apply::{Counts, Outcome, Report, SameMark};
use crate::model::Kind;
use crate::plan::{Action, Change, Names};
use crate::provider::ProviderError;

/// The whole report: what became of each change, and the counts.
#[must_use]
pub fn report(report: &Report) -> String {
    let Report {
        plan,
        outcomes,
        twins: doubled,
    } = report;
    let mut out = String::new();
    for (change, outcome) in plan.changes.iter().zip(outcomes) {
        let _ = writeln!(out, "{}", line(change, outcome, &plan.names, &plan.changes));
    }
    let _ = writeln!(out, "\n{}", summary(report.counts()));
    if report.may_have_twins() {
        out.push_str(&twins(doubled));
    }
    out
}

/// Clients of which there are two, and what to do about it.
fn twins(doubled: &Result<Vec<SameMark>, ProviderError>) -> String {
    let twins = match doubled {
        Ok(twins) => twins,
        Err(error) => {
            let error = format!("whether a client was created twice is not known: {error}");
            return failure(&error, Some("plan again to see"));
        }
    };

    let twin = |SameMark { key, twins }: &SameMark| {
        let error = format!("clients.{key} is there more than once: {twins}");
        failure(&error, Some(&twins.next_step().to_string()))
    };
    twins.iter().map(twin).collect()
}

/// Where the tenant's own account of the run is.
#[must_use]
pub fn correlation(id: &str) -> String {
    format!("Tenant logs: references.correlation_id is {}\n", safe(id))
}

/// How one change ended, on one line, to be said as it ends.
#[must_use]
pub fn ended(change: &Change, outcome: &Outcome, names: &Names) -> String {
    let reason = match outcome {
        Outcome::Failed(error) | Outcome::Unknown(error) => {
            format!(": {}", safe(&error.to_string()))
        }
        Outcome::Applied(_) | Outcome::Blocked(_) | Outcome::NotTried => String::new(),
    };
    format!("{}{reason}\n", head(change, outcome, names))
}

fn line(change: &Change, outcome: &Outcome, names: &Names, changes: &[Change]) -> String {
    let mut line = head(change, outcome, names);
    match outcome {
        Outcome::Applied(_) | Outcome::NotTried => {}
        Outcome::Failed(error) => {
            let _ = write!(line, "\n             {}", safe(&error.to_string()));
        }
        Outcome::Unknown(error) => {
            let _ = write!(
                line,
                "\n             {}; it may still have been made. Plan again to see.",
                safe(&error.to_string())
            );
        }
        Outcome::Blocked(place) => {
            if let Some(cause) = changes.get(*place) {
                let _ = write!(
                    line,
                    "\n             by {}",
                    safe(&names.of(&cause.address))
                );
            }
        }
    }
    line
}

/// What became of which object; of a client that is new here also the id, which its service needs.
fn head(change: &Change, outcome: &Outcome, names: &Names) -> String {
    let (word, style) = match outcome {
        Outcome::Applied(_) => ("applied", CREATED),
        Outcome::Failed(_) => ("failed", REMOVED),
        Outcome::Blocked(_) => ("blocked", CHANGED),
        Outcome::Unknown(_) => ("unknown", REMOVED),
        Outcome::NotTried => ("not tried", QUIET),
    };
    let (sign, sign_style) = sign(change.action);
    let name = safe(&names.of(&change.address));
    let id = match (change.address.kind(), change.action, outcome) {
        (Kind::Client, Action::Create | Action::Adopt, Outcome::Applied(id)) => {
            format!("  client_id: {}", safe(id.as_str()))
        }
        _ => String::new(),
    };
    format!(
        "  {}  {} {name}{id}",
        styled(style, format!("{word:9}")),
        styled(sign_style, sign)
    )
}

fn summary(counts: Counts) -> String {
    let Counts {
        applied,
        failed,
        blocked,
        unknown,
        not_tried,
    } = counts;
    let total = applied + failed + blocked + unknown + not_tried;
    if applied == total {
        let changes = count(total, ("change", "changes"));
        return format!("{} {changes}.", styled(STRONG, "Applied"));
    }
    let others = [
        (failed, "failed"),
        (blocked, "blocked"),
        (unknown, "unknown"),
        (not_tried, "not tried"),
    ];
    let others = others.iter().filter(|(number, _)| *number > 0);
    let others = others
        .map(|(number, word)| format!("{number} {word}"))
        .collect::<Vec<_>>();
    let label = styled(STRONG, "Applied");
    format!(
        "{label} {applied} of {}: {}.",
        count(total, ("change", "changes")),
        others.join(", ")
    )
}
