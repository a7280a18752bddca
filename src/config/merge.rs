//! Merging: several documents become one, and no key is said twice.

use super::environments::refuse_kind;
use super::node::{Entry, Node, Value};
use super::normalize::{duplicate_key, sort_entries};
use super::problem::Problem;
use super::section;
use super::source::Span;

/// The sections that several files may each have a part of.
// `stack`, `provider`, `prune`, `owns` and `limits` hold for the whole, so one
// file says them.
const SHARED: [&str; 10] = [
    "resource_servers",
    "clients",
    "grants",
    "sinks",
    "moved",
    "removed",
    "critical",
    "waivers",
    "vars",
    "for_each",
];

/// One document from many: shared sections are merged,
/// everything else is said once.
pub(super) fn merge_documents(
    documents: Vec<Node>,
    problems: &mut Vec<Problem>,
) -> Node {
    // What no file says, as a `stack`, is reported in the first one.
    let span = documents
        .first()
        .map_or(Span::whole(0), |document| document.span);

    let mut merged: Vec<Entry> = Vec::new();
    for document in documents {
        // The walk has reported a document of another kind.
        let Value::Mapping(sections) = document.value else {
            continue;
        };
        merge_sections(&mut merged, sections, problems);
    }
    sort_sections(&mut merged, problems);

    Node {
        span,
        value: Value::Mapping(merged),
    }
}

/// Adds the sections of a further file.
fn merge_sections(
    merged: &mut Vec<Entry>,
    sections: Vec<Entry>,
    problems: &mut Vec<Problem>,
) {
    for section in sections {
        let earlier = merged
            .iter_mut()
            .find(|entry| entry.key == section.key);
        match earlier {
            None => merged.push(section),
            Some(earlier) if &*section.key == section::ENVIRONMENTS => {
                merge_environments(earlier, section, problems);
            }
            Some(earlier) => merge_section(earlier, section, problems),
        }
    }
}

/// Sorts what is in each section, once for all files: only now is it known what
/// two of them say.
fn sort_sections(sections: &mut [Entry], problems: &mut Vec<Problem>) {
    for section in &mut *sections {
        let is_environments = &*section.key == section::ENVIRONMENTS;
        let Value::Mapping(entries) = &mut section.value.value else {
            continue;
        };

        sort_entries(entries, problems);
        if is_environments {
            for environment in entries {
                if let Value::Mapping(sections) = &mut environment.value.value {
                    sort_sections(sections, problems);
                }
            }
        }
    }
    sections.sort_by(|left, right| left.key.cmp(&right.key));
}

/// Adds what a further file says of environments. An environment is a document
/// itself, of which each file may say a part.
fn merge_environments(
    earlier: &mut Entry,
    section: Entry,
    problems: &mut Vec<Problem>,
) {
    let (Value::Mapping(known), Value::Mapping(more)) =
        (&mut earlier.value.value, section.value.value)
    else {
        problems.push(refuse_kind(&section.key, section.key_span));
        return;
    };

    for environment in more {
        let Some(earlier) = known
            .iter_mut()
            .find(|entry| entry.key == environment.key)
        else {
            known.push(environment);
            continue;
        };
        match (
            &mut earlier.value.value,
            environment.value.value,
        ) {
            (Value::Mapping(sections), Value::Mapping(more)) => {
                merge_sections(sections, more, problems);
            }
            // Named and no more, it says nothing.
            (_, Value::Null) => {}
            (known @ Value::Null, more) => *known = more,
            _ => problems.push(refuse_kind(
                &environment.key,
                environment.key_span,
            )),
        }
    }
}

/// Adds what a further file says in a section.
fn merge_section(
    earlier: &mut Entry,
    section: Entry,
    problems: &mut Vec<Problem>,
) {
    let is_shared = SHARED.contains(&&*section.key);

    match (&mut earlier.value.value, section.value.value) {
        (Value::Mapping(entries), Value::Mapping(more)) if is_shared => {
            entries.extend(more);
        }
        (Value::Sequence(items), Value::Sequence(more)) if is_shared => {
            items.extend(more);
        }
        _ => {
            let problem =
                duplicate_key(&section.key, section.key_span, earlier.key_span);
            problems.push(problem);
        }
    }
}
