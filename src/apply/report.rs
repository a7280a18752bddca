//! What became of a plan.

use super::DeliveryOutcome;
use crate::model::{Key, Kind, RemoteId};
use crate::plan::{Action, Change, Plan, Twins};
use crate::provider::ProviderError;

/// What became of each change of a plan.
#[derive(Debug)]
#[must_use = "an unread report hides what was not done"]
pub struct Report {
    /// The plan that was carried out.
    pub plan: Plan,
    /// What became of each of its changes, in the same order.
    pub outcomes: Vec<Outcome>,
    /// What became of each of its deliveries, in the same order.
    pub deliveries: Vec<DeliveryOutcome>,
    /// The clients of which there are two now, or why
    /// that could not be found out.
    pub twins: Result<Vec<SameMark>, ProviderError>,
}

/// A client that was created while another run, or somebody
/// in between, created it too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SameMark {
    /// Which client it should be.
    pub key: Key,
    /// The clients that carry its mark.
    pub twins: Twins,
}

/// What became of one change.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// It was made; this is the tenant's id of the object.
    Applied(RemoteId),
    /// It was not made.
    Failed(ProviderError),
    /// It was not tried, because this earlier change (its place in the plan)
    /// was not made.
    Blocked(usize),
    /// It may or may not have been made: no answer came, or it was
    /// refused after an attempt that may have been carried out, and
    /// reading again did not tell.
    Unknown(ProviderError),
    /// It was not tried, because the run was stopped or its time was over.
    NotTried,
}

impl Outcome {
    /// The id of a client that is new here by this change, which its service
    /// needs. It is no secret.
    #[must_use]
    pub(crate) fn new_client_id(&self, change: &Change) -> Option<&RemoteId> {
        match (change.address.kind(), change.action, self) {
            (
                Kind::Client,
                Action::Create | Action::Adopt,
                Self::Applied(id),
            ) => Some(id),
            _ => None,
        }
    }

    /// Whether the change is known to have been made.
    #[must_use]
    pub fn is_applied(&self) -> bool {
        matches!(self, Self::Applied(_))
    }

    /// Whether the tenant may have what the change was to make.
    #[must_use]
    pub(crate) fn may_have_been_made(&self) -> bool {
        match self {
            Self::Applied(_) | Self::Unknown(_) => true,
            Self::Failed(_) | Self::Blocked(_) | Self::NotTried => false,
        }
    }
}

/// How many changes came to which end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Made.
    pub applied: usize,
    /// Not made.
    pub failed: usize,
    /// Not tried, for another's sake.
    pub blocked: usize,
    /// Perhaps made.
    pub unknown: usize,
    /// Not tried, because the run was stopped or its time was over.
    pub not_tried: usize,
}

impl Report {
    /// Whether a client is there twice now, or may be: it was created, and the
    /// clients could not be listed once more.
    #[must_use]
    pub fn may_have_twins(&self) -> bool {
        if let Ok(twins) = &self.twins {
            return !twins.is_empty();
        }

        let mut ended = self
            .plan
            .changes
            .iter()
            .zip(&self.outcomes);
        ended.any(|(change, outcome)| {
            change.creates_client() && outcome.may_have_been_made()
        })
    }

    /// How many changes came to which end.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for outcome in &self.outcomes {
            let count = match outcome {
                Outcome::Applied(_) => &mut counts.applied,
                Outcome::Failed(_) => &mut counts.failed,
                Outcome::Blocked(_) => &mut counts.blocked,
                Outcome::Unknown(_) => &mut counts.unknown,
                Outcome::NotTried => &mut counts.not_tried,
            };
            *count += 1;
        }
        counts
    }
}
