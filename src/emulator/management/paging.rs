//! The two ways to page through a list, and their quirks.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::answer::Failure;
use super::query::Query;
use crate::emulator::tenant::{Listed, Listing, Object};

/// How many objects a page has when nothing is said, and at most.
const PAGE: usize = 50;
const LARGEST_PAGE: usize = 100;

/// Which part of a list is asked for, and in which shape.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Paging {
    /// A bare array.
    Offset { start: usize, limit: usize },
    /// The array, with how many there are in all.
    Totals { start: usize, limit: usize },
    /// The objects after a checkpoint, with the next one.
    Checkpoint { after: Option<String>, limit: usize },
}

impl Paging {
    /// Reads `page`, `per_page` and `include_totals`, which is all that resource servers know.
    pub(crate) fn by_offset(query: &Query, smallest: usize) -> Result<Self, Failure> {
        let page = query.number("page", 0, usize::MAX)?.unwrap_or(0);
        let limit = query
            .number("per_page", smallest, LARGEST_PAGE)?
            .unwrap_or(PAGE);
        let start = page.saturating_mul(limit);
        Ok(if query.boolean("include_totals")? == Some(true) {
            Self::Totals { start, limit }
        } else {
            Self::Offset { start, limit }
        })
    }

    /// Reads `from` and `take` too: with them, the parameters of the other way must be well formed
    /// and count for nothing.
    pub(crate) fn by_either(query: &Query, smallest: usize) -> Result<Self, Failure> {
        let take = query.number("take", 1, LARGEST_PAGE)?;
        let from = query.get("from");
        let by_offset = Self::by_offset(query, smallest)?;
        if take.is_none() && from.is_none() {
            return Ok(by_offset);
        }
        let after = from.map(decode_checkpoint).transpose()?;
        Ok(Self::Checkpoint {
            after,
            limit: take.unwrap_or(PAGE),
        })
    }

    /// Whether an offset page begins beyond this many objects.
    pub(crate) fn reaches_past(&self, reach: usize) -> bool {
        match self {
            Self::Offset { start, .. } | Self::Totals { start, .. } => *start > reach,
            Self::Checkpoint { .. } => false,
        }
    }

    /// The page of `listing`, each object as `show` has it, under the plural name of the kind.
    pub(crate) fn page(
        &self,
        plural: &str,
        listing: &Listing<'_>,
        show: impl Fn(&Object) -> Value,
    ) -> Value {
        let shown = |listed: Listed<'_>| show(listed.object);
        match self {
            Self::Offset { start, limit } => listing.past(*start).take(*limit).map(shown).collect(),
            Self::Totals { start, limit } => {
                let page: Value = listing.past(*start).take(*limit).map(shown).collect();
                json!({"total": listing.count(), "start": start, "limit": limit, plural: page})
            }
            Self::Checkpoint { after, limit } => {
                let mut rest = match after {
                    Some(after) => listing.after(after),
                    None => listing.past(0),
                };
                let page: Vec<Listed<'_>> = rest.by_ref().take(*limit).collect();
                let last = page
                    .last()
                    .map(|listed| URL_SAFE_NO_PAD.encode(listed.checkpoint));
                let page: Value = page.into_iter().map(shown).collect();
                match (last, rest.next()) {
                    (Some(last), Some(_)) => json!({plural: page, "next": last}),
                    _ => json!({plural: page}),
                }
            }
        }
    }
}

fn decode_checkpoint(text: &str) -> Result<String, Failure> {
    URL_SAFE_NO_PAD
        .decode(text)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| Failure::invalid_query("Invalid checkpoint", "from"))
}
