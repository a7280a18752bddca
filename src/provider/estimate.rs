//! What applying a plan costs, and what must be allowed for it.

use std::collections::BTreeSet;
use std::time::Duration;

use super::Need;

/// Whether a run locks its stack where it creates clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockUse {
    /// It does.
    Taken,
    /// It is told that no other run is about.
    Forgone,
}

/// What applying a plan costs, as far as it can be told beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate {
    /// How many requests it takes, if none has to be repeated.
    pub requests: usize,
    /// How long these take under the tenant's limits; none
    /// where these are not known.
    pub time: Option<Duration>,
    /// What must be allowed for them.
    pub needs: BTreeSet<Need>,
}
