//! What looking at a tenant brings to light, whatever the provider.

use std::collections::BTreeMap;

use crate::model::{Desired, Found, Kind, TenantHash};
use crate::plan::{Owner, owner_of};

/// How good what was found is, from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// As it should be.
    Good,
    /// It works, and somebody should know.
    Doubtful,
    /// It does not work.
    Bad,
}

/// What a tenant holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// How many objects there are of each kind that was looked at.
    pub counts: BTreeMap<Kind, usize>,
    /// How many clients carry the mark of the stack; none where
    /// no stack is asked about.
    pub owned: Option<Owned>,
}

/// How many clients belong to a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owned {
    /// All clients were looked at.
    Exactly(usize),
    /// There are more clients than were looked at.
    AtLeast(usize),
}

/// How many of the objects carry a mark that makes them this stack's.
pub(super) fn count_owned<'a>(
    desired: &Desired,
    tenant: &TenantHash,
    found: impl Iterator<Item = &'a Found>,
) -> usize {
    found
        // As a plan decides it: by its text alone, the mark of a former name of
        // the stack would not count.
        .filter(|found| {
            matches!(
                owner_of(desired, tenant, found),
                Owner::Us { .. }
            )
        })
        .count()
}
