//! Workflow commands of GitHub: annotations on the lines of a pull request, and
//! at the top of a run.

use std::fmt::Write as _;

use super::document::{
    AdviceView, DeliveryOutcomeView, EnvironmentsView, FailureView,
    FindingView, OutcomeKind, PlaceView, PlanDocument, PlanView, ProblemLevel,
    ProblemView, ProblemsDocument, ReportDocument, VerificationDocument,
    VerificationVerdict,
};
use super::markdown;
use super::report::{LOOK_AGAIN, TWINS_UNKNOWN};
use super::text::with_step;
use super::weight::{Weight, step_of};

/// How bad what is said is.
#[derive(Debug, Clone, Copy)]
enum Level {
    Error,
    Warning,
    Notice,
}

/// Each problem and finding as an annotation of its place.
#[must_use]
pub fn problems(document: &ProblemsDocument) -> String {
    let problems = document.problems.iter().map(problem);
    let findings = document.findings.iter().map(finding);

    let error = document.error.iter().map(failure);
    problems.chain(findings).chain(error).collect()
}

/// What plans come to, and what speaks against them.
#[must_use]
pub fn plans(document: &PlanDocument) -> String {
    let mut out = String::new();
    for plan in &document.plans {
        let said = plan.refusals.iter().chain(&plan.conflicts);
        out.extend(said.map(|said| advice_in(plan, Level::Error, said)));
        let notes = plan.notes.iter();
        out.extend(notes.map(|note| advice_in(plan, Level::Notice, note)));
    }
    out.push_str(&failures(
        document.environments.as_ref(),
        document.error.as_ref(),
    ));

    let verdict = with_environments(
        markdown::plan_headline(document),
        document.environments.as_ref(),
    );
    out.push_str(&command(
        Level::Notice,
        &[("title", "Grantry plan")],
        &verdict,
    ));
    out
}

/// What became of plans, and what was not done.
#[must_use]
pub fn reports(document: &ReportDocument) -> String {
    let mut out = String::new();
    for report in &document.reports {
        // Not what was applied: an annotation is for whoever has to look at
        // something.
        let missed = report
            .outcomes
            .iter()
            .filter(|outcome| outcome.outcome != OutcomeKind::Applied);
        for outcome in missed {
            let mut message = in_environment(&report.plan, &outcome.name);
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
            out.push_str(&command(
                Level::Error,
                &[("title", title)],
                &message,
            ));
        }
        let undelivered = report.deliveries.iter();
        let undelivered = undelivered.filter(|delivery| delivery.is_missing());
        out.extend(
            undelivered.map(|delivery| not_delivered(&report.plan, delivery)),
        );
        let said = report
            .plan
            .refusals
            .iter()
            .chain(&report.plan.conflicts);
        out.extend(
            said.map(|said| advice_in(&report.plan, Level::Error, said)),
        );
        let twins = report.twins.iter();
        out.extend(
            twins.map(|twin| {
                advice_in(&report.plan, Level::Error, &twin.advice)
            }),
        );
        let unknown = report.twins_unknown.as_deref();
        out.extend(unknown.map(|error| twins_unknown(&report.plan, error)));
    }
    out.push_str(&failures(
        document.environments.as_ref(),
        document.error.as_ref(),
    ));

    let verdict = with_environments(
        markdown::report_headline(document),
        document.environments.as_ref(),
    );
    out.push_str(&command(
        Level::Notice,
        &[("title", "Grantry apply")],
        &verdict,
    ));
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
        .filter_map(|grant| {
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
            let title = [("title", grant.verdict.in_words())];
            Some(command(level, &title, &message))
        })
        .collect();

    out.extend(document.error.iter().map(failure));
    let headline = markdown::verification_headline(document);
    let title = [("title", "Grantry verify")];
    out.push_str(&command(Level::Notice, &title, &headline));
    out
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

fn not_delivered(plan: &PlanView, delivery: &DeliveryOutcomeView) -> String {
    let name = format!(
        "deliveries.{} -> {}",
        delivery.client, delivery.sink
    );
    let mut message = in_environment(plan, &name);
    let mut step = None;
    if let Some(error) = &delivery.error {
        let _ = write!(message, ": {}", error.message);
        step = error.next_step.as_deref();
    }

    let message = with_step(&message, step);
    command(
        Level::Error,
        &[("title", "not delivered")],
        &message,
    )
}

fn twins_unknown(plan: &PlanView, error: &str) -> String {
    let message = in_environment(plan, &format!("{TWINS_UNKNOWN}: {error}"));
    let message = with_step(&message, Some(LOOK_AGAIN));

    command(
        Level::Error,
        &[("title", "twins-unknown")],
        &message,
    )
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
        error.advice.message = format!(
            "{}: {}",
            result.environment, error.advice.message
        );
        Some(failure(&error))
    });

    errors.chain(error.map(failure)).collect()
}

fn failure(error: &FailureView) -> String {
    let problems: String = error.problems.iter().map(problem).collect();
    let reasons = error.reasons.iter();
    let reasons: String = reasons
        .map(|reason| advice(Level::Error, reason))
        .collect();

    format!(
        "{problems}{reasons}{}",
        advice(Level::Error, &error.advice)
    )
}

fn problem(problem: &ProblemView) -> String {
    let message = with_step(&problem.message, problem.next_step.as_deref());

    at(
        &problem.place,
        problem.level.into(),
        &problem.id,
        &message,
    )
}

fn finding(finding: &FindingView) -> String {
    let level = match Weight::of_view(finding) {
        Weight::Error => Level::Error,
        Weight::Warning => Level::Warning,
        Weight::Waived => Level::Notice,
    };

    let message = with_step(
        &finding.message_now(),
        step_of(finding).as_deref(),
    );
    match &finding.place_now {
        Some(place) => at(place, level, &finding.id, &message),
        None => command(level, &[("title", &finding.id)], &message),
    }
}

impl From<ProblemLevel> for Level {
    fn from(level: ProblemLevel) -> Self {
        match level {
            ProblemLevel::Error => Self::Error,
            ProblemLevel::Warning => Self::Warning,
        }
    }
}

fn at(place: &PlaceView, level: Level, id: &str, message: &str) -> String {
    let number =
        |number: Option<usize>| number.map(|number| number.to_string());
    let numbers = [
        ("line", number(place.line)),
        ("endLine", number(place.end_line)),
        ("col", number(place.column)),
        ("endColumn", number(place.end_column)),
    ];

    let mut properties = vec![("file", place.file.as_str())];
    let numbers = numbers.iter();
    properties.extend(
        numbers.filter_map(|(name, value)| Some((*name, value.as_deref()?))),
    );
    properties.push(("title", id));
    command(level, &properties, message)
}

fn advice(level: Level, said: &AdviceView) -> String {
    let message = with_step(&said.message, said.next_step.as_deref());

    command(level, &[("title", &said.id)], &message)
}

/// One workflow command on a line of its own. What would end it, or begin
/// another, is written by number.
fn command(level: Level, properties: &[(&str, &str)], message: &str) -> String {
    let word = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "notice",
    };
    let properties: Vec<String> = properties
        .iter()
        .map(|(name, value)| format!("{name}={}", escaped_property(value)))
        .collect();

    format!(
        "::{word} {}::{}\n",
        properties.join(","),
        escaped(message)
    )
}

fn escaped(text: &str) -> String {
    // The percent sign first, or it would spoil the numbers that are written
    // below.
    let text = text.replace('%', "%25");
    // Line by line: a line break is meant, and as a character `safe` would
    // write it by number.
    let lines: Vec<String> = text
        .split('\n')
        .map(super::text::safe)
        .collect();

    lines.join("%0A")
}

fn escaped_property(text: &str) -> String {
    // These two end a property; in a message they are text.
    escaped(text)
        .replace(':', "%3A")
        .replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_said_is_a_command_of_its_own() {
        let said = AdviceView {
            id: "a,b:c".to_owned(),
            message: "50%\n::set-output name=x::y\r\n##[error]z".to_owned(),
            next_step: None,
        };
        assert_eq!(
            advice(Level::Error, &said),
            "::error title=a%2Cb%3Ac::50%25%0A\\u{3a}:set-output \
             name=x::y\\r%0A\\u{23}#[error]z\n"
        );
    }
}
