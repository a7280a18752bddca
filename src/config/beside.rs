//! Keys in files beside the configuration: the text of each takes the place of its name.

use super::node::{Entry, Node, Value};
use super::problem::{Problem, ProblemId, quoted};
use super::read::{self, BesideError};
use super::source::{Sources, Span};
use crate::model::{ClientSpec, ResourceServerSpec};

const FILE: &str = "pem_file";
const TEXT: &str = "pem";

/// Puts the text of every named key file into the document. The places stay those of the names.
pub(super) fn take_in(document: &mut Node, sources: &Sources) -> Vec<Problem> {
    keys(document)
        .into_iter()
        .filter_map(|entry| take(entry, sources).err())
        .collect()
}

/// The entries that name a file, wherever the document may have one.
fn keys(document: &mut Node) -> Vec<&mut Entry> {
    let mut keys = Vec::new();
    for section in entries(document) {
        let objects = entries(&mut section.value).iter_mut();
        let fields = objects.flat_map(|object| entries(&mut object.value));
        for field in fields {
            match &*field.key {
                ResourceServerSpec::ENCRYPTION => keys.extend(
                    entries(&mut field.value)
                        .iter_mut()
                        .filter(|entry| &*entry.key == "encryption_key")
                        .filter_map(|entry| file(&mut entry.value)),
                ),
                ClientSpec::METHODS => keys.extend(
                    entries(&mut field.value)
                        .iter_mut()
                        .flat_map(|method| entries(&mut method.value))
                        .flat_map(|credentials| items(&mut credentials.value))
                        .filter_map(file),
                ),
                _ => {}
            }
        }
    }
    keys
}

fn entries(node: &mut Node) -> &mut [Entry] {
    match &mut node.value {
        Value::Mapping(entries) => entries,
        _ => &mut [],
    }
}

fn items(node: &mut Node) -> &mut [Node] {
    match &mut node.value {
        Value::Sequence(items) => items,
        _ => &mut [],
    }
}

fn file(node: &mut Node) -> Option<&mut Entry> {
    entries(node).iter_mut().find(|entry| &*entry.key == FILE)
}

/// A file that cannot be read stays as it is, and nothing more is said of it.
fn take(entry: &mut Entry, sources: &Sources) -> Result<(), Problem> {
    let span = entry.value.span;
    let source = sources.get(span).map_or("", |source| source.path());
    let name = entry.value.as_text().unwrap_or_default();
    let text = read::beside(source, name).map_err(|error| problem(name, span, &error))?;
    // In its new place the key is still in order: nothing comes between the two names.
    entry.key = TEXT.into();
    entry.value.value = Value::Text(text.into());
    Ok(())
}

fn problem(name: &str, span: Span, error: &BesideError) -> Problem {
    let (id, help) = match error {
        BesideError::Outside => (
            ProblemId::OutsideFolder,
            "keep it in the folder of this file, or in one inside of it",
        ),
        BesideError::Unreadable(_)
        | BesideError::NotFile
        | BesideError::TooLarge(_)
        | BesideError::NotUtf8 => (
            ProblemId::Unreadable,
            "the name is relative to the file that holds it",
        ),
    };
    Problem::new(id, span, format!("{} {error}", quoted(name))).help(help)
}
