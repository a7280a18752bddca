//! What the chosen environment says.

use super::super::node::{Entry, Node, Value};
use super::super::problem::{Problem, ProblemId, quote};
use super::super::source::Span;
use super::declared::{names_of, refuse_kind};
use crate::model::{EnvironmentName, nearest};

/// Takes out what the chosen environment says: nothing, where a configuration
/// has none. Where it cannot be said which one is meant, there is no
/// configuration.
pub(in crate::config) fn choose(
    section: Option<Entry>,
    chosen: Option<&EnvironmentName>,
    whole: Span,
) -> Result<Node, Problem> {
    let nothing = Node {
        span: whole,
        value: Value::Mapping(Vec::new()),
    };
    let names = names_of(section.as_ref()).join(", ");
    let is_any = !names.is_empty();

    match (section, chosen) {
        (Some(mut section), Some(chosen)) if is_any => {
            match section.value.take(chosen.as_str()) {
                Some(environment) => take_out(environment, nothing),
                None => Err(refuse_unknown(&section, chosen, &names)),
            }
        }
        (Some(section), None) if is_any => {
            Err(refuse_silence(section.key_span, &names))
        }
        (_, None) => Ok(nothing),
        (section, Some(chosen)) => {
            let span = section.map_or(whole, |section| section.key_span);
            Err(refuse_without_environments(span, chosen))
        }
    }
}

fn take_out(environment: Entry, nothing: Node) -> Result<Node, Problem> {
    match environment.value.value {
        Value::Mapping(_) => Ok(environment.value),
        // Named and no more, it differs in nothing.
        Value::Null => Ok(nothing),
        _ => Err(refuse_kind(
            &environment.key,
            environment.key_span,
        )),
    }
}

fn refuse_unknown(
    section: &Entry,
    chosen: &EnvironmentName,
    names: &str,
) -> Problem {
    let chosen = chosen.as_str();
    let message = format!("there is no environment {}", quote(chosen));
    let known = names_of(Some(section));

    let span = section.key_span;
    Problem::new(ProblemId::UnknownEnvironment, span, message)
        .help(format!("there is {names}"))
        .suggest(nearest(chosen, known))
}

fn refuse_silence(span: Span, names: &str) -> Problem {
    let message = "the configuration has environments, and none is chosen";

    Problem::new(ProblemId::NoEnvironment, span, message)
        .help(format!("choose with `--env`: {names}"))
}

fn refuse_without_environments(
    span: Span,
    chosen: &EnvironmentName,
) -> Problem {
    let message = format!(
        "the environment {} is chosen, and the configuration has none",
        quote(chosen.as_str())
    );

    Problem::new(ProblemId::UnknownEnvironment, span, message)
        .help("declare it under `environments`, or leave `--env` out")
}
