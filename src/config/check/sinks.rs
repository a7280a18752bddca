//! Checks of where credentials go.

use std::collections::BTreeMap;

use super::super::place::Place;
use super::super::problem::{Problem, ProblemId, quote};
use super::super::section::SINKS;
use super::super::source::Span;
use super::context::{CLIENTS, Context};
use crate::model::{
    Destination, Key, PathTemplate, SinkKind, SinkName, Slots, Suggestions,
};

/// The field of a client that names sinks.
const DELIVER: &str = "deliver";

pub(super) fn find_unknown_sinks(context: &Context<'_>) -> Vec<Problem> {
    let mut suggestions = Suggestions::default();
    let declared = &context.file.sinks;

    let unknown = context.clients().flat_map(|(client, place)| {
        let names = client.deliver.0.iter();
        let unknown = names.filter(|name| {
            !declared.contains_key(*name)
                && !context.unsound.has_object(SINKS, name.as_str())
        });
        unknown
            .map(|name| (name.clone(), place.value_of(DELIVER)))
            .collect::<Vec<_>>()
    });
    unknown
        .map(|(name, span)| {
            let known = declared.keys().map(SinkName::as_str);
            let meant = suggestions.nearest(name.as_str(), known);

            let message = format!(
                "the sink {} is not declared",
                quote(name.as_str())
            );
            Problem::new(ProblemId::UnknownSink, span, message)
                .help("declare it under `sinks`")
                .suggest(meant)
        })
        .collect()
}

/// A path that leads out, or that is one for all, or that nobody can fill.
pub(super) fn check_paths(context: &Context<'_>) -> Vec<Problem> {
    let sinks = context.file.sinks.iter();

    sinks
        .filter_map(|(name, sink)| {
            let (kind, field, path) = sink.path();
            let place = Place::of_key(context.document, SINKS, name.as_str());
            let written = place.below(&[kind.name(), field]);
            let span = written
                .map_or_else(|| place.span(), |written| written.value.span);
            match path.parse::<PathTemplate>() {
                Err(error) => {
                    let message =
                        format!("{} is no path of a sink", quote(path));
                    let problem =
                        Problem::new(ProblemId::Malformed, span, message);
                    Some(problem.help(error.to_string()))
                }
                Ok(path)
                    if path.names_environment()
                        && context.environment.is_none() =>
                {
                    let message = "`${env}` stands for nothing: the \
                                   configuration has no environments";
                    Some(Problem::new(
                        ProblemId::NoEnvironment,
                        span,
                        message,
                    ))
                }
                Ok(path) if needs_environment(kind, &path, context) => {
                    let message =
                        "every environment would have the same files here";
                    let problem = Problem::new(
                        ProblemId::SharedDestination,
                        span,
                        message,
                    );
                    Some(problem.help(
                        "put `${env}` into the path: each has secrets of its \
                         own",
                    ))
                }
                Ok(_) => None,
            }
        })
        .collect()
}

/// Whether a path of files is that of another environment too. A Vault, or a
/// program, may be another one in each.
fn needs_environment(
    kind: SinkKind,
    path: &PathTemplate,
    context: &Context<'_>,
) -> bool {
    kind.is_of_files()
        && context.environment.is_some()
        && !path.names_environment()
}

/// Credentials in one place: those of one client would be written over those of
/// another.
pub(super) fn find_shared_destinations(context: &Context<'_>) -> Vec<Problem> {
    let Some(stack) = &context.file.stack else {
        return Vec::new();
    };
    let specs: BTreeMap<&SinkName, _> = context
        .file
        .sinks
        .iter()
        .filter_map(|(name, sink)| Some((name, sink.spec()?)))
        .collect();

    let mut taken: BTreeMap<Destination, (&Key, &SinkName, Span)> =
        BTreeMap::new();
    let mut problems = Vec::new();
    for (key, client) in &context.file.clients {
        for name in &client.deliver.0 {
            let Some(spec) = specs.get(name) else {
                continue;
            };
            let slots = Slots {
                key,
                stack,
                environment: context.environment,
            };
            let destination = spec.destination(name, None, slots);
            let span = Place::of_key(context.document, CLIENTS, key.as_str())
                .value_of(DELIVER);
            if let Some((other, sink, first)) =
                taken.get(&destination.as_kept())
            {
                let problem = if *other == key {
                    let key = quote(key.as_str());
                    let message = format!(
                        "`{name}` and `{sink}` put the credentials of {key} \
                         into one place"
                    );
                    Problem::new(ProblemId::SharedDestination, span, message)
                } else {
                    let (one, other) =
                        (quote(other.as_str()), quote(key.as_str()));
                    let message = format!(
                        "the credentials of {one} and {other} go to one place"
                    );
                    Problem::new(ProblemId::SharedDestination, span, message)
                        .related(*first, "the other one")
                };
                problems.push(problem.help(format!("it is {destination}")));
            } else {
                taken.insert(destination.as_kept(), (key, name, span));
            }
        }
    }
    problems
}

/// A folder of files that Git ignores, and of others that are meant for Git: it
/// would ignore both, or neither.
pub(super) fn find_shared_folders(context: &Context<'_>) -> Vec<Problem> {
    let of_kind = |wanted: SinkKind| {
        let sinks = context.file.sinks.iter();
        sinks.filter_map(move |(name, sink)| {
            let (kind, field, path) = sink.path();
            let (folder, _) = path.rsplit_once('/').unwrap_or_default();
            (kind == wanted).then_some((name, field, folder))
        })
    };

    let mut problems = Vec::new();
    for (name, field, folder) in of_kind(SinkKind::Age) {
        let Some((ignored, ..)) =
            of_kind(SinkKind::File).find(|(_, _, other)| *other == folder)
        else {
            continue;
        };
        let place = Place::of_key(context.document, SINKS, name.as_str());
        let written = place.below(&[SinkKind::Age.name(), field]);
        let span =
            written.map_or_else(|| place.span(), |written| written.value.span);
        let message = format!(
            "`{name}` and `{ignored}` have one folder, and Git is to ignore \
             all of `{ignored}`"
        );
        problems.push(
            Problem::new(ProblemId::SharedDestination, span, message)
                .help("give each a folder of its own"),
        );
    }
    problems
}
