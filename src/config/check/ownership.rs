//! Checks of what is moved and removed.

use std::collections::BTreeMap;

use super::super::file::{Moved, Removed};
use super::super::node::{Node, Value};
use super::super::problem::{Problem, ProblemId, quoted};
use super::super::source::Span;
use super::context::{Context, repeated};
use super::resource_servers::own_identifier;
use crate::model::{Glob, Identifier, Key};

const MOVED: &str = "moved";
const REMOVED: &str = "removed";

fn moved<'a>(context: &'a Context<'_>) -> impl Iterator<Item = (usize, &'a Moved)> {
    context.file.moved.iter().enumerate()
}

fn removed<'a>(context: &'a Context<'_>) -> impl Iterator<Item = (usize, &'a Removed)> {
    context.file.removed.iter().enumerate()
}

/// A pattern that any API matches would make others' APIs ours.
pub(super) fn wide_patterns(context: &Context<'_>) -> Vec<Problem> {
    let section = context.document.entry("owns");
    let patterns = section.and_then(|owns| owns.value.entry("resource_servers"));
    let spans = patterns.iter().flat_map(|patterns| patterns.value.items());
    let is_wide = |node: &&Node| {
        let Value::Text(text) = &node.value else {
            return false;
        };
        Glob::try_from(text.to_string()).is_ok_and(|glob| glob.is_too_wide())
    };
    spans
        .filter(is_wide)
        .map(|node| {
            let message = "a pattern under `owns` names a host or a name of your own";
            Problem::new(ProblemId::TooWide, node.span, message)
                .help("such as `https://*.world-mappers.example/`")
        })
        .collect()
}

/// What Grantry keeps for itself is neither owned nor removed by a configuration.
pub(super) fn own_identifiers(context: &Context<'_>) -> Vec<Problem> {
    let removed = removed(context).filter_map(|(index, removed)| {
        let identifier = removed.resource_server.as_ref()?;
        identifier
            .is_reserved()
            .then(|| context.item_field(REMOVED, index, "resource_server"))
    });

    let section = context.document.entry("owns");
    let patterns = section.and_then(|owns| owns.value.entry("resource_servers"));
    let patterns = patterns.iter().flat_map(|patterns| patterns.value.items());
    let is_own = |node: &&Node| match &node.value {
        Value::Text(text) => text.starts_with(Identifier::RESERVED),
        _ => false,
    };

    removed
        .chain(patterns.filter(is_own).map(|node| node.span))
        .map(own_identifier)
        .collect()
}

/// A client moves to a key that is declared, and away from one that is not; a stack has another
/// name than before.
pub(super) fn moves(context: &Context<'_>) -> Vec<Problem> {
    let clients = &context.file.clients;
    let mut problems = Vec::new();
    for (index, moved) in moved(context) {
        let at = |field| context.item_field(MOVED, index, field);
        match (&moved.client, &moved.to, &moved.stack) {
            (Some(_), None, _) => problems.push(
                Problem::new(
                    ProblemId::MissingKey,
                    at("client"),
                    "a move needs the key `to`",
                )
                .label("`to` is missing"),
            ),
            (None, Some(_), _) => problems.push(Problem::new(
                ProblemId::ConflictingKeys,
                at("to"),
                "a stack moves to the one name that this configuration has: `to` says nothing here",
            )),
            (Some(old), Some(new), _) => {
                problems.extend(still_declared(context, old, at("client"), "moved"));
                let known = clients.contains_key(new) || context.aside.has("clients", new.as_str());
                if !known {
                    let message = format!("the client {} is not declared", quoted(new.as_str()));
                    problems.push(Problem::new(ProblemId::UnknownClient, at("to"), message));
                }
            }
            (None, None, Some(stack)) if context.file.stack.as_ref() == Some(stack) => {
                let message = format!("the stack is still called {}", quoted(stack.as_str()));
                problems.push(
                    Problem::new(ProblemId::ConflictingKeys, at("stack"), message)
                        .help("give the new name to `stack`, and the old one here"),
                );
            }
            (None, None, _) => {}
        }
    }
    problems
}

/// What is to go is not declared.
pub(super) fn removals(context: &Context<'_>) -> Vec<Problem> {
    let servers = context.file.resource_servers.iter();
    let declared: BTreeMap<&Identifier, &Key> = servers
        .map(|(key, server)| (&server.identifier, key))
        .collect();

    let mut problems = Vec::new();
    for (index, removed) in removed(context) {
        if let Some(key) = &removed.client {
            let span = context.item_field(REMOVED, index, "client");
            problems.extend(still_declared(context, key, span, "removed"));
        }
        let server = removed.resource_server.as_ref();
        if let Some(key) = server.and_then(|identifier| declared.get(identifier)) {
            let span = context.item_field(REMOVED, index, "resource_server");
            let there = context.key("resource_servers", key.as_str());
            problems.push(contradiction(span, there, "resource server", "removed"));
        }
    }
    problems
}

fn still_declared(context: &Context<'_>, key: &Key, span: Span, done: &str) -> Option<Problem> {
    let declared = context.file.clients.contains_key(key);
    declared.then(|| contradiction(span, context.key("clients", key.as_str()), "client", done))
}

fn contradiction(span: Span, declared: Span, noun: &str, done: &str) -> Problem {
    let message = format!("a {noun} cannot be declared and {done}");
    Problem::new(ProblemId::ConflictingKeys, span, message).related(declared, "declared here")
}

/// One object goes one way.
pub(super) fn repetitions(context: &Context<'_>) -> Vec<Problem> {
    let moves = moved(context).filter_map(|(index, moved)| {
        let client = moved.client.as_ref()?;
        Some((client.as_str(), context.item_field(MOVED, index, "client")))
    });
    let clients = removed(context).filter_map(|(index, removed)| {
        let client = removed.client.as_ref()?;
        Some((
            client.as_str(),
            context.item_field(REMOVED, index, "client"),
        ))
    });
    let targets = moved(context).filter_map(|(index, moved)| {
        Some((
            moved.to.as_ref()?.as_str(),
            context.item_field(MOVED, index, "to"),
        ))
    });
    let servers = removed(context).filter_map(|(index, removed)| {
        let server = removed.resource_server.as_ref()?;
        Some((
            server.as_str(),
            context.item_field(REMOVED, index, "resource_server"),
        ))
    });
    let problem = |what: &'static str| {
        move |(name, again, first): (&str, Span, Span)| {
            let message = format!("{} {what} twice", quoted(name));
            Problem::new(ProblemId::DuplicateItem, again, message).related(first, "first here")
        }
    };
    let left = repeated(moves.chain(clients))
        .into_iter()
        .map(problem("is moved or removed"));
    let reached = repeated(targets).into_iter().map(problem("is moved to"));
    let servers = repeated(servers).into_iter().map(problem("is removed"));
    left.chain(reached).chain(servers).collect()
}
