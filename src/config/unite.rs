//! Several documents become one, and no key is said twice.

use std::collections::BTreeSet;

use super::node::{Entry, Node, Value};
use super::problem::{Problem, ProblemId, Problems, quoted};
use super::source::{Sources, Span};

/// The sections that several files may each have a part of.
const SHARED: [&str; 5] = ["resource_servers", "clients", "grants", "moved", "removed"];

/// What was set aside because its structure is not sound: declared, but nobody knows how.
#[derive(Debug, Default)]
pub(super) struct Aside {
    /// Anything may be missing.
    pub(super) all: bool,
    objects: BTreeSet<(String, String)>,
}

impl Aside {
    /// An object of a section.
    pub(super) fn add(&mut self, section: &str, key: &str) {
        self.objects.insert((section.to_owned(), key.to_owned()));
    }

    /// A whole section: any name may have been declared in it.
    pub(super) fn add_section(&mut self, section: &str) {
        self.add(section, "");
    }

    pub(super) fn has(&self, section: &str, key: &str) -> bool {
        self.has_section(section) || self.objects.contains(&(section.to_owned(), key.to_owned()))
    }

    pub(super) fn has_section(&self, section: &str) -> bool {
        self.objects.contains(&(section.to_owned(), String::new()))
    }
}

/// Completes a parsed tree: every span knows its file, every container has a place that can be
/// shown, and mappings are sorted with each key once. What is said twice is reported.
pub(super) fn settle(node: &mut Node, file: usize, sources: &Sources, problems: &mut Vec<Problem>) {
    node.span = node.span.in_file(file);
    let first = match &mut node.value {
        Value::Sequence(items) => {
            for item in items.iter_mut() {
                settle(item, file, sources, problems);
            }
            items.first().map(|item| item.span)
        }
        Value::Mapping(entries) => {
            for entry in entries.iter_mut() {
                entry.key_span = entry.key_span.in_file(file);
                settle_key(entry, sources);
                settle(&mut entry.value, file, sources, problems);
            }
            let first = entries.first().map(|entry| entry.key_span);
            sort(entries, problems);
            first
        }
        _ => None,
    };
    // A block starts nowhere in particular; its first key or item stands for it.
    if let (true, Some(first)) = (node.span.bytes().is_empty(), first) {
        node.span = first;
    }
}

/// A key such as `123` or `true` is the text it was written as.
fn settle_key(entry: &mut Entry, sources: &Sources) {
    let source = sources.slice(entry.key_span);
    if entry.key.is_empty() && !source.starts_with(['"', '\'']) {
        entry.key = source.into();
    }
}

/// Sorts by key; the first of each key stays.
fn sort(entries: &mut Vec<Entry>, problems: &mut Vec<Problem>) {
    entries.sort_by(|left, right| left.key.cmp(&right.key));
    entries.dedup_by(|again, first| {
        let same = again.key == first.key;
        if same && problems.len() < Problems::MOST {
            problems.push(duplicate(&again.key, again.key_span, first.key_span));
        }
        same
    });
}

fn duplicate(key: &str, again: Span, first: Span) -> Problem {
    Problem::new(
        ProblemId::DuplicateKey,
        again,
        format!("the key {} is there twice", quoted(key)),
    )
    .label("again")
    .related(first, "first")
}

/// One document from many: sections are united, everything else is said once.
pub(super) fn unite(documents: Vec<Node>, problems: &mut Vec<Problem>) -> Node {
    let span = documents.first().map_or(Span::whole(0), |node| node.span);
    let mut united: Vec<Entry> = Vec::new();
    for document in documents {
        let Value::Mapping(sections) = document.value else {
            continue;
        };
        for section in sections {
            let there = united.iter_mut().find(|entry| entry.key == section.key);
            match there {
                None => united.push(section),
                Some(there) => add(there, section, problems),
            }
        }
    }
    for entry in &mut united {
        if let Value::Mapping(entries) = &mut entry.value.value {
            sort(entries, problems);
        }
    }
    united.sort_by(|left, right| left.key.cmp(&right.key));
    Node {
        span,
        value: Value::Mapping(united),
    }
}

fn add(there: &mut Entry, section: Entry, problems: &mut Vec<Problem>) {
    let shared = SHARED.contains(&&*section.key);
    match (&mut there.value.value, section.value.value) {
        (Value::Mapping(entries), Value::Mapping(more)) if shared => entries.extend(more),
        (Value::Sequence(items), Value::Sequence(more)) if shared => items.extend(more),
        _ => problems.push(duplicate(&section.key, section.key_span, there.key_span)),
    }
}
