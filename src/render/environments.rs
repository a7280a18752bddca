//! How a run over several environments ended, for people: a line for each of
//! which there is something to say.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::document::{
    EnvironmentView, EnvironmentsView, Fate, PlanVerdict, PlanView, ReportView,
};
use super::layout::Width;
use super::style::{REMOVED, STRONG, styled};
use super::text::{count, length, safe, wrapped};

/// What is said of an environment.
enum Line {
    /// Nothing but that there is nothing.
    Quiet,
    Said(String),
}

/// What there is to do in each environment.
#[must_use]
pub fn planned_environments(
    environments: &EnvironmentsView,
    plans: &[&PlanView],
    width: Width,
) -> String {
    let plans = by_name(plans.iter().map(|plan| (*plan, *plan)));
    let line = |name: &str| match plans.get(name) {
        Some(plan) if !plan.drift.is_empty() => Line::Said(say_drift(plan)),
        Some(plan) if plan.verdict == PlanVerdict::NoChanges => Line::Quiet,
        Some(plan) => Line::Said(plan.counts.deeds()),
        None => Line::Said("no plan".to_owned()),
    };

    show("Planned:", environments, width, line)
}

/// What there is to do, and how much is not as it was left.
fn say_drift(plan: &PlanView) -> String {
    let drift = count(plan.drift.len(), ("thing", "things"));

    format!("{}, {drift} drifted", plan.counts.deeds())
}

/// What was done in each environment.
#[must_use]
pub fn applied_environments(
    environments: &EnvironmentsView,
    reports: &[ReportView],
    width: Width,
) -> String {
    let reports = by_name(
        reports
            .iter()
            .map(|report| (&report.plan, report)),
    );
    let line = |name: &str| match reports.get(name) {
        Some(report) if report.plan.verdict == PlanVerdict::NoChanges => {
            Line::Quiet
        }
        Some(report) if !report.outcomes.is_empty() => {
            Line::Said(report.counts.ends())
        }
        _ => Line::Said("not applied".to_owned()),
    };

    show("Applied:", environments, width, line)
}

/// What there is for each environment.
fn by_name<'a, T>(
    all: impl Iterator<Item = (&'a PlanView, T)>,
) -> BTreeMap<&'a str, T> {
    let named = all.filter_map(|(plan, one)| {
        let environment = plan.provenance.environment.as_deref()?;
        Some((environment, one))
    });
    named.collect()
}

fn show(
    label: &str,
    environments: &EnvironmentsView,
    page: Width,
    line: impl Fn(&str) -> Line,
) -> String {
    let mut quiet = Vec::new();
    let mut said = Vec::new();
    for result in &environments.results {
        let name = &result.environment;
        match (failed(result), line(name)) {
            (None, Line::Quiet) => quiet.push(name.clone()),
            (Some(text), _) | (None, Line::Said(text)) => {
                said.push((name, text));
            }
        }
    }

    let label = styled(STRONG, label);
    let mut out = format!("{label} {}.\n", environments.in_words());
    let width = said
        .iter()
        .map(|(name, _)| length(name))
        .max();
    let width = width.unwrap_or_default();
    for (name, text) in said {
        let _ = writeln!(out, "  {name:width$}  {text}");
    }
    if !quiet.is_empty() {
        const LABEL: &str = "  no changes: ";
        let names = wrapped(&quiet, LABEL.len(), page);
        let _ = writeln!(out, "{LABEL}{names}");
    }
    out
}

/// Why an environment is not done, in short: all of it was said before.
fn failed(result: &EnvironmentView) -> Option<String> {
    let error = result.error.as_ref()?;
    let first = error
        .advice
        .message
        .lines()
        .next()
        .unwrap_or_default();

    Some(match result.fate {
        // Nothing went wrong there, and it says itself what it is.
        Fate::NotReached => safe(first),
        _ => format!("{} {}", styled(REMOVED, "failed:"), safe(first)),
    })
}
