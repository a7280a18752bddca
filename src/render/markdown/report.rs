//! The comment of a report: what was done, and what was not.

use super::super::report::{LOOK_AGAIN, TWINS_UNKNOWN};
use super::super::text::count;
use super::budget::{Budget, MOST};
use super::failure::show_failure;
use super::plan::{add_environments, advice, without};
use super::text::{block, code, line};
use crate::render::document::{
    DeliveryOutcomeView, OutcomeKind, OutcomeView, PlanVerdict, ReportDocument,
    ReportVerdict, ReportView,
};

/// What is kept for the sentences that say what was left out.
const RESERVE: usize = 600;

/// The reports of a run as a comment of at most 60,000 bytes.
#[must_use]
pub fn reports(document: &ReportDocument) -> String {
    let mut out = Budget::of(MOST - RESERVE);
    out.add(&format!("{}\n", headline(document)));
    if let Some(error) = &document.error {
        out.add(&show_failure(error, out.left() / 2));
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
        let said = report
            .plan
            .refusals
            .iter()
            .chain(&report.plan.conflicts);
        let room = out.left() / 2;
        left_out += out.add_all(said.map(advice), room);

        // What was applied is only counted: somebody has to look at what was
        // not.
        let failures = report
            .outcomes
            .iter()
            .filter(|outcome| outcome.outcome != OutcomeKind::Applied);
        let mut failures = failures.map(failure).peekable();
        if failures.peek().is_some() && !place.is_empty() {
            out.add(&format!("\nNot made{place}:\n"));
        }
        let room = out.left() / 2;
        left_out += out.add_all(failures, room);

        let undelivered = report.deliveries.iter();
        let undelivered = undelivered.filter(|delivery| delivery.is_missing());
        let room = out.left() / 2;
        left_out += out.add_all(undelivered.map(not_delivered), room);

        let twins = report.twins.iter().map(|twin| {
            format!(
                "- {} is there twice{place}: {}\n",
                code(&twin.key),
                code(&twin.advice.message)
            )
        });
        let unknown = report.twins_unknown.iter().map(|error| {
            let error = code(error);
            format!("- {TWINS_UNKNOWN}{place}: {error}; {LOOK_AGAIN}\n")
        });
        let room = out.left();
        left_out += out.add_all(twins.chain(unknown), room);

        // Services need their ids, which are no secret; folded, they are in
        // nobody's way.
        let ids = report.outcomes.iter().filter_map(client_id);
        // The rest is for what stands around the ids, which comes with them or
        // not at all.
        let room = (out.left() / 2).saturating_sub(100);
        let mut lines = Budget::of(room);
        left_out += lines.add_all(ids, room);
        let lines = lines.into_text();
        if !lines.is_empty() {
            let body = block("text", &lines);
            let summary = place.replace('`', "");
            out.add(&format!(
                "\n<details><summary>Client \
                 ids{summary}</summary>\n\n{body}\n</details>\n"
            ));
        }
    }

    out.into_text_without(left_out)
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
        ReportVerdict::NotBegun
            if report.plan.verdict == PlanVerdict::Conflicts =>
        {
            "**no plan**, the tenant contradicts the configuration".to_owned()
        }
        ReportVerdict::NotBegun
            if report.plan.verdict == PlanVerdict::Refused =>
        {
            format!("**refused**: {changes}")
        }
        // Changes were in flight, and nobody waited for their ends: no number
        // of any would be true.
        ReportVerdict::InPart if ends.is_empty() => {
            format!("**given up**: some of {changes} may have been made")
        }
        ReportVerdict::NotBegun if report.plan.changes.is_empty() => {
            "**nothing to do**".to_owned()
        }
        ReportVerdict::NotBegun => format!("**not applied**: {changes}"),
        ReportVerdict::Applied => {
            format!("**applied**: {changes}{}", delivered(report))
        }
        ReportVerdict::NotDelivered => {
            let missing = report
                .deliveries
                .iter()
                .filter(|delivery| delivery.is_missing());
            let missing = count(missing.count(), ("delivery", "deliveries"));
            format!("**applied, not delivered**: {changes}, {missing} missing")
        }
        ReportVerdict::InPart => format!("**applied in part**: {ends}"),
        ReportVerdict::Failed => format!("**failed**: {ends}"),
    };

    format!("{}: {said}{}", code(&name), doubt(report))
}

fn not_delivered(delivery: &DeliveryOutcomeView) -> String {
    let name = code(&format!(
        "deliveries.{} -> {}",
        delivery.client, delivery.sink
    ));
    match &delivery.error {
        Some(error) => format!(
            "- {name} **not delivered**: {}\n",
            code(&error.message)
        ),
        None => format!("- {name} **not delivered**\n"),
    }
}

/// How many credentials were delivered, if any were.
fn delivered(report: &ReportView) -> String {
    let delivered = report
        .deliveries
        .iter()
        .filter(|delivery| delivery.is_made());

    match delivered.count() {
        0 => String::new(),
        number => format!(
            ", {}",
            count(number, ("delivery", "deliveries"))
        ),
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
    match (
        &outcome.error,
        &outcome.blocked_by,
        outcome.outcome,
    ) {
        (Some(error), _, OutcomeKind::Unknown) => {
            format!(
                "- {name} may have been made: {}\n",
                code(&error.message)
            )
        }
        (Some(error), _, _) => {
            format!("- {name} failed: {}\n", code(&error.message))
        }
        (None, Some(cause), _) => {
            format!("- {name} blocked by {}\n", code(cause))
        }
        (None, None, _) => format!("- {name} not tried\n"),
    }
}

fn client_id(outcome: &OutcomeView) -> Option<String> {
    let id = outcome.client_id.as_ref()?;

    Some(format!(
        "{}  {}\n",
        line(&outcome.name),
        line(id)
    ))
}

#[cfg(test)]
mod tests;
