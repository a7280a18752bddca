//! Checks of what is owned, moved and removed.

use std::collections::BTreeMap;

use super::super::file::Moved;
use super::super::node::{Node, Value};
use super::super::place::Place;
use super::super::problem::{Problem, ProblemId, quote};
use super::super::source::Span;
use super::context::{Context, Lookup};
use super::repeated::find_repeated;
use super::resource_servers::own_identifier;
use crate::model::{Glob, Identifier, Key};

/// The patterns under `owns` as they were written.
fn owned_patterns<'a>(context: &Context<'a>) -> &'a [Node] {
    let owns = context.document.entry("owns");
    let patterns = owns.and_then(|owns| owns.value.entry("resource_servers"));

    patterns.map_or(&[], |patterns| patterns.value.items())
}

/// A pattern that any API matches would make others' APIs ours.
pub(super) fn refuse_wide_patterns(context: &Context<'_>) -> Vec<Problem> {
    owned_patterns(context)
        .iter()
        .filter(|pattern| is_too_wide(pattern))
        .map(|pattern| {
            let message =
                "a pattern under `owns` names a host or a name of your own";
            Problem::new(ProblemId::TooWide, pattern.span, message)
                .help("such as `https://*.world-mappers.example/`")
        })
        .collect()
}

fn is_too_wide(pattern: &Node) -> bool {
    match &pattern.value {
        // One that is no pattern at all has been reported by the walk.
        Value::Text(text) => Glob::try_from(text.to_string())
            .is_ok_and(|glob| glob.is_too_wide()),
        _ => false,
    }
}

/// What Grantry keeps for itself is neither owned nor removed by a
/// configuration.
pub(super) fn refuse_own_identifiers(context: &Context<'_>) -> Vec<Problem> {
    let removed = context
        .removed()
        .filter_map(|(removed, place)| {
            let identifier = removed.resource_server.as_ref()?;
            identifier
                .is_reserved()
                .then(|| place.value_of("resource_server"))
        });
    let owned = owned_patterns(context)
        .iter()
        .filter(|pattern| match &pattern.value {
            Value::Text(text) => text.starts_with(Identifier::RESERVED),
            _ => false,
        })
        .map(|pattern| pattern.span);

    removed
        .chain(owned)
        .map(own_identifier)
        .collect()
}

/// A client moves to a key that is declared, and away from one that is not; a
/// stack has another name than before.
pub(super) fn check_moves(context: &Context<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (moved, place) in context.moved() {
        match (&moved.client, &moved.to) {
            (Some(old), Some(new)) => {
                let span = place.value_of("client");
                problems.extend(refuse_declared(context, old, span, "moved"));
                problems.extend(require_target(context, new, &place));
            }
            (Some(_), None) => {
                let message = "a move needs the key `to`";
                let span = place.value_of("client");
                let problem =
                    Problem::new(ProblemId::MissingKey, span, message)
                        .label("`to` is missing");
                problems.push(problem);
            }
            (None, Some(_)) => {
                let message = "a stack moves to the one name that this \
                               configuration has: `to` says nothing here";
                let span = place.value_of("to");
                problems.push(Problem::new(
                    ProblemId::ConflictingKeys,
                    span,
                    message,
                ));
            }
            (None, None) => {
                problems.extend(require_former_stack(context, moved, &place));
            }
        }
    }
    problems
}

fn require_target(
    context: &Context<'_>,
    target: &Key,
    place: &Place<'_>,
) -> Option<Problem> {
    match context.look_up_client(target) {
        Lookup::Declared(_) | Lookup::Unsound => return None,
        Lookup::Unknown => {}
    }

    let message = format!(
        "the client {} is not declared",
        quote(target.as_str())
    );
    let span = place.value_of("to");
    let problem = Problem::new(ProblemId::UnknownClient, span, message);
    Some(problem)
}

fn require_former_stack(
    context: &Context<'_>,
    moved: &Moved,
    place: &Place<'_>,
) -> Option<Problem> {
    let former = moved.stack.as_ref()?;
    if context.file.stack.as_ref() != Some(former) {
        return None;
    }

    let message = format!(
        "the stack is still called {}",
        quote(former.as_str())
    );
    let span = place.value_of("stack");
    let problem = Problem::new(ProblemId::ConflictingKeys, span, message)
        .help("give the new name to `stack`, and the old one here");
    Some(problem)
}

/// What is to go is not declared.
pub(super) fn check_removals(context: &Context<'_>) -> Vec<Problem> {
    // Collected once: seeking each removal among all resource servers takes too
    // long where there are many.
    let declared: BTreeMap<&Identifier, Place<'_>> = context
        .resource_servers()
        .map(|(server, place)| (&server.identifier, place))
        .collect();

    let mut problems = Vec::new();
    for (removed, place) in context.removed() {
        if let Some(key) = &removed.client {
            let span = place.value_of("client");
            problems.extend(refuse_declared(context, key, span, "removed"));
        }

        let identifier = removed.resource_server.as_ref();
        if let Some(server) =
            identifier.and_then(|identifier| declared.get(identifier))
        {
            let span = place.value_of("resource_server");
            problems.push(contradiction(
                span,
                server.span(),
                "resource server",
                "removed",
            ));
        }
    }
    problems
}

/// A client that is moved or removed, and is declared all the same.
fn refuse_declared(
    context: &Context<'_>,
    key: &Key,
    span: Span,
    done: &str,
) -> Option<Problem> {
    if !context.file.clients.contains_key(key) {
        return None;
    }

    let place = context.place_of_client(key);
    Some(contradiction(
        span,
        place.span(),
        "client",
        done,
    ))
}

fn contradiction(
    span: Span,
    declared: Span,
    noun: &str,
    done: &str,
) -> Problem {
    let message = format!("a {noun} cannot be declared and {done}");

    Problem::new(ProblemId::ConflictingKeys, span, message)
        .related(declared, "declared here")
}

/// One object goes one way.
pub(super) fn find_repetitions(context: &Context<'_>) -> Vec<Problem> {
    let moved_clients = context
        .moved()
        .filter_map(|(moved, place)| {
            let client = moved.client.as_ref()?;
            Some((client.as_str(), place.value_of("client")))
        });
    let removed_clients = context
        .removed()
        .filter_map(|(removed, place)| {
            let client = removed.client.as_ref()?;
            Some((client.as_str(), place.value_of("client")))
        });
    let targets = context
        .moved()
        .filter_map(|(moved, place)| {
            let target = moved.to.as_ref()?;
            Some((target.as_str(), place.value_of("to")))
        });
    let removed_servers = context
        .removed()
        .filter_map(|(removed, place)| {
            let server = removed.resource_server.as_ref()?;
            Some((
                server.as_str(),
                place.value_of("resource_server"),
            ))
        });

    // A client is either moved or removed, so both lists are searched as one.
    let clients = moved_clients.chain(removed_clients);
    let mut problems = report_repeated(clients, "is moved or removed");
    problems.extend(report_repeated(targets, "is moved to"));
    problems.extend(report_repeated(removed_servers, "is removed"));
    problems
}

fn report_repeated<'a>(
    names: impl Iterator<Item = (&'a str, Span)>,
    what: &str,
) -> Vec<Problem> {
    find_repeated(names)
        .into_iter()
        .map(|name| {
            let message = format!("{} {what} twice", quote(name.item));
            Problem::new(ProblemId::DuplicateItem, name.again, message)
                .related(name.first, "first here")
        })
        .collect()
}
