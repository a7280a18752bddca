//! Checks of where credentials go.

use std::collections::BTreeMap;

use super::super::place::Place;
use super::super::problem::{Problem, ProblemId, quote};
use super::super::section::SINKS;
use super::super::sinks::Sink;
use super::super::source::Span;
use super::context::Context;
use crate::model::{
    Destination, Key, PathTemplate, SinkKind, SinkName, Slots, Suggestions,
};

/// The field of a client that names sinks.
const DELIVER: &str = "deliver";

pub(super) fn find_unknown_sinks(context: &Context<'_>) -> Vec<Problem> {
    let mut suggestions = Suggestions::default();
    let declared = &context.file.sinks;

    let unknown = context
        .clients()
        .flat_map(|(client, place)| {
            let names = client.deliver.0.iter();
            names
                .filter(|name| !is_declared(context, name))
                .map(move |name| (name, place.value_of(DELIVER)))
        });
    unknown
        .map(|(name, span)| {
            let name = name.as_str();
            let known = declared.keys().map(SinkName::as_str);
            let meant = suggestions.nearest(name, known);

            let message = format!("the sink {} is not declared", quote(name));
            Problem::new(ProblemId::UnknownSink, span, message)
                .help("declare it under `sinks`")
                .suggest(meant)
        })
        .collect()
}

/// Whether there is such a sink, sound or not.
fn is_declared(context: &Context<'_>, name: &SinkName) -> bool {
    context.file.sinks.contains_key(name)
        || context
            .unsound
            .has_object(SINKS, name.as_str())
}

/// A path that leads out, or that is one for all, or that nobody can fill.
pub(super) fn check_paths(context: &Context<'_>) -> Vec<Problem> {
    let sinks = context.file.sinks.iter();

    sinks
        .filter_map(|(name, sink)| check_path(context, name, sink))
        .collect()
}

fn check_path(
    context: &Context<'_>,
    name: &SinkName,
    sink: &Sink,
) -> Option<Problem> {
    let (kind, field, path) = sink.path();
    let span = place_of(context, name, kind, field);

    let path: PathTemplate = match path.parse() {
        Ok(path) => path,
        Err(error) => {
            let message = format!("{} is no path of a sink", quote(path));
            let problem = Problem::new(ProblemId::Malformed, span, message);
            return Some(problem.help(error.to_string()));
        }
    };
    if path.names_environment() && context.environment.is_none() {
        let message = "`${env}` stands for nothing: the configuration has no \
                       environments";
        let problem = Problem::new(ProblemId::NoEnvironment, span, message);
        return Some(problem);
    }
    if !needs_environment(kind, &path, context) {
        return None;
    }

    let message = "every environment would have the same files here";
    let help = "put `${env}` into the path: each has secrets of its own";
    let problem = Problem::new(ProblemId::SharedDestination, span, message);
    Some(problem.help(help))
}

/// Where a field of a sink is said, or else the sink.
fn place_of(
    context: &Context<'_>,
    name: &SinkName,
    kind: SinkKind,
    field: &str,
) -> Span {
    let place = Place::of_key(context.document, SINKS, name.as_str());
    let field = place.below(&[kind.name(), field]);

    field.map_or_else(|| place.span(), |field| field.value.span)
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

/// The credentials of a client on their way to a sink.
struct Delivery<'a> {
    client: &'a Key,
    sink: &'a SinkName,
    span: Span,
}

/// Credentials in one place: those of one client would be
/// written over those of another.
pub(super) fn find_shared_destinations(context: &Context<'_>) -> Vec<Problem> {
    let Some(stack) = &context.file.stack else {
        return Vec::new();
    };
    let sinks = context.file.sinks.iter();
    let specs: BTreeMap<&SinkName, _> = sinks
        .filter_map(|(name, sink)| Some((name, sink.spec()?)))
        .collect();

    let mut taken: BTreeMap<Destination, Delivery<'_>> = BTreeMap::new();
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
            let delivery = Delivery {
                client: key,
                sink: name,
                span: context
                    .place_of_client(key)
                    .value_of(DELIVER),
            };

            let kept = destination.as_kept();
            if let Some(first) = taken.get(&kept) {
                let problem = refuse_shared(&delivery, first);
                problems.push(problem.help(format!("it is {destination}")));
            } else {
                taken.insert(kept, delivery);
            }
        }
    }
    problems
}

fn refuse_shared(delivery: &Delivery<'_>, first: &Delivery<'_>) -> Problem {
    let client = quote(delivery.client.as_str());
    if delivery.client == first.client {
        let message = format!(
            "`{}` and `{}` put the credentials of {client} into one place",
            delivery.sink, first.sink
        );
        let span = delivery.span;
        return Problem::new(ProblemId::SharedDestination, span, message);
    }

    let message = format!(
        "the credentials of {} and {client} go to one place",
        quote(first.client.as_str())
    );
    Problem::new(
        ProblemId::SharedDestination,
        delivery.span,
        message,
    )
    .related(first.span, "the other one")
}

/// A folder of files that Git ignores, and of others that are meant for Git: it
/// would ignore both, or neither.
pub(super) fn find_shared_folders(context: &Context<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, field, folder) in list_folders(context, SinkKind::Age) {
        let mut ignored = list_folders(context, SinkKind::File);
        let Some((ignored, ..)) = ignored.find(|(.., other)| *other == folder)
        else {
            continue;
        };

        let message = format!(
            "`{name}` and `{ignored}` have one folder, and Git is to ignore \
             all of `{ignored}`"
        );
        let span = place_of(context, name, SinkKind::Age, field);
        let problem = Problem::new(ProblemId::SharedDestination, span, message);
        problems.push(problem.help("give each a folder of its own"));
    }
    problems
}

/// The sinks of a kind, each with the field that says where it is, and the
/// folder that this names.
fn list_folders<'a>(
    context: &Context<'a>,
    wanted: SinkKind,
) -> impl Iterator<Item = (&'a SinkName, &'static str, &'a str)> + use<'a> {
    let sinks = context.file.sinks.iter();

    sinks.filter_map(move |(name, sink)| {
        let (kind, field, path) = sink.path();
        let (folder, _) = path
            .rsplit_once('/')
            .unwrap_or_default();
        (kind == wanted).then_some((name, field, folder))
    })
}
