//! What is wrong with a variable, or with a reference to one.

use super::super::interpolate::refuse_scope;
use super::super::node::{Node, Value};
use super::super::problem::{Problem, ProblemId, quote};
use super::super::reference::Reference;
use super::super::source::Span;
use crate::model::nearest;

/// Refuses what cannot be a part of a text, nor all of one.
pub(in crate::config) fn refuse_value(
    node: &Node,
    place: Span,
) -> Option<Problem> {
    match node.value {
        Value::Sequence(_) | Value::Mapping(_) | Value::OtherNumber => {
            let message = "a value is a text, a whole number, `true`, `false` \
                           or `null` here";
            let problem = Problem::new(ProblemId::WrongType, place, message);
            Some(problem)
        }
        _ => None,
    }
}

/// Refuses whatever refers to no variable, where there is nothing else.
pub(super) fn refuse_other_scopes(
    reference: Reference<'_>,
    span: Span,
) -> Result<(), Option<Box<Problem>>> {
    if reference.scope == Reference::VARIABLE {
        return Ok(());
    }

    let problem = refuse_scope(reference, span, &[Reference::VARIABLE]);
    Err(Some(Box::new(problem)))
}

pub(super) fn refuse_unknown<'a>(
    reference: Reference<'_>,
    span: Span,
    known: impl Iterator<Item = &'a str>,
) -> Problem {
    let name = reference.name;
    let message = format!("no variable is called {}", quote(name));

    let help = format!(
        "declare it under `vars`, or give it with `--var {name}=VALUE`"
    );
    Problem::new(ProblemId::UnknownReference, span, message)
        .help(help)
        .suggest(nearest(name, known))
}
