//! Variables that nothing refers to.

use std::collections::BTreeSet;
use std::iter::once;

use super::inputs::Use;
use super::node::{Entry, Node, Value};
use super::problem::{Problem, ProblemId, quote};
use super::reference::variables_in;
use super::section::{ENVIRONMENTS, VARIABLES};
use super::variables::Given;
use crate::model::{VariableName, nearest};

/// Variables that nothing in the whole document refers to: most likely their
/// names are misspelt, here or there. One that only another environment needs
/// is none of them.
pub(super) fn find_unused(document: &Node, given: &Given) -> Vec<Problem> {
    let mut used = BTreeSet::new();
    collect_variables(document, &mut used);

    let expected = given
        .entries()
        .filter(|(entry, expected)| match expected {
            Use::Expected => true,
            Use::Optional => is_slip(entry, &used, given),
            Use::Unchecked => false,
        });
    let mut entries = list_declared(document);
    entries.extend(expected.map(|(entry, _)| entry));

    let all = entries.iter().copied();
    let known: BTreeSet<&str> = all
        .chain(given.entries().map(|(entry, _)| entry))
        .map(|entry| &*entry.key)
        .collect();
    // Where a name was misspelt, that is said there, and only there.
    let told: BTreeSet<&str> = used
        .difference(&known)
        .filter_map(|name| nearest(name, known.iter().copied()))
        .collect();

    entries
        .into_iter()
        .filter(|entry| !used.contains(&*entry.key))
        .filter(|entry| !told.contains(&*entry.key))
        // What is no name at all has been reported as such.
        .filter(|entry| {
            entry
                .key
                .parse::<VariableName>()
                .is_ok()
        })
        .map(|entry| report(entry, &used))
        .collect()
}

/// The names of all variables that anything in this value refers to.
fn collect_variables<'n>(node: &'n Node, names: &mut BTreeSet<&'n str>) {
    match &node.value {
        Value::Text(text) => collect_from_text(text, names),
        Value::Sequence(items) => {
            for item in items {
                collect_variables(item, names);
            }
        }
        Value::Mapping(entries) => {
            for entry in entries {
                collect_from_text(&entry.key, names);
                collect_variables(&entry.value, names);
            }
        }
        _ => {}
    }
}

fn collect_from_text<'n>(text: &'n str, names: &mut BTreeSet<&'n str>) {
    let variables = variables_in(text);
    names.extend(variables.map(|variable| variable.name));
}

/// The variables that a document declares, for all and for each environment.
fn list_declared(document: &Node) -> Vec<&Entry> {
    let environments = document.entries_at(ENVIRONMENTS).iter();
    let environments = environments.map(|environment| &environment.value);

    once(document)
        .chain(environments)
        .flat_map(|node| node.entries_at(VARIABLES))
        .collect()
}

/// Whether what may be there for others was meant for a name of other letters.
/// One that is given itself lacks nothing.
fn is_slip(entry: &Entry, used: &BTreeSet<&str>, given: &Given) -> bool {
    let is_given = |name: &str| {
        let mut given = given.entries();
        given.any(|(entry, _)| *entry.key == *name)
    };

    meant_name(entry, used).is_some_and(|name| !is_given(name))
}

/// The name in use that is written with other capital letters.
fn meant_name<'u>(entry: &Entry, used: &BTreeSet<&'u str>) -> Option<&'u str> {
    let mut names = used.iter().copied();
    names.find(|name| {
        name.eq_ignore_ascii_case(&entry.key) && **name != *entry.key
    })
}

fn report(entry: &Entry, used: &BTreeSet<&str>) -> Problem {
    let name = quote(&entry.key);
    let message = format!("nothing refers to the variable {name}");
    let help = format!(
        "take it out, or write `${{var.{}}}` where it is meant",
        entry.key
    );

    let span = entry.key_span;
    Problem::new(ProblemId::UnusedVariable, span, message)
        .help(help)
        .suggest(meant_name(entry, used))
}
