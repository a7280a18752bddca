//! The two ways to page through a list, and their quirks.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::answer::Failure;
use super::json::Page;
use super::query::Query;
use crate::emulator::tenant::{Collection, Listed, Listing, Object};

/// How many objects a page has when nothing is said, and at most.
pub(super) const DEFAULT_LIMIT: usize = 50;
// A page of the documentation says 50, but tenants were recorded to give 100.
pub(super) const LARGEST_LIMIT: usize = 100;

/// Which part of a list is asked for, and in which shape.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Paging {
    /// A bare array.
    Offset { start: usize, limit: usize },
    /// The array, with how many there are in all.
    Totals { start: usize, limit: usize },
    /// The objects after a checkpoint, with the next one.
    Checkpoint {
        after: Option<String>,
        limit: usize,
    },
}

impl Paging {
    /// Reads `page`, `per_page` and `include_totals`, which is all that
    /// resource servers know.
    pub(crate) fn by_offset(
        query: &Query,
        smallest: usize,
    ) -> Result<Self, Failure> {
        let page = query
            .number("page", 0, usize::MAX)?
            .unwrap_or(0);
        let limit = query.number("per_page", smallest, LARGEST_LIMIT)?;
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        // A page past the end is empty and no error, so a number that is too
        // large means the same.
        let start = page.saturating_mul(limit);

        if query.boolean("include_totals")? == Some(true) {
            Ok(Self::Totals { start, limit })
        } else {
            Ok(Self::Offset { start, limit })
        }
    }

    /// Reads `from` and `take` too: with them, the parameters of the other way
    /// must be well formed and count for nothing.
    pub(crate) fn by_either(
        query: &Query,
        smallest: usize,
    ) -> Result<Self, Failure> {
        let take = query.number("take", 1, LARGEST_LIMIT)?;
        let from = query.get("from");

        let by_offset = Self::by_offset(query, smallest)?;
        if take.is_none() && from.is_none() {
            return Ok(by_offset);
        }

        let after = from
            .map(decode_checkpoint)
            .transpose()?;
        Ok(Self::Checkpoint {
            after,
            limit: take.unwrap_or(DEFAULT_LIMIT),
        })
    }

    /// Whether an offset page begins beyond this many objects.
    pub(crate) fn reaches_past(&self, reach: usize) -> bool {
        match self {
            Self::Offset { start, .. } | Self::Totals { start, .. } => {
                *start > reach
            }
            Self::Checkpoint { .. } => false,
        }
    }

    /// The part of a list that has no checkpoints, by its numbers.
    pub(crate) fn cut<T>(
        &self,
        plural: &str,
        list: &[T],
        show: impl Fn(&T) -> Value,
    ) -> Value {
        let show_part = |start: usize, limit: usize| -> Vec<Value> {
            let part = list.iter().skip(start).take(limit);
            part.map(&show).collect()
        };

        match *self {
            Self::Offset { start, limit } => show_part(start, limit).into(),
            Self::Totals { start, limit } => {
                let shown = show_part(start, limit);
                json!({
                    "total": list.len(),
                    "start": start,
                    "limit": limit,
                    "length": shown.len(),
                    plural: shown
                })
            }
            Self::Checkpoint { limit, .. } => show_part(0, limit).into(),
        }
    }

    /// The page of `listing`, each object as `show` has it.
    pub(crate) fn page<C: Collection>(
        &self,
        listing: &Listing<'_>,
        show: impl Fn(&Object) -> Value,
    ) -> Page<C> {
        let page = match self {
            Self::Offset { start, limit } => {
                show_all(listing.past(*start).take(*limit), show)
            }
            Self::Totals { start, limit } => {
                let shown = show_all(listing.past(*start).take(*limit), show);
                // `start` counts objects, and not pages as the
                // request does: recorded.
                json!({
                    "total": listing.count(),
                    "start": start,
                    "limit": limit,
                    C::NAME: shown
                })
            }
            Self::Checkpoint { after, limit } => {
                let rest = match after {
                    Some(after) => listing.after(after),
                    None => listing.past(0),
                };
                show_until_checkpoint(C::NAME, rest, *limit, show)
            }
        };

        Page::new(page)
    }
}

/// The next objects, and the checkpoint to go on after where there are more.
fn show_until_checkpoint<'a>(
    plural: &str,
    mut rest: impl Iterator<Item = Listed<'a>>,
    limit: usize,
    show: impl Fn(&Object) -> Value,
) -> Value {
    let page: Vec<Listed<'_>> = rest.by_ref().take(limit).collect();
    let last = page
        .last()
        .map(|listed| listed.checkpoint);
    // One more is looked for: a last page has no `next`, also where it is full.
    let next = last.filter(|_| rest.next().is_some());

    let shown = show_all(page.into_iter(), show);
    let mut page = json!({plural: shown});
    if let Some(next) = next {
        page["next"] = URL_SAFE_NO_PAD.encode(next).into();
    }
    page
}

/// An object as it is kept.
pub(crate) fn whole(object: &Object) -> Value {
    Value::Object(object.clone())
}

fn show_all<'a>(
    listed: impl Iterator<Item = Listed<'a>>,
    show: impl Fn(&Object) -> Value,
) -> Value {
    listed
        .map(|listed| show(listed.object))
        .collect()
}

fn decode_checkpoint(text: &str) -> Result<String, Failure> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok();
    let checkpoint = bytes.and_then(|bytes| String::from_utf8(bytes).ok());

    checkpoint
        .ok_or_else(|| Failure::invalid_query("Invalid checkpoint", "from"))
}
