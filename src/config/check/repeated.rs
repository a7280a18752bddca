//! What is there more than once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::super::source::Span;

/// Something that is there once more.
pub(super) struct Repeated<T> {
    pub(super) item: T,
    pub(super) again: Span,
    pub(super) first: Span,
}

/// Each repetition, with its place and that of the first. The first is the one that stands before
/// the others, in whatever order they come.
pub(super) fn find_repeated<T: Ord + Copy>(
    items: impl Iterator<Item = (T, Span)>,
) -> Vec<Repeated<T>> {
    let mut items: Vec<(T, Span)> = items.collect();
    // Objects come in the order of their keys, and what is one too many is the later in the file.
    items.sort_by_key(|(_, span)| *span);

    let mut firsts = BTreeMap::new();
    let mut repeated = Vec::new();
    for (item, again) in items {
        match firsts.entry(item) {
            Entry::Vacant(vacant) => _ = vacant.insert(again),
            Entry::Occupied(first) => repeated.push(Repeated {
                item,
                again,
                first: *first.get(),
            }),
        }
    }
    repeated
}
