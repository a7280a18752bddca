//! What the provider cannot express.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::super::file::Client;
use super::super::node::{Node, Value};
use super::super::place::Place;
use super::super::problem::{Problem, ProblemId, quote};
use super::super::source::Span;
use super::context::Context;
use super::repeated::find_repeated;
use crate::model::{
    Audience, ClientIds, ClientSpec, EmptyGrants, EmptyTexts, Identifier, Kind,
    Longest, ManagementApi, Missing, Part, ResourceServerSpec, ScopeName,
    ScopeNames, ScopeNaming,
};

/// The objects of a kind as they were written, whatever is written in them.
fn list_written<'a>(
    context: &Context<'a>,
    kind: Kind,
) -> impl Iterator<Item = &'a Node> {
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
        Some(value) => {
            format!("a {one} has no `{field}: {value}` in {provider}: {why}")
        }
    };
    // As it is written, before anything is filled in: a default that a provider
    // cannot express is no mistake of the file's author.
    list_written(context, *kind)
        .filter_map(|object| {
            let entry = object.entry(field)?;
            match value {
                None => Some(entry.key_span),
                Some(value) => place_of(&entry.value, value),
            }
        })
        .map(|place| {
            Problem::new(ProblemId::Unsupported, place, message.clone())
                .help(*instead)
        })
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
        Value::Null => value == "null",
        Value::Integer(number) => number.to_string() == value,
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

/// The texts of a field that are longer than the provider takes: its value, or
/// its keys.
fn refuse_longer(context: &Context<'_>, longest: &Longest) -> Vec<Problem> {
    let Longest {
        kind,
        field,
        part,
        characters,
    } = longest;

    let mut problems = Vec::new();
    for object in list_written(context, *kind) {
        let Some(entry) = object.entry(field) else {
            continue;
        };
        for (text, place) in list_texts(object, &entry.value, *part) {
            let length = text.encode_utf16().count();
            if length <= *characters {
                continue;
            }

            let provider = context.support.name;
            let counted = if text.chars().count() == length {
                ""
            } else {
                " as UTF-16 counts them"
            };
            let text = quote(&text);
            let message = format!(
                "{text} has {length} characters{counted}, and {provider} \
                 takes {characters} at the most"
            );
            problems.push(Problem::new(ProblemId::TooLong, place, message));
        }
    }
    problems
}

/// The texts of a field of which the length counts.
fn list_texts<'a>(
    object: &'a Node,
    field: &'a Node,
    part: Part,
) -> Vec<(Cow<'a, str>, Span)> {
    let entries = field.entries().iter();
    match part {
        Part::Text => {
            let text = field
                .as_text()
                .map(|text| (text.into(), field.span));
            let keys =
                entries.map(|entry| ((&*entry.key).into(), entry.key_span));
            text.into_iter().chain(keys).collect()
        }
        Part::Values => entries
            .filter_map(|entry| {
                Some((entry.value.as_text()?.into(), entry.value.span))
            })
            .collect(),
        Part::Qualified => entries
            .filter_map(|entry| {
                Some((
                    qualify(object, &entry.key)?.into(),
                    entry.key_span,
                ))
            })
            .collect(),
    }
}

pub(super) fn refuse_repeated_scopes(context: &Context<'_>) -> Vec<Problem> {
    let instead = match context.support.scope_names {
        ScopeNames::InTheApi => return Vec::new(),
        ScopeNames::InTheTenant { instead } => instead,
    };

    let scopes = list_written(context, Kind::ResourceServer)
        .filter_map(|server| server.entry("scopes"))
        .flat_map(|scopes| scopes.value.entries())
        .map(|scope| (&*scope.key, scope.key_span));

    find_repeated(scopes)
        .into_iter()
        .map(|scope| {
            let provider = context.support.name;
            let help = format!(
                "in {provider} the name of a scope is unique in the whole \
                 tenant: {instead}"
            );
            let message =
                format!("two APIs have the scope {}", quote(scope.item));
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
            let message = format!(
                "{} has no Management API to grant",
                context.support.name
            );
            Problem::new(
                ProblemId::Unsupported,
                entry.value.span,
                message,
            )
            .help("take this grant out")
        })
        .collect()
}

/// A grant without scopes, where that is none.
pub(super) fn refuse_empty_grants(context: &Context<'_>) -> Vec<Problem> {
    match context.support.empty_grants {
        EmptyGrants::Allowed => return Vec::new(),
        EmptyGrants::None => {}
    }

    let provider = context.support.name;
    list_written(context, Kind::Grant)
        .filter_map(|grant| grant.entry("scopes"))
        .filter(|entry| matches!(&entry.value.value, Value::Sequence(items) if items.is_empty()))
        .map(|entry| {
            let message = format!("a grant without scopes is none in {provider}");
            Problem::new(ProblemId::Unsupported, entry.value.span, message)
                .help("name scopes, or take this grant out")
        })
        .collect()
}

/// Ids of clients that the provider does not take.
pub(super) fn refuse_strange_ids(context: &Context<'_>) -> Vec<Problem> {
    let Some(shape) = context.support.client_id else {
        return Vec::new();
    };

    let provider = context.support.name;
    list_written(context, Kind::Client)
        .filter_map(|client| client.entry("client_id"))
        .filter(|entry| {
            entry
                .value
                .as_text()
                .is_some_and(|id| !(shape.is_one)(id))
        })
        .map(|entry| {
            let words = shape.words;
            let message = format!("a client id {words} in {provider}");
            Problem::new(
                ProblemId::Unsupported,
                entry.value.span,
                message,
            )
            .help("check that it is the id of a client of this tenant")
        })
        .collect()
}

/// Where clients and APIs have their ids from one set of names: what is there
/// twice, and what the tenant itself has.
pub(super) fn refuse_taken_ids(context: &Context<'_>) -> Vec<Problem> {
    match context.support.client_ids {
        ClientIds::Given => return Vec::new(),
        ClientIds::Chosen => {}
    }

    let mut problems = Vec::new();
    // What is only referred to may be a client that is named in an audience.
    let identifiers: BTreeMap<&str, Span> = context
        .resource_servers()
        .filter(|(server, _)| !server.external)
        .map(|(server, place)| {
            (
                server.identifier.as_str(),
                place.value_of("identifier"),
            )
        })
        .collect();
    let servers = context.resource_servers();
    for (server, place) in servers.filter(|(server, _)| !server.external) {
        let place = place.value_of("identifier");
        let help = "choose another identifier";
        problems.extend(refuse_own_id(
            context,
            server.identifier.as_str(),
            place,
            help,
        ));
    }

    problems.extend(find_shared_ids(context));
    for (client, place) in context.clients() {
        let (id, span) = id_of(client, &place);
        if !client.external {
            let help = "give the client a `client_id` of its own";
            problems.extend(refuse_own_id(context, id, span, help));
        }
        if let Some(other) = identifiers.get(id) {
            let message = format!(
                "{} is an identifier and the id of a client",
                quote(id)
            );
            let provider = context.support.name;
            let problem =
                Problem::new(ProblemId::DuplicateIdentifier, span, message)
                    .related(*other, "the API is here")
                    .help(format!(
                        "in {provider} an API is a client: give the client \
                         another `client_id`"
                    ));
            problems.push(problem);
        }
    }
    problems
}

/// The id of a client, and where that is said: its key, where nothing else is.
fn id_of<'a>(client: &'a Client, place: &Place<'a>) -> (&'a str, Span) {
    match &client.id {
        Some(id) => (id.as_str(), place.value_of("client_id")),
        None => (place.key(), place.span()),
    }
}

/// A key that is the `client_id` of another client.
fn find_shared_ids(context: &Context<'_>) -> Vec<Problem> {
    let chosen: BTreeMap<&str, Span> = context
        .clients()
        .filter_map(|(client, place)| {
            let id = client.id.as_ref()?;
            Some((id.as_str(), place.value_of("client_id")))
        })
        .collect();

    context
        .managed_clients()
        .filter(|(client, _)| client.id.is_none())
        .filter_map(|(_, place)| Some((chosen.get(place.key())?, place)))
        .map(|(other, place)| {
            let key = quote(place.key());
            let message = format!("{key} is the `client_id` of two clients");
            Problem::new(
                ProblemId::DuplicateClientId,
                place.span(),
                message,
            )
            .related(*other, "the other one")
            .help(
                "a client without a `client_id` has its key for one: give it \
                 one of its own",
            )
        })
        .collect()
}

/// Names of scopes that stand behind the identifiers of their APIs, and are
/// none or not told apart.
pub(super) fn refuse_strange_names(context: &Context<'_>) -> Vec<Problem> {
    match context.support.scope_naming {
        ScopeNaming::Bare => return Vec::new(),
        ScopeNaming::Qualified => {}
    }

    let mut problems = Vec::new();
    let mut names: Vec<(String, Span)> = Vec::new();
    for server in list_written(context, Kind::ResourceServer) {
        let scopes = server.entry("scopes");
        let entries = scopes.map_or(&[][..], |scopes| scopes.value.entries());
        for entry in entries {
            let Some(name) = qualify(server, &entry.key) else {
                continue;
            };
            if name.parse::<ScopeName>().is_err() {
                let message = format!("{} is no name of a scope", quote(&name));
                let problem = Problem::new(
                    ProblemId::Unsupported,
                    entry.key_span,
                    message,
                )
                .help(
                    "the identifier before it has to consist of printable \
                     ASCII too",
                );
                problems.push(problem);
            }
            names.push((name, entry.key_span));
        }
    }

    let places = names
        .iter()
        .map(|(name, place)| (name.as_str(), *place));
    problems.extend(find_repeated(places).into_iter().map(|name| {
        let message = format!("two APIs have the scope {}", quote(name.item));
        Problem::new(ProblemId::RepeatedScope, name.again, message)
            .related(name.first, "the other one")
            .help(
                "each stands behind the identifier of its API: give one of \
                 the two another name",
            )
    }));
    problems
}

/// What a scope of an API is called behind its identifier.
fn qualify(server: &Node, scope: &str) -> Option<String> {
    let identifier = server.entry("identifier")?.value.as_text()?;
    let identifier: Identifier = identifier.parse().ok()?;

    Some(ScopeNaming::Qualified.name(&identifier, &scope.parse().ok()?))
}

/// Texts that are empty, where these are not kept: of metadata, and of what a
/// scope allows.
pub(super) fn refuse_empty_texts(context: &Context<'_>) -> Vec<Problem> {
    match context.support.empty_texts {
        EmptyTexts::Kept => return Vec::new(),
        EmptyTexts::Dropped => {}
    }

    let metadata = refuse_empty_texts_in(
        context,
        (Kind::Client, ClientSpec::METADATA),
        "leave it out, or say `null` to remove it",
    );
    let scopes = refuse_empty_texts_in(
        context,
        (Kind::ResourceServer, ResourceServerSpec::SCOPES),
        "say what the scope allows, or nothing behind the colon",
    );
    metadata.chain(scopes).collect()
}

/// The texts in a map that are empty.
fn refuse_empty_texts_in(
    context: &Context<'_>,
    (kind, field): (Kind, &'static str),
    help: &'static str,
) -> impl Iterator<Item = Problem> {
    let provider = context.support.name;

    list_written(context, kind)
        .filter_map(move |object| object.entry(field))
        .flat_map(|map| map.value.entries())
        .filter(|entry| entry.value.as_text() == Some(""))
        .map(move |entry| {
            let message = format!(
                "{provider} keeps no empty text under {}",
                quote(&entry.key)
            );
            Problem::new(
                ProblemId::Unsupported,
                entry.value.span,
                message,
            )
            .help(help)
        })
}

/// An id that every tenant has given away itself.
fn refuse_own_id(
    context: &Context<'_>,
    id: &str,
    span: Span,
    help: &'static str,
) -> Option<Problem> {
    if !context.support.own_client_ids.contains(&id) {
        return None;
    }

    let provider = context.support.name;
    let message = format!("{} is a client of {provider} itself", quote(id));
    let problem =
        Problem::new(ProblemId::ReservedIdentifier, span, message).help(help);
    Some(problem)
}
