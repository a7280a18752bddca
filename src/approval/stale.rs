//! What is not approved any more.

use crate::model::{Advice, Step};

/// Why a plan must not be applied that is not the one that was approved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is not what was approved; nothing was changed")]
pub struct Stale {
    /// The reasons, in the order of the plan.
    pub reasons: Vec<Reason>,
}

/// What is not as it was approved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// The approved plan is of another stack, environment, provider or tenant.
    #[error(
        "what was approved is for the {what} {approved}, and this is {now}"
    )]
    Elsewhere {
        /// What differs.
        what: &'static str,
        /// What was approved.
        approved: String,
        /// What it is now.
        now: String,
    },
    /// A change that nobody has approved.
    #[error("{name}: nobody approved to {action} it")]
    NotApproved {
        /// The object.
        name: String,
        /// What would happen to it.
        action: &'static str,
    },
    /// A change of which something else was approved.
    #[error("{name}: what would change is not what was approved")]
    OtherEdits {
        /// The object.
        name: String,
    },
    /// The object has changed since.
    #[error(
        "{name}: it has been changed in the tenant since that was approved"
    )]
    Moved {
        /// The object.
        name: String,
    },
    /// A delivery that nobody has approved, or not so.
    #[error("{name}: nobody approved that credentials go there in this way")]
    Delivery {
        /// Whose credentials, and where they would go.
        name: String,
    },
    /// The plan has another hash.
    #[error("the hash of this plan is {now}, and {approved} was approved")]
    OtherHash {
        /// What was approved.
        approved: String,
        /// What it is now.
        now: String,
    },
}

impl Reason {
    /// Which reason: a word that stays the same.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::Elsewhere { .. } => "elsewhere",
            Self::NotApproved { .. } => "not-approved",
            Self::OtherEdits { .. } => "other-edits",
            Self::Moved { .. } => "changed-meanwhile",
            Self::Delivery { .. } => "delivery-not-approved",
            Self::OtherHash { .. } => "other-hash",
        }
    }
}

impl Advice for Stale {
    fn id(&self) -> &'static str {
        "stale-plan"
    }

    fn next_step(&self) -> Option<Step> {
        Some("look at the new plan, and have it approved".into())
    }
}
