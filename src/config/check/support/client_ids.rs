//! Ids of clients that the provider does not take, or that somebody else has.

use std::collections::BTreeMap;

use super::super::context::Context;
use super::written::list_written;
use crate::config::file::{Client, ResourceServer};
use crate::config::place::Place;
use crate::config::problem::{Problem, ProblemId, quote};
use crate::config::source::Span;
use crate::model::{ClientIds, Kind};

/// Ids of clients that the provider does not take.
pub(in crate::config::check) fn refuse_strange_ids(
    context: &Context<'_>,
) -> Vec<Problem> {
    let Some(shape) = context.support.client_id else {
        return Vec::new();
    };

    let provider = context.support.name;
    let words = shape.words;
    list_written(context, Kind::Client)
        .filter_map(|client| client.entry("client_id"))
        .filter(|entry| {
            let id = entry.value.as_text();
            id.is_some_and(|id| !(shape.is_one)(id))
        })
        .map(|entry| {
            let message = format!("a client id {words} in {provider}");
            let span = entry.value.span;
            Problem::new(ProblemId::Unsupported, span, message)
                .help("check that it is the id of a client of this tenant")
        })
        .collect()
}

/// Where clients and APIs have their ids from one set of names: what is there
/// twice, and what the tenant itself has.
pub(in crate::config::check) fn refuse_taken_ids(
    context: &Context<'_>,
) -> Vec<Problem> {
    match context.support.client_ids {
        ClientIds::Given => return Vec::new(),
        ClientIds::Chosen => {}
    }

    let mut problems = refuse_taken_identifiers(context);
    problems.extend(find_shared_ids(context));
    problems.extend(refuse_ids_of_others(context));
    problems
}

/// Identifiers of APIs that the tenant itself has.
fn refuse_taken_identifiers(context: &Context<'_>) -> Vec<Problem> {
    managed_servers(context)
        .filter_map(|(server, place)| {
            let identifier = server.identifier.as_str();
            let span = place.value_of("identifier");
            refuse_own_id(context, identifier, span)
        })
        .map(|problem| problem.help("choose another identifier"))
        .collect()
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
            let help = "a client without a `client_id` has its key for one: \
                        give it one of its own";
            let span = place.span();
            Problem::new(ProblemId::DuplicateClientId, span, message)
                .related(*other, "the other one")
                .help(help)
        })
        .collect()
}

/// Ids of clients that the tenant itself has, or an API.
fn refuse_ids_of_others(context: &Context<'_>) -> Vec<Problem> {
    let identifiers: BTreeMap<&str, Span> = managed_servers(context)
        .map(|(server, place)| {
            let identifier = server.identifier.as_str();
            (identifier, place.value_of("identifier"))
        })
        .collect();

    let mut problems = Vec::new();
    for (client, place) in context.clients() {
        let (id, span) = id_of(client, &place);
        if !client.external {
            let help = "give the client a `client_id` of its own";
            let own = refuse_own_id(context, id, span);
            problems.extend(own.map(|problem| problem.help(help)));
        }
        if let Some(api) = identifiers.get(id) {
            let problem = refuse_identifier(context, id, span, *api);
            problems.push(problem);
        }
    }
    problems
}

/// The APIs that are not only referred to: one of those may be a client that is
/// named in an audience.
fn managed_servers<'a>(
    context: &Context<'a>,
) -> impl Iterator<Item = (&'a ResourceServer, Place<'a>)> + use<'a> {
    context
        .resource_servers()
        .filter(|(server, _)| !server.external)
}

/// The id of a client, and where that is said: its key, where nothing else is.
fn id_of<'a>(client: &'a Client, place: &Place<'a>) -> (&'a str, Span) {
    match &client.id {
        Some(id) => (id.as_str(), place.value_of("client_id")),
        None => (place.key(), place.span()),
    }
}

/// An id that every tenant has given away itself.
fn refuse_own_id(
    context: &Context<'_>,
    id: &str,
    span: Span,
) -> Option<Problem> {
    let own = context.support.own_client_ids;
    if !own.contains(&id) {
        return None;
    }

    let provider = context.support.name;
    let message = format!("{} is a client of {provider} itself", quote(id));
    let problem = Problem::new(ProblemId::ReservedIdentifier, span, message);
    Some(problem)
}

fn refuse_identifier(
    context: &Context<'_>,
    id: &str,
    span: Span,
    api: Span,
) -> Problem {
    let id = quote(id);
    let message = format!("{id} is an identifier and the id of a client");
    let provider = context.support.name;
    let help = format!(
        "in {provider} an API is a client: give the client another `client_id`"
    );

    Problem::new(ProblemId::DuplicateIdentifier, span, message)
        .related(api, "the API is here")
        .help(help)
}
