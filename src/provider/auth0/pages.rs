//! How many requests a listing takes, page by page.

/// The most objects of any kind Auth0 gives at once.
// One page of Auth0's documentation says 50, but its reference says 100, and
// tenants give as many.
pub(super) const PER_PAGE: usize = 100;

/// Reading every object of a kind by checkpoints: the first page tells that
/// there are more, and is not the first checkpoint.
pub(super) fn requests_by_checkpoint(objects: usize, pages: usize) -> usize {
    if pages <= 1 {
        return 1;
    }

    1 + requests_of_walk(objects)
}

/// Reading every object of a kind by the numbers of
/// pages: several are read twice.
pub(super) fn requests_by_page(pages: usize) -> usize {
    if pages <= 1 { 1 } else { 2 * pages }
}

/// Walking through so many objects by checkpoints, from the first one.
pub(super) fn requests_of_walk(objects: usize) -> usize {
    // That there is nothing has to be asked for as well.
    objects.div_ceil(PER_PAGE).max(1)
}
