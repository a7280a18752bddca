//! Which environments there are, and what is wrong with
//! them, whichever is chosen.

use std::collections::BTreeMap;

use super::super::node::{Entry, Value};
use super::super::problem::{Problem, ProblemId, quote};
use super::super::section::ENVIRONMENTS;
use super::super::source::Span;
use crate::model::EnvironmentName;

/// The names of all environments, in order.
pub(in crate::config) fn names_of(section: Option<&Entry>) -> Vec<&str> {
    list_environments(section)
        .iter()
        .map(|environment| &*environment.key)
        .collect()
}

fn list_environments(section: Option<&Entry>) -> &[Entry] {
    section.map_or(&[], |section| section.value.entries())
}

/// What is wrong with environments, whichever is chosen.
pub(in crate::config) fn check_section(
    section: Option<&Entry>,
) -> Vec<Problem> {
    if let Some(section) = section
        && !matches!(section.value.value, Value::Mapping(_))
    {
        let help =
            "name each, as in `production:`, with what differs in it below";
        return vec![refuse_kind(&section.key, section.key_span).help(help)];
    }

    let environments = list_environments(section);
    let misnamed = environments
        .iter()
        .filter_map(refuse_name);
    let nested = environments
        .iter()
        .filter_map(refuse_nested);
    misnamed
        .chain(nested)
        .chain(find_alike(environments))
        .collect()
}

fn refuse_name(environment: &Entry) -> Option<Problem> {
    let name = environment
        .key
        .parse::<EnvironmentName>();
    let error = name.err()?;
    let message = format!(
        "{} cannot be the name of an environment",
        quote(&environment.key)
    );

    let span = environment.key_span;
    let problem = Problem::new(ProblemId::Malformed, span, message);
    Some(problem.help(error.to_string()))
}

fn refuse_nested(environment: &Entry) -> Option<Problem> {
    let nested = environment.value.entry(ENVIRONMENTS)?;
    let message = "an environment has no environments of its own";

    let span = nested.key_span;
    let problem = Problem::new(ProblemId::UnknownKey, span, message);
    Some(problem)
}

/// Environments whose names are one where they end the names of variables:
/// those of one would be the other's too.
fn find_alike(environments: &[Entry]) -> Vec<Problem> {
    let mut seen: BTreeMap<String, &Entry> = BTreeMap::new();
    let mut alike = Vec::new();
    for environment in environments {
        let Ok(name) = environment
            .key
            .parse::<EnvironmentName>()
        else {
            continue;
        };
        let variable = name.as_variable();
        let Some(earlier) = seen.get(&variable) else {
            seen.insert(variable, environment);
            continue;
        };

        let message = format!(
            "{} and {} are the same in the names of variables: `{variable}`",
            quote(&earlier.key),
            quote(&environment.key)
        );
        let help = "credentials of the one would be taken for those of the \
                    other: call it differently";
        let span = environment.key_span;
        let problem = Problem::new(ProblemId::DuplicateName, span, message);
        alike.push(problem.help(help));
    }
    alike
}

/// What had to be a map: environments, or one of them.
pub(in crate::config) fn refuse_kind(key: &str, span: Span) -> Problem {
    let message = format!("{} must be a map", quote(key));

    Problem::new(ProblemId::WrongType, span, message)
}
