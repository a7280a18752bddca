//! Workflow commands of GitHub: annotations on the lines of a pull request, and
//! at the top of a run.

use std::fmt::Write as _;

use super::document::{
    AdviceView, DeliveryOutcomeView, EnvironmentsView, FailureView,
    FindingView, GrantVerificationView, OutcomeKind, OutcomeView, PlanDocument,
    PlanView, ProblemView, ProblemsDocument, ReportDocument, ReportView,
    VerificationDocument, VerificationVerdict,
};
use super::markdown;
use super::report::{LOOK_AGAIN, TWINS_UNKNOWN};
use super::text::with_step;
use super::weight::{Weight, step_of};

mod command;

use command::{Level, at, titled};

/// Each problem and finding as an annotation of its place.
#[must_use]
pub fn problems(document: &ProblemsDocument) -> String {
    let problems = document.problems.iter().map(problem);
    let findings = document.findings.iter().map(finding);

    let error = document.error.iter().map(failure);
    problems
        .chain(findings)
        .chain(error)
        .collect()
}

/// What plans come to, and what speaks against them.
#[must_use]
pub fn plans(document: &PlanDocument) -> String {
    let environments = document.environments.as_ref();
    let mut out = String::new();
    for plan in &document.plans {
        let said = plan
            .refusals
            .iter()
            .chain(&plan.conflicts);
        out.extend(said.map(|said| advice_in(plan, Level::Error, said)));
        let notes = plan.notes.iter();
        out.extend(notes.map(|note| advice_in(plan, Level::Notice, note)));
    }
    out.push_str(&failures(environments, document.error.as_ref()));

    let headline = markdown::plan_headline(document);
    let verdict = with_environments(headline, environments);
    out.push_str(&titled(Level::Notice, "Grantry plan", &verdict));
    out
}

/// What became of plans, and what was not done.
#[must_use]
pub fn reports(document: &ReportDocument) -> String {
    let environments = document.environments.as_ref();
    let mut out: String = document
        .reports
        .iter()
        .map(annotate_report)
        .collect();
    out.push_str(&failures(environments, document.error.as_ref()));

    let headline = markdown::report_headline(document);
    let verdict = with_environments(headline, environments);
    out.push_str(&titled(
        Level::Notice,
        "Grantry apply",
        &verdict,
    ));
    out
}

/// What was not done of one plan, and what speaks against it. Not what was
/// applied: an annotation is for whoever has to look at something.
fn annotate_report(report: &ReportView) -> String {
    let plan = &report.plan;
    let mut out: String = report
        .missed()
        .map(|outcome| not_applied(plan, outcome))
        .collect();

    let undelivered = report.undelivered();
    out.extend(undelivered.map(|delivery| not_delivered(plan, delivery)));

    let said = plan
        .refusals
        .iter()
        .chain(&plan.conflicts);
    let twins = report
        .twins
        .iter()
        .map(|twin| &twin.advice);
    let said = said.chain(twins);
    out.extend(said.map(|said| advice_in(plan, Level::Error, said)));

    let unknown = report.twins_unknown.as_deref();
    out.extend(unknown.map(|error| twins_unknown(plan, error)));
    out
}

/// What tokens have proved wrong, and what is not known.
#[must_use]
pub fn verification(document: &VerificationDocument) -> String {
    let grants = document
        .verification
        .iter()
        .flat_map(|view| &view.grants);
    let mut out: String = grants
        .filter_map(annotate_grant)
        .collect();
    out.extend(document.error.iter().map(failure));

    let headline = markdown::verification_headline(document);
    out.push_str(&titled(
        Level::Notice,
        "Grantry verify",
        &headline,
    ));
    out
}

/// What is wrong with a grant, or not known of it.
fn annotate_grant(grant: &GrantVerificationView) -> Option<String> {
    let level = match grant.verdict {
        VerificationVerdict::Verified => return None,
        VerificationVerdict::Failed => Level::Error,
        VerificationVerdict::NotVerified => Level::Notice,
    };

    let remarks = grant.remarks.join("; ");
    let message = format!(
        "grants.{} -> {}: {remarks}",
        grant.client, grant.resource_server
    );
    Some(titled(
        level,
        grant.verdict.in_words(),
        &message,
    ))
}

/// What is said of one of several environments, with its name.
fn in_environment(plan: &PlanView, message: &str) -> String {
    match &plan.provenance.environment {
        Some(environment) => format!("{environment}: {message}"),
        None => message.to_owned(),
    }
}

fn advice_in(plan: &PlanView, level: Level, said: &AdviceView) -> String {
    let said = AdviceView {
        message: in_environment(plan, &said.message),
        ..said.clone()
    };

    advice(level, &said)
}

fn not_applied(plan: &PlanView, outcome: &OutcomeView) -> String {
    let mut message = in_environment(plan, &outcome.name);
    if let Some(error) = &outcome.error {
        let _ = write!(message, ": {}", error.message);
    }

    let title = match outcome.outcome {
        OutcomeKind::Applied => "applied",
        OutcomeKind::Failed => "failed",
        OutcomeKind::Blocked => "blocked",
        OutcomeKind::Unknown => "perhaps made",
        OutcomeKind::NotTried => "not tried",
    };
    titled(Level::Error, title, &message)
}

fn not_delivered(plan: &PlanView, delivery: &DeliveryOutcomeView) -> String {
    let DeliveryOutcomeView {
        client, sink, ..
    } = delivery;
    let name = format!("deliveries.{client} -> {sink}");
    let mut message = in_environment(plan, &name);
    let mut step = None;
    if let Some(error) = &delivery.error {
        let _ = write!(message, ": {}", error.message);
        step = error.next_step.as_deref();
    }

    let message = with_step(&message, step);
    titled(Level::Error, "not delivered", &message)
}

fn twins_unknown(plan: &PlanView, error: &str) -> String {
    let message = in_environment(plan, &format!("{TWINS_UNKNOWN}: {error}"));
    let message = with_step(&message, Some(LOOK_AGAIN));

    titled(Level::Error, "twins-unknown", &message)
}

fn with_environments(
    headline: String,
    environments: Option<&EnvironmentsView>,
) -> String {
    match environments {
        Some(environments) => {
            format!("{headline} · done: {}", environments.in_words())
        }
        None => headline,
    }
}

/// Why a run ended early, or did in some of its environments.
fn failures(
    environments: Option<&EnvironmentsView>,
    error: Option<&FailureView>,
) -> String {
    let results =
        environments.map_or(&[][..], |environments| &environments.results);
    let errors = results.iter().filter_map(|result| {
        let mut error = result.error.clone()?;
        let message = &error.advice.message;
        error.advice.message = format!("{}: {message}", result.environment);
        Some(failure(&error))
    });

    errors
        .chain(error.map(failure))
        .collect()
}

fn failure(error: &FailureView) -> String {
    let problems = error.problems.iter().map(problem);
    let said = error
        .reasons
        .iter()
        .chain([&error.advice]);
    let said = said.map(|said| advice(Level::Error, said));

    problems.chain(said).collect()
}

fn problem(problem: &ProblemView) -> String {
    let level = problem.level.into();
    let message = with_step(&problem.message, problem.next_step.as_deref());

    at(&problem.place, level, &problem.id, &message)
}

fn finding(finding: &FindingView) -> String {
    let level = match Weight::of_view(finding) {
        Weight::Error => Level::Error,
        Weight::Warning => Level::Warning,
        Weight::Waived => Level::Notice,
    };
    let step = step_of(finding);

    let message = with_step(&finding.message_now(), step.as_deref());
    match &finding.place_now {
        Some(place) => at(place, level, &finding.id, &message),
        None => titled(level, &finding.id, &message),
    }
}

fn advice(level: Level, said: &AdviceView) -> String {
    let message = with_step(&said.message, said.next_step.as_deref());

    titled(level, &said.id, &message)
}
