//! The comment of a report: what was done, and what was not.

use super::super::report::{LOOK_AGAIN, TWINS_UNKNOWN};
use super::super::text::count;
use super::budget::{Budget, MOST, RESERVE};
use super::environments::{add_environments, without};
use super::failure::show_failure;
use super::list::advice;
use super::text::{block, code, folded, line};
use crate::render::document::{
    DeliveryOutcomeView, OutcomeKind, OutcomeView, PlanVerdict, PlanView,
    ReportDocument, ReportVerdict, ReportView,
};

/// What stands around the ids of clients, in bytes.
const FRAME: usize = 100;

/// The reports of a run as a comment of at most 60,000 bytes.
#[must_use]
pub fn reports(document: &ReportDocument) -> String {
    let mut out = Budget::of(MOST - RESERVE);
    out.add(&format!("{}\n", headline(document)));
    if let Some(error) = &document.error {
        out.add(&show_failure(error, out.half()));
    }
    add_environments(&mut out, document.environments.as_ref());

    let mut left_out = 0;
    for report in &document.reports {
        // Of several, each part says where it was.
        let place = match &report.plan.provenance.environment {
            Some(environment) if document.reports.len() > 1 => {
                format!(" in {}", code(environment))
            }
            _ => String::new(),
        };
        left_out += add_missed(&mut out, report, &place);
        left_out += add_twins(&mut out, report, &place);
        left_out += add_client_ids(&mut out, report, &place);
    }

    out.into_text_without(left_out)
}

/// Adds what speaks against a plan, and what was not made of it. What was
/// applied is only counted: somebody has to look at what was not.
fn add_missed(out: &mut Budget, report: &ReportView, place: &str) -> usize {
    let plan = &report.plan;
    let said = plan
        .refusals
        .iter()
        .chain(&plan.conflicts);
    let mut left_out = out.add_all(said.map(advice), out.half());

    let mut failures = report.missed().map(failure).peekable();
    if failures.peek().is_some() && !place.is_empty() {
        out.add(&format!("\nNot made{place}:\n"));
    }
    left_out += out.add_all(failures, out.half());

    let undelivered = report.undelivered();
    left_out + out.add_all(undelivered.map(not_delivered), out.half())
}

/// Adds the clients that are there twice, or that nobody could look for them.
fn add_twins(out: &mut Budget, report: &ReportView, place: &str) -> usize {
    let twins = report.twins.iter().map(|twin| {
        let key = code(&twin.key);
        let message = code(&twin.advice.message);
        format!("- {key} is there twice{place}: {message}\n")
    });
    let unknown = report
        .twins_unknown
        .iter()
        .map(|error| {
            let error = code(error);
            format!("- {TWINS_UNKNOWN}{place}: {error}; {LOOK_AGAIN}\n")
        });

    out.add_all(twins.chain(unknown), out.left())
}

/// Adds the ids of clients. Services need them, and they are no secret; folded,
/// they are in nobody's way.
fn add_client_ids(out: &mut Budget, report: &ReportView, place: &str) -> usize {
    let ids = report
        .outcomes
        .iter()
        .filter_map(client_id);
    // The rest is for what stands around the ids, which comes
    // with them or not at all.
    let room = out.half().saturating_sub(FRAME);
    let mut lines = Budget::of(room);
    let left_out = lines.add_all(ids, room);

    let lines = lines.into_text();
    if !lines.is_empty() {
        let summary = format!("Client ids{}", place.replace('`', ""));
        let body = block("text", &lines);
        out.add(&folded(&summary, &body));
    }
    left_out
}

/// The first line: what became of all of it.
#[must_use]
pub fn headline(document: &ReportDocument) -> String {
    if document.reports.is_empty() {
        return "**nothing was applied**".to_owned();
    }
    let reports = &document.reports;
    let unknown = without(
        document.environments.as_ref(),
        reports.len(),
        "a report",
    );
    let ends: Vec<String> = reports.iter().map(end).collect();
    format!("{unknown}{}", ends.join("; "))
}

fn end(report: &ReportView) -> String {
    let provenance = &report.plan.provenance;
    let name = match &provenance.environment {
        Some(environment) => format!("{}/{environment}", provenance.stack),
        None => provenance.stack.clone(),
    };
    let ends = report.counts.ends();
    let changes = count(report.plan.changes.len(), ("change", "changes"));

    let said = match report.verdict {
        ReportVerdict::NotBegun => not_begun(&report.plan, &changes),
        // Changes were in flight, and nobody waited for their ends: no number
        // of any would be true.
        ReportVerdict::InPart if ends.is_empty() => {
            format!("**given up**: some of {changes} may have been made")
        }
        ReportVerdict::Applied => {
            format!("**applied**: {changes}{}", delivered(report))
        }
        ReportVerdict::NotDelivered => {
            let missing = report.undelivered().count();
            let missing = count(missing, ("delivery", "deliveries"));
            format!("**applied, not delivered**: {changes}, {missing} missing")
        }
        ReportVerdict::InPart => format!("**applied in part**: {ends}"),
        ReportVerdict::Failed => format!("**failed**: {ends}"),
    };

    format!("{}: {said}{}", code(&name), doubt(report))
}

/// Why no change was tried.
fn not_begun(plan: &PlanView, changes: &str) -> String {
    match plan.verdict {
        PlanVerdict::Conflicts => {
            "**no plan**, the tenant contradicts the configuration".to_owned()
        }
        PlanVerdict::Refused => format!("**refused**: {changes}"),
        PlanVerdict::Changes
        | PlanVerdict::AdoptionsOnly
        | PlanVerdict::NoChanges => {
            if plan.changes.is_empty() {
                "**nothing to do**".to_owned()
            } else {
                format!("**not applied**: {changes}")
            }
        }
    }
}

fn not_delivered(delivery: &DeliveryOutcomeView) -> String {
    let DeliveryOutcomeView {
        client, sink, ..
    } = delivery;
    let name = code(&format!("deliveries.{client} -> {sink}"));

    match &delivery.error {
        Some(error) => {
            let message = code(&error.message);
            format!("- {name} **not delivered**: {message}\n")
        }
        None => format!("- {name} **not delivered**\n"),
    }
}

/// How many credentials were delivered, if any were.
fn delivered(report: &ReportView) -> String {
    let deliveries = report.deliveries.iter();
    let delivered = deliveries.filter(|delivery| delivery.is_made());

    match delivered.count() {
        0 => String::new(),
        number => {
            let made = count(number, ("delivery", "deliveries"));
            format!(", {made}")
        }
    }
}

/// What is not well although every change was made.
fn doubt(report: &ReportView) -> String {
    if report.twins_unknown.is_some() {
        return format!(", but {TWINS_UNKNOWN}");
    }

    match report.twins.len() {
        0 => String::new(),
        1 => ", but 1 client is there twice".to_owned(),
        number => format!(", but {number} clients are there twice"),
    }
}

fn failure(outcome: &OutcomeView) -> String {
    let name = code(&outcome.name);
    let fate = match (&outcome.error, &outcome.blocked_by) {
        (Some(error), _) => {
            let message = code(&error.message);
            match outcome.outcome {
                OutcomeKind::Unknown => {
                    format!("may have been made: {message}")
                }
                _ => format!("failed: {message}"),
            }
        }
        (None, Some(cause)) => format!("blocked by {}", code(cause)),
        (None, None) => "not tried".to_owned(),
    };

    format!("- {name} {fate}\n")
}

fn client_id(outcome: &OutcomeView) -> Option<String> {
    let id = line(outcome.client_id.as_ref()?);
    let name = line(&outcome.name);

    Some(format!("{name}  {id}\n"))
}

#[cfg(test)]
mod tests;
