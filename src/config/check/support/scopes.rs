//! Names of scopes that the provider does not tell apart, or does not take.

use super::super::context::Context;
use super::super::repeated::{Repeated, find_repeated};
use super::written::{list_written, qualify};
use crate::config::problem::{Problem, ProblemId, quote};
use crate::config::source::Span;
use crate::model::{Kind, ScopeName, ScopeNames, ScopeNaming};

pub(in crate::config::check) fn refuse_repeated_scopes(
    context: &Context<'_>,
) -> Vec<Problem> {
    let instead = match context.support.scope_names {
        ScopeNames::InTheApi => return Vec::new(),
        ScopeNames::InTheTenant { instead } => instead,
    };
    let provider = context.support.name;
    let help = format!(
        "in {provider} the name of a scope is unique in the whole tenant: \
         {instead}"
    );

    let scopes = list_written(context, Kind::ResourceServer)
        .flat_map(|server| server.entries_at("scopes"))
        .map(|scope| (&*scope.key, scope.key_span));
    find_repeated(scopes)
        .into_iter()
        .map(|scope| refuse_repeated(&scope).help(help.clone()))
        .collect()
}

/// Names of scopes that stand behind the identifiers of their APIs, and are
/// none or not told apart.
pub(in crate::config::check) fn refuse_strange_names(
    context: &Context<'_>,
) -> Vec<Problem> {
    match context.support.scope_naming {
        ScopeNaming::Bare => return Vec::new(),
        ScopeNaming::Qualified => {}
    }

    let names: Vec<(String, Span)> =
        list_written(context, Kind::ResourceServer)
            .flat_map(|server| {
                let scopes = server.entries_at("scopes").iter();
                scopes.filter_map(|scope| {
                    Some((qualify(server, &scope.key)?, scope.key_span))
                })
            })
            .collect();
    let names = names
        .iter()
        .map(|(name, place)| (name.as_str(), *place));

    let strange = names
        .clone()
        .filter(|(name, _)| name.parse::<ScopeName>().is_err())
        .map(|(name, place)| refuse_name(name, place));
    let help = "each stands behind the identifier of its API: give one of the \
                two another name";
    let repeated = find_repeated(names)
        .into_iter()
        .map(|name| refuse_repeated(&name).help(help));
    strange.chain(repeated).collect()
}

fn refuse_name(name: &str, place: Span) -> Problem {
    let message = format!("{} is no name of a scope", quote(name));

    Problem::new(ProblemId::Unsupported, place, message)
        .help("the identifier before it has to consist of printable ASCII too")
}

fn refuse_repeated(scope: &Repeated<&str>) -> Problem {
    let message = format!("two APIs have the scope {}", quote(scope.item));

    Problem::new(ProblemId::RepeatedScope, scope.again, message)
        .related(scope.first, "the other one")
}
