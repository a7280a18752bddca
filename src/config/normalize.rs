//! A tree as it was parsed becomes one that can be searched and shown.

use super::node::{Entry, Node, Value};
use super::problem::{Problem, ProblemId, Problems, quote};
use super::source::{Sources, Span};

/// Completes a parsed tree: every span knows its file, every container has a
/// place that can be shown, and mappings are sorted with each key once. What is
/// said twice is reported.
pub(super) fn normalize(
    node: &mut Node,
    file: usize,
    sources: &Sources,
    problems: &mut Vec<Problem>,
) {
    node.span = node.span.in_file(file);

    // Sorting moves the first entry away, so its place is taken before.
    let first = match &mut node.value {
        Value::Sequence(items) => {
            for item in items.iter_mut() {
                normalize(item, file, sources, problems);
            }
            items.first().map(|item| item.span)
        }
        Value::Mapping(entries) => {
            for entry in entries.iter_mut() {
                entry.key_span = entry.key_span.in_file(file);
                restore_key(entry, sources);
                normalize(&mut entry.value, file, sources, problems);
            }
            let first = entries
                .first()
                .map(|entry| entry.key_span);
            sort_entries(entries, problems);
            first
        }
        _ => None,
    };

    // A block starts nowhere in particular; its first
    // key or item stands for it.
    if let (true, Some(first)) = (node.span.bytes().is_empty(), first) {
        node.span = first;
    }
}

/// A key such as `123` or `true` is the text it was written as.
fn restore_key(entry: &mut Entry, sources: &Sources) {
    let source = sources.slice(entry.key_span);
    let is_quoted = source.starts_with(['"', '\'']);

    // The parser leaves such a key empty. One that is empty
    // in quotes was meant to be.
    if entry.key.is_empty() && !is_quoted {
        entry.key = source.into();
    }
}

/// Sorts by key; the first of each key stays.
pub(super) fn sort_entries(
    entries: &mut Vec<Entry>,
    problems: &mut Vec<Problem>,
) {
    // The sort is stable, so of equal keys the first in
    // the file stays the first.
    entries.sort_by(|left, right| left.key.cmp(&right.key));

    entries.dedup_by(|again, first| {
        let is_repeated = again.key == first.key;
        if is_repeated && problems.len() < Problems::MOST {
            problems.push(duplicate_key(
                &again.key,
                again.key_span,
                first.key_span,
            ));
        }
        is_repeated
    });
}

/// Sorts the lists of a whole document by what their items say.
pub(super) fn sort_lists(document: &mut Node) {
    let Value::Mapping(sections) = &mut document.value else {
        return;
    };

    for section in sections {
        if let Value::Sequence(items) = &mut section.value.value {
            items.sort_by_cached_key(texts_of);
        }
    }
}

/// All that an item says, in the order of its keys.
fn texts_of(item: &Node) -> Vec<Box<str>> {
    let mut texts = Vec::new();
    collect_texts(item, &mut texts);
    texts
}

fn collect_texts(node: &Node, texts: &mut Vec<Box<str>>) {
    match &node.value {
        Value::Text(text) | Value::Untyped(text) => {
            texts.push(text.as_ref().into());
        }
        Value::Bool(value) => texts.push(value.to_string().into()),
        Value::Integer(number) => texts.push(number.to_string().into()),
        Value::Sequence(items) => items
            .iter()
            .for_each(|item| collect_texts(item, texts)),
        Value::Mapping(entries) => {
            for entry in entries {
                texts.push(entry.key.clone());
                collect_texts(&entry.value, texts);
            }
        }
        Value::Null | Value::OtherNumber | Value::Unknown => {
            texts.push(Box::default());
        }
    }
}

/// The problem of a key that is there twice.
pub(super) fn duplicate_key(key: &str, again: Span, first: Span) -> Problem {
    let message = format!("the key {} is there twice", quote(key));

    Problem::new(ProblemId::DuplicateKey, again, message)
        .label("again")
        .related(first, "first")
}
