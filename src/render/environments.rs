//! How a run over several environments ended, for people: a line for each of which there is something to say.

use std::fmt::Write as _;

use super::document::{EnvironmentView, EnvironmentsView, PlanVerdict, PlanView, ReportView};
use super::markdown::{deeds, ends};
use super::style::{REMOVED, STRONG, styled};
use super::text::{length, safe, wrapped};

/// What is said of an environment.
enum Line {
    /// Nothing but that there is nothing.
    Quiet,
    Said(String),
}

/// What there is to do in each environment.
#[must_use]
pub fn planned_environments(environments: &EnvironmentsView, plans: &[&PlanView]) -> String {
    let line = |name: &str| match plans.iter().find(|plan| is_of(plan, name)) {
        Some(plan) if plan.verdict == PlanVerdict::NoChanges => Line::Quiet,
        Some(plan) => Line::Said(deeds(&[plan])),
        None => Line::Said("no plan".to_owned()),
    };

    show("Planned:", environments, line)
}

/// What was done in each environment.
#[must_use]
pub fn applied_environments(environments: &EnvironmentsView, reports: &[ReportView]) -> String {
    let line = |name: &str| match reports.iter().find(|report| is_of(&report.plan, name)) {
        Some(report) if report.plan.verdict == PlanVerdict::NoChanges => Line::Quiet,
        Some(report) if !report.outcomes.is_empty() => Line::Said(ends(report).join(", ")),
        _ => Line::Said("not applied".to_owned()),
    };

    show("Applied:", environments, line)
}

fn is_of(plan: &PlanView, name: &str) -> bool {
    plan.provenance.environment.as_deref() == Some(name)
}

fn show(label: &str, environments: &EnvironmentsView, line: impl Fn(&str) -> Line) -> String {
    let mut quiet = Vec::new();
    let mut said = Vec::new();
    for result in &environments.results {
        let name = &result.environment;
        match (failed(result), line(name)) {
            (None, Line::Quiet) => quiet.push(name.clone()),
            (Some(text), _) | (None, Line::Said(text)) => said.push((name, text)),
        }
    }

    let label = styled(STRONG, label);
    let mut out = format!("{label} {}.\n", environments.in_words());
    let width = said.iter().map(|(name, _)| length(name)).max();
    let width = width.unwrap_or_default();
    for (name, text) in said {
        let _ = writeln!(out, "  {name:width$}  {text}");
    }
    if !quiet.is_empty() {
        const LABEL: &str = "  no changes: ";
        let names = wrapped(&quiet, LABEL.len());
        let _ = writeln!(out, "{LABEL}{names}");
    }
    out
}

/// Why an environment is not done, in short: all of it was said before.
fn failed(result: &EnvironmentView) -> Option<String> {
    let error = result.error.as_ref()?;
    let first = error.advice.message.lines().next().unwrap_or_default();

    // Nothing went wrong there.
    if error.advice.id == "not-reached" {
        return Some(safe(first));
    }
    Some(format!("{} {}", styled(REMOVED, "failed:"), safe(first)))
}
