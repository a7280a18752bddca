//! Why a mark cannot be read, and what to do about it.

use std::fmt;

use super::{Mark, Written};
use crate::model::{Advice, Step};

/// A mark that this version cannot read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("the mark `{written}` {defect}")]
pub struct MarkError {
    /// The mark.
    pub written: Written,
    /// Why it cannot be read.
    pub defect: MarkDefect,
}

/// Why a mark cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum MarkDefect {
    /// Written by a newer Grantry, which has another format or more flags.
    Newer,
    /// One of the two entries is missing.
    Half,
    /// Not a mark at all.
    Damaged,
}

impl fmt::Display for MarkDefect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Newer => "is of a version this Grantry does not know",
            Self::Half => "lacks one of its two entries",
            Self::Damaged => "is damaged",
        })
    }
}

impl Advice for MarkError {
    fn id(&self) -> &'static str {
        match self.defect {
            MarkDefect::Newer => "mark-of-the-future",
            MarkDefect::Half => "half-mark",
            MarkDefect::Damaged => "damaged-mark",
        }
    }

    fn next_step(&self) -> Option<Step> {
        let [stack, key] = Mark::METADATA_KEYS;

        Some(match self.defect {
            MarkDefect::Newer => "use a newer Grantry".into(),
            MarkDefect::Half | MarkDefect::Damaged => format!(
                "set `{stack}` and `{key}` in its metadata or attributes as \
                 they were; or remove both, and it counts as unmarked"
            )
            .into(),
        })
    }
}
