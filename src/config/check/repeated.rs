//! What is there more than once.

use super::super::source::Span;

/// Something that is there once more.
pub(super) struct Repeated<T> {
    pub(super) item: T,
    pub(super) again: Span,
    pub(super) first: Span,
}

/// Each repetition, with its place and that of the first. The first is the one
/// that stands before the others, in whatever order they come.
pub(super) fn find_repeated<T: Ord + Copy>(
    items: impl Iterator<Item = (T, Span)>,
) -> Vec<Repeated<T>> {
    let mut items: Vec<(T, Span)> = items.collect();

    // By item, and of equal ones in the order of the file: what is one too many
    // is the later. In a row, as a map would be searched for each item, and
    // nearly nothing is ever there twice.
    items.sort_unstable();
    let alike = items.chunk_by(|(one, _), (other, _)| one == other);

    let mut repeated: Vec<Repeated<T>> = alike
        .filter_map(|alike| alike.split_first())
        .flat_map(|(&(item, first), others)| {
            others
                .iter()
                .map(move |&(_, again)| Repeated {
                    item,
                    again,
                    first,
                })
        })
        .collect();
    repeated.sort_by_key(|repeated| repeated.again);
    repeated
}
