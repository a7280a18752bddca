//! What the provider cannot express.

use super::super::node::{Node, Value};
use super::super::problem::{Problem, ProblemId, quoted};
use super::super::source::Span;
use super::context::{Context, repeated};
use crate::model::{Audience, Kind, Longest, ManagementApi, Missing, ScopeNames};

/// The objects of a kind as they were written, whatever is written in them.
fn written<'a>(context: &Context<'a>, kind: Kind) -> impl Iterator<Item = &'a Node> {
    let section = match kind {
        Kind::ResourceServer => "resource_servers",
        Kind::Client => "clients",
        Kind::Grant => "grants",
    };
    let section = context
        .document
        .entry(section)
        .map(|section| &section.value);

    let by_key = section
        .into_iter()
        .flat_map(Node::entries)
        .map(|entry| &entry.value);
    let in_a_list = section.into_iter().flat_map(Node::items);
    by_key.chain(in_a_list)
}

pub(super) fn missing(context: &Context<'_>) -> Vec<Problem> {
    let missing = context.support.missing.iter();

    missing
        .flat_map(|missing| of_missing(context, missing))
        .collect()
}

fn of_missing(context: &Context<'_>, missing: &Missing) -> Vec<Problem> {
    let Missing {
        kind,
        field,
        value,
        why,
        instead,
    } = missing;
    let provider = context.support.name;
    let (one, _) = kind.words();

    let places = written(context, *kind).filter_map(|object| {
        let entry = object.entry(field)?;
        match value {
            None => Some(entry.key_span),
            Some(value) => place_of(&entry.value, value),
        }
    });
    let message = match value {
        None => format!("a {one} has no `{field}` in {provider}: {why}"),
        Some(value) => format!("a {one} has no `{field}: {value}` in {provider}: {why}"),
    };
    places
        .map(|place| Problem::new(ProblemId::Unsupported, place, message.clone()).help(*instead))
        .collect()
}

/// Where a field says this value: alone, as one of several, or as a key.
fn place_of(node: &Node, value: &str) -> Option<Span> {
    let says = |node: &&Node| match &node.value {
        Value::Text(text) => **text == *value,
        Value::Bool(flag) => flag.to_string() == value,
        _ => false,
    };

    let said = std::iter::once(node)
        .chain(node.items())
        .find(says)
        .map(|node| node.span);
    said.or_else(|| node.entry(value).map(|entry| entry.key_span))
}

pub(super) fn lengths(context: &Context<'_>) -> Vec<Problem> {
    let lengths = context.support.lengths.iter();

    lengths
        .flat_map(|longest| too_long(context, longest))
        .collect()
}

fn too_long(context: &Context<'_>, longest: &Longest) -> Vec<Problem> {
    let Longest {
        kind,
        field,
        characters,
    } = longest;
    let problem = |(text, place): (&str, Span)| {
        let length = text.chars().count();
        (length > *characters).then(|| {
            let message = format!(
                "{} has {length} characters, and {} takes {characters} at the most",
                quoted(text),
                context.support.name
            );
            Problem::new(ProblemId::TooLong, place, message)
        })
    };

    let fields = written(context, *kind).filter_map(|object| object.entry(field));
    fields
        .flat_map(|entry| {
            let keys = entry.value.entries().iter();
            let text = entry.value.as_text().map(|text| (text, entry.value.span));
            text.into_iter()
                .chain(keys.map(|entry| (&*entry.key, entry.key_span)))
        })
        .filter_map(problem)
        .collect()
}

pub(super) fn scope_names(context: &Context<'_>) -> Vec<Problem> {
    match context.support.scope_names {
        ScopeNames::InTheApi => return Vec::new(),
        ScopeNames::InTheTenant => {}
    }

    let scopes = written(context, Kind::ResourceServer)
        .filter_map(|server| server.entry("scopes"))
        .flat_map(|scopes| scopes.value.entries())
        .map(|scope| (&*scope.key, scope.key_span));
    repeated(scopes)
        .into_iter()
        .map(|(scope, again, first)| {
            let provider = context.support.name;
            let message = format!("two APIs have the scope {}", quoted(scope));
            Problem::new(ProblemId::RepeatedScope, again, message)
                .related(first, "the other one")
                .help(format!(
                    "in {provider} the name of a scope is unique in the whole tenant"
                ))
        })
        .collect()
}

pub(super) fn management_api(context: &Context<'_>) -> Vec<Problem> {
    match context.support.management_api {
        ManagementApi::Grantable => return Vec::new(),
        ManagementApi::None => {}
    }

    let named = written(context, Kind::Grant).filter_map(|grant| grant.entry("resource_server"));
    named
        .filter(|entry| entry.value.as_text() == Some(Audience::MANAGEMENT_API))
        .map(|entry| {
            let message = format!("{} has no Management API to grant", context.support.name);
            Problem::new(ProblemId::Unsupported, entry.value.span, message)
                .help("take this grant out")
        })
        .collect()
}
