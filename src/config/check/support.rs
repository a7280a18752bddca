//! What the provider cannot express.

use super::super::node::{Node, Value};
use super::super::problem::{Problem, ProblemId, quote};
use super::super::source::Span;
use super::context::Context;
use super::repeated::find_repeated;
use crate::model::{Audience, Kind, Longest, ManagementApi, Missing, ScopeNames};

/// The objects of a kind as they were written, whatever is written in them.
fn list_written<'a>(context: &Context<'a>, kind: Kind) -> impl Iterator<Item = &'a Node> {
    let section = match kind {
        Kind::ResourceServer => "resource_servers",
        Kind::Client => "clients",
        Kind::Grant => "grants",
    };
    let section = context
        .document
        .entry(section)
        .map(|section| &section.value);

    // A section is a map or a list, so one of the two has nothing.
    let by_key = section
        .into_iter()
        .flat_map(Node::entries)
        .map(|entry| &entry.value);
    let in_a_list = section.into_iter().flat_map(Node::items);
    by_key.chain(in_a_list)
}

pub(super) fn refuse_missing_fields(context: &Context<'_>) -> Vec<Problem> {
    context
        .support
        .missing
        .iter()
        .flat_map(|missing| refuse_missing(context, missing))
        .collect()
}

/// A field that the provider has not, or has not with this value.
fn refuse_missing(context: &Context<'_>, missing: &Missing) -> Vec<Problem> {
    let Missing {
        kind,
        field,
        value,
        why,
        instead,
    } = missing;
    let provider = context.support.name;
    let (one, _) = kind.words();

    let message = match value {
        None => format!("a {one} has no `{field}` in {provider}: {why}"),
        Some(value) => format!("a {one} has no `{field}: {value}` in {provider}: {why}"),
    };
    // As it is written, before anything is filled in: a default that a provider cannot express is
    // no mistake of the file's author.
    list_written(context, *kind)
        .filter_map(|object| {
            let entry = object.entry(field)?;
            match value {
                None => Some(entry.key_span),
                Some(value) => place_of(&entry.value, value),
            }
        })
        .map(|place| Problem::new(ProblemId::Unsupported, place, message.clone()).help(*instead))
        .collect()
}

/// Where a field says this value: alone, as one of several, or as a key.
fn place_of(node: &Node, value: &str) -> Option<Span> {
    let said = std::iter::once(node)
        .chain(node.items())
        .find(|node| is_value(node, value));

    match said {
        Some(node) => Some(node.span),
        None => node.entry(value).map(|entry| entry.key_span),
    }
}

fn is_value(node: &Node, value: &str) -> bool {
    match &node.value {
        Value::Text(text) => **text == *value,
        Value::Bool(flag) => flag.to_string() == value,
        _ => false,
    }
}

pub(super) fn refuse_long_texts(context: &Context<'_>) -> Vec<Problem> {
    context
        .support
        .lengths
        .iter()
        .flat_map(|longest| refuse_longer(context, longest))
        .collect()
}

/// The texts of a field that are longer than the provider takes: its value, or its keys.
fn refuse_longer(context: &Context<'_>, longest: &Longest) -> Vec<Problem> {
    let Longest {
        kind,
        field,
        characters,
    } = longest;

    let mut problems = Vec::new();
    for object in list_written(context, *kind) {
        let Some(entry) = object.entry(field) else {
            continue;
        };
        for (text, place) in list_texts(&entry.value) {
            let length = text.chars().count();
            if length <= *characters {
                continue;
            }

            let provider = context.support.name;
            let text = quote(text);
            let message = format!(
                "{text} has {length} characters, and {provider} takes {characters} at the most"
            );
            problems.push(Problem::new(ProblemId::TooLong, place, message));
        }
    }
    problems
}

fn list_texts(node: &Node) -> impl Iterator<Item = (&str, Span)> {
    let text = node.as_text().map(|text| (text, node.span));
    let keys = node
        .entries()
        .iter()
        .map(|entry| (&*entry.key, entry.key_span));

    text.into_iter().chain(keys)
}

pub(super) fn refuse_repeated_scopes(context: &Context<'_>) -> Vec<Problem> {
    match context.support.scope_names {
        ScopeNames::InTheApi => return Vec::new(),
        ScopeNames::InTheTenant => {}
    }

    let scopes = list_written(context, Kind::ResourceServer)
        .filter_map(|server| server.entry("scopes"))
        .flat_map(|scopes| scopes.value.entries())
        .map(|scope| (&*scope.key, scope.key_span));

    find_repeated(scopes)
        .into_iter()
        .map(|scope| {
            let provider = context.support.name;
            let help = format!("in {provider} the name of a scope is unique in the whole tenant");
            let message = format!("two APIs have the scope {}", quote(scope.item));
            Problem::new(ProblemId::RepeatedScope, scope.again, message)
                .related(scope.first, "the other one")
                .help(help)
        })
        .collect()
}

pub(super) fn refuse_management_api(context: &Context<'_>) -> Vec<Problem> {
    match context.support.management_api {
        ManagementApi::Grantable => return Vec::new(),
        ManagementApi::None => {}
    }

    list_written(context, Kind::Grant)
        .filter_map(|grant| grant.entry("resource_server"))
        .filter(|entry| entry.value.as_text() == Some(Audience::MANAGEMENT_API))
        .map(|entry| {
            let message = format!("{} has no Management API to grant", context.support.name);
            Problem::new(ProblemId::Unsupported, entry.value.span, message)
                .help("take this grant out")
        })
        .collect()
}
