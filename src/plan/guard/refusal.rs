//! Why a plan must not be applied as it is, and what to do if
//! it is meant all the same.

use std::collections::BTreeSet;
use std::fmt;

use crate::model::{Advice, Kind, Step, Term, step};

/// Why a plan must not be applied as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Refusal {
    /// More deletions of a kind than the default limit.
    TooMany {
        /// The kind.
        kind: Kind,
        /// How many would be deleted.
        deletions: usize,
        /// How many are ours.
        owned: usize,
        /// How many may be deleted.
        limit: usize,
        /// How many would be deleted of all kinds.
        total: usize,
    },
    /// More deletions than `max_deletes` says.
    OverMaximum {
        /// How many would be deleted of all kinds.
        total: usize,
        /// What `max_deletes` says.
        maximum: usize,
    },
    /// A kind would be emptied.
    Emptied {
        /// The kind.
        kind: Kind,
        /// How many are ours.
        owned: usize,
    },
    /// A resource server would be deleted that others may call.
    InUse {
        /// What it is called.
        name: String,
        /// The display names of the clients that hold a grant on it.
        callers: BTreeSet<String>,
    },
    /// An object that is safe from deletion would be deleted.
    Protected {
        /// What it is called.
        name: String,
        /// How we know.
        evidence: String,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany {
                kind,
                deletions,
                owned,
                limit,
                total: _,
            } => {
                let (_, objects) = kind.words();
                write!(
                    formatter,
                    "{deletions} of this stack's {owned} {objects} would be \
                     deleted; the limit is {limit}"
                )
            }
            Self::OverMaximum { total, maximum } => write!(
                formatter,
                "{total} objects would be deleted; max_deletes is {maximum}"
            ),
            Self::Emptied { kind, owned: 1 } => {
                let (object, _) = kind.words();
                write!(
                    formatter,
                    "the last {object} of this stack would be deleted"
                )
            }
            Self::Emptied { kind, owned } => {
                let (_, objects) = kind.words();
                write!(
                    formatter,
                    "the last {owned} {objects} of this stack would be deleted"
                )
            }
            Self::InUse { name, callers } => write!(
                formatter,
                "{name} would be deleted, and others may call it: {}",
                quote_each(callers)
            ),
            Self::Protected { name, evidence } => write!(
                formatter,
                "{name} is protected from deletion: it {evidence}"
            ),
        }
    }
}

fn quote_each(names: &BTreeSet<String>) -> String {
    let quoted: Vec<String> = names
        .iter()
        .map(|name| format!("\"{name}\""))
        .collect();
    quoted.join(", ")
}

impl Advice for Refusal {
    fn id(&self) -> &'static str {
        match self {
            Self::TooMany { .. } => "too-many-deletions",
            Self::OverMaximum { .. } => "over-max-deletes",
            Self::Emptied { .. } => "emptied",
            Self::InUse { .. } => "in-use",
            Self::Protected { .. } => "protected",
        }
    }

    /// What to do if it is meant all the same.
    fn next_step(&self) -> Option<Step> {
        Some(match self {
            Self::TooMany { total, .. } | Self::OverMaximum { total, .. } => {
                step![
                    format!(
                        "if it is meant, say how many: `limits: {{ \
                         max_deletes: {total} }}`, or "
                    ),
                    Term::MaxDeletes,
                    format!(" {total}"),
                ]
            }
            Self::Emptied { .. } => {
                "if it is meant, say `limits: { allow_empty: true }`".into()
            }
            Self::InUse { .. } => "have the grants of these clients on it \
                                   removed first; or keep it: declare it, or \
                                   say `destroy: false` under `removed`"
                .into(),
            Self::Protected { name, .. } => format!(
                "declare {name} again with `protect: false`, and apply that \
                 first"
            )
            .into(),
        })
    }
}
