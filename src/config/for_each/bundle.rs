//! A bundle: a table, what its rows are called, and the templates.

use super::super::node::{Entry, Node, Value};
use super::super::problem::{Problem, ProblemId, quote};
use super::super::reference::is_name;
use super::super::row_scope::{RESERVED, check_key};
use super::super::section::{CLIENTS, GRANTS, RESOURCE_SERVERS};
use super::super::source::{Sources, Span};
use crate::model::nearest;

pub(super) const IN: &str = "in";
const AS: &str = "as";

/// What a bundle may hold beside its table and its name.
pub(super) const SECTIONS: [&str; 3] = [RESOURCE_SERVERS, CLIENTS, GRANTS];

/// What the rows of a bundle are called.
pub(super) fn name_of(bundle: &Node) -> &str {
    bundle.text_at(AS).unwrap_or_default()
}

/// What is wrong with a bundle before any row is looked at.
pub(super) fn check_bundle(bundle: &Node, sources: &Sources) -> Vec<Problem> {
    if !matches!(bundle.value, Value::Mapping(_)) {
        let message = "an item of `for_each` must be a map";
        let problem = Problem::new(ProblemId::WrongType, bundle.span, message);
        let help = "begin it with a key, as in `- in: customers.csv`";
        return vec![problem.help(help)];
    }

    let problems = check_structure(bundle);
    if problems.is_empty() {
        check_keys(bundle, sources)
    } else {
        // Without a name that will do, nothing can refer to the rows.
        problems
    }
}

fn check_structure(bundle: &Node) -> Vec<Problem> {
    let unknown = bundle
        .entries()
        .iter()
        .filter(|entry| !list_keys().any(|key| *entry.key == *key))
        .map(refuse_key);
    let missing = [IN, AS]
        .into_iter()
        .filter(|key| bundle.entry(key).is_none())
        .map(|key| require_key(key, bundle.span));
    let misnamed = bundle
        .entry(AS)
        .and_then(|name| refuse_name(&name.value));
    let misshapen = list_sections(bundle).filter_map(refuse_kind);

    unknown
        .chain(missing)
        .chain(misnamed)
        .chain(misshapen)
        .collect()
}

/// What is wrong with the keys of the templates.
fn check_keys(bundle: &Node, sources: &Sources) -> Vec<Problem> {
    let name = name_of(bundle);

    [RESOURCE_SERVERS, CLIENTS]
        .into_iter()
        .flat_map(|section| bundle.entries_at(section))
        .filter_map(|template| check_key(template, name, sources))
        .collect()
}

fn list_keys() -> impl Iterator<Item = &'static str> {
    [IN, AS].into_iter().chain(SECTIONS)
}

/// The sections of a bundle that are there.
pub(super) fn list_sections(bundle: &Node) -> impl Iterator<Item = &Entry> {
    SECTIONS
        .into_iter()
        .filter_map(|section| bundle.entry(section))
}

fn refuse_key(entry: &Entry) -> Problem {
    let key = quote(&entry.key);
    let message = format!("an item of `for_each` has no key {key}");

    Problem::new(ProblemId::UnknownKey, entry.key_span, message)
        .help(
            "the keys are `in`, `as`, `resource_servers`, `clients`, `grants`",
        )
        .suggest(nearest(&entry.key, list_keys()))
}

fn require_key(key: &str, span: Span) -> Problem {
    let message = format!("an item of `for_each` needs the key `{key}`");

    Problem::new(ProblemId::MissingKey, span, message)
}

fn refuse_name(name: &Node) -> Option<Problem> {
    let text = name.as_text().unwrap_or_default();
    if is_name(text) && !RESERVED.contains(&text) {
        return None;
    }

    let message = format!("rows cannot be called {}", quote(text));
    let help = "any other word will do, such as `customer`: `${customer.id}` \
                is a value of the row then";
    let problem = Problem::new(ProblemId::Malformed, name.span, message);
    Some(problem.help(help))
}

/// Refuses a section that does not hold what one of its name holds.
fn refuse_kind(section: &Entry) -> Option<Problem> {
    let kind = match (&*section.key, &section.value.value) {
        (GRANTS, Value::Sequence(_)) => return None,
        (GRANTS, _) => "list",
        (_, Value::Mapping(_)) => return None,
        _ => "map",
    };

    let name = quote(&section.key);
    let message = format!("{name} of a bundle must be a {kind} of templates");
    let span = section.key_span;
    let problem = Problem::new(ProblemId::WrongType, span, message);
    Some(problem)
}
