//! Variables that nothing refers to.

use std::collections::BTreeSet;

use super::inputs::Use;
use super::interpolate::collect_variables;
use super::node::{Entry, Node};
use super::problem::{Problem, ProblemId, quote};
use super::section;
use super::variables::Given;
use crate::model::{VariableName, nearest};

/// Variables that nothing in the whole document refers to: most likely their
/// names are misspelt, here or there. One that only another environment needs
/// is none of them.
pub(super) fn find_unused(document: &Node, given: &Given) -> Vec<Problem> {
    let mut used = BTreeSet::new();
    collect_variables(document, &mut used);

    let mut entries = list_declared(document);
    entries.extend(given.entries().filter_map(|(entry, expected)| {
        let is_expected = match expected {
            Use::Expected => true,
            Use::Optional => is_slip(entry, &used, given),
            Use::Unchecked => false,
        };
        is_expected.then_some(entry)
    }));

    let all = entries.iter().map(|entry| &*entry.key);
    let known: BTreeSet<&str> = all
        .chain(given.entries().map(|(entry, _)| &*entry.key))
        .collect();
    // Where a name was misspelt, that is said there, and only there.
    let told: BTreeSet<&str> = used
        .iter()
        .filter(|name| !known.contains(&***name))
        .filter_map(|name| nearest(name, known.iter().copied()))
        .collect();

    entries
        .into_iter()
        .filter(|entry| {
            !used.contains(&*entry.key) && !told.contains(&*entry.key)
        })
        // What is no name at all has been reported as such.
        .filter(|entry| entry.key.parse::<VariableName>().is_ok())
        .map(|entry| report(entry, &used))
        .collect()
}

/// The variables that a document declares, for all and for each environment.
fn list_declared(document: &Node) -> Vec<&Entry> {
    let environments = document
        .entry(section::ENVIRONMENTS)
        .map_or(&[][..], |section| section.value.entries());
    let environments = environments
        .iter()
        .map(|environment| &environment.value);

    std::iter::once(document)
        .chain(environments)
        .filter_map(|node| node.entry(section::VARIABLES))
        .flat_map(|section| section.value.entries())
        .collect()
}

/// Whether what may be there for others was meant for a name of other letters.
/// One that is given itself lacks nothing.
fn is_slip(
    entry: &Entry,
    used: &BTreeSet<impl AsRef<str>>,
    given: &Given,
) -> bool {
    let is_given = |name: &str| {
        given
            .entries()
            .any(|(entry, _)| *entry.key == *name)
    };

    meant_name(entry, used).is_some_and(|name| !is_given(name))
}

/// The name in use that is written with other capital letters.
fn meant_name<'u>(
    entry: &Entry,
    used: &'u BTreeSet<impl AsRef<str>>,
) -> Option<&'u str> {
    let mut names = used.iter().map(AsRef::as_ref);
    names.find(|name| {
        name.eq_ignore_ascii_case(&entry.key) && **name != *entry.key
    })
}

fn report(entry: &Entry, used: &BTreeSet<impl AsRef<str>>) -> Problem {
    let message = format!(
        "nothing refers to the variable {}",
        quote(&entry.key)
    );
    let help = format!(
        "take it out, or write `${{var.{}}}` where it is meant",
        entry.key
    );

    Problem::new(
        ProblemId::UnusedVariable,
        entry.key_span,
        message,
    )
    .help(help)
    .suggest(meant_name(entry, used))
}
