//! Merging: several documents become one, and no key is said twice.

use super::node::{Entry, Node, Value};
use super::normalize::{duplicate_key, sort_entries};
use super::problem::Problem;
use super::source::Span;

/// The sections that several files may each have a part of.
// `stack`, `provider`, `prune`, `owns` and `limits` hold for the whole, so one file says them.
const SHARED: [&str; 7] = [
    "resource_servers",
    "clients",
    "grants",
    "moved",
    "removed",
    "critical",
    "waivers",
];

/// One document from many: shared sections are merged, everything else is said once.
pub(super) fn merge_documents(documents: Vec<Node>, problems: &mut Vec<Problem>) -> Node {
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
        for section in sections {
            let earlier = merged.iter_mut().find(|entry| entry.key == section.key);
            match earlier {
                None => merged.push(section),
                Some(earlier) => merge_section(earlier, section, problems),
            }
        }
    }

    // Once for all files: only now is it known what two of them say.
    for section in &mut merged {
        if let Value::Mapping(entries) = &mut section.value.value {
            sort_entries(entries, problems);
        }
    }
    merged.sort_by(|left, right| left.key.cmp(&right.key));

    Node {
        span,
        value: Value::Mapping(merged),
    }
}

/// Adds what a further file says in a section.
fn merge_section(earlier: &mut Entry, section: Entry, problems: &mut Vec<Problem>) {
    let is_shared = SHARED.contains(&&*section.key);

    match (&mut earlier.value.value, section.value.value) {
        (Value::Mapping(entries), Value::Mapping(more)) if is_shared => entries.extend(more),
        (Value::Sequence(items), Value::Sequence(more)) if is_shared => items.extend(more),
        _ => {
            let problem = duplicate_key(&section.key, section.key_span, earlier.key_span);
            problems.push(problem);
        }
    }
}
