//! The heart: what is wanted and what is there become a plan.
//! Pure functions, no effects.
//!
//! Floor 1. Begin with [`plan()`], in `decide`: it asks
//! each of the others in turn.
//!
//! ```text
//! classify       whose each object is, by its mark (`owner`), its id or its name: a `verdict`
//! context        what is wanted, what is there and whose that is, made once for a plan
//! conflict       what of it contradicts each other: then there is no plan
//! scope          what of it is ours
//! reconcile      makes the changes to each object, by the leaves that `diff` finds to differ
//! order          puts the changes in order
//! guard          speaks against too many deletions, and against wrong ones
//! expectation    what the deletions rely on
//! note           says what is worth saying
//! access         who can call what: declared, live, and by what a plan gives and takes
//! deliveries     what is done about the credentials of clients, in their sinks
//! drift          how the tenant has moved away from what was applied
//! ```
//!
//! `detail` comes before all of it: what has to be looked at more closely than
//! a listing shows.

use std::collections::BTreeMap;

use crate::model::{Address, RemoteId, StackName};

mod access;
mod change;
mod classify;
mod client_keys;
mod conflict;
mod context;
mod decide;
mod deliveries;
mod detail;
mod diff;
mod drift;
mod expectation;
mod expected_tokens;
mod guard;
mod names;
mod note;
mod order;
mod outputs;
mod owner;
mod reconcile;
mod scope;
mod twins;
mod verdict;

pub(crate) use access::parties_of;
pub use access::{
    Access, AccessChange, Permission, PermittedAudience, PermittedOrganization,
    PermittedScope,
};
pub use change::{Action, Change};
pub use classify::classify;
pub use conflict::{Conflict, Holder, PlanError};
pub use decide::plan;
pub use deliveries::{
    Delivering, DeliveryAction, DeliveryReason, Handover, Place,
    PlannedDelivery, Reveal, SecretAccess, SecretSource, Surroundings,
    list_places, source_of,
};
pub(crate) use detail::needs_detail;
pub use diff::{Edit, Leaf, diff};
pub use drift::{Drift, DriftClass};
pub use expectation::Expected;
pub use expected_tokens::{
    ExpectedToken, Obstacle, TokenDifference, expect_tokens,
};
pub(crate) use guard::FEW_DELETIONS;
pub use guard::Refusal;
pub use names::Names;
pub use note::{
    BentScope, Caller, DoneEntry, FormerServer, Note, OrphanGrant, SharedMark,
    Staying, TakenScope,
};
pub use order::{Wave, find_blockers};
pub use outputs::{ClientOutputs, GrantOutputs, Outputs, list_ids};
pub(crate) use owner::{Owner, owner_of};
pub use twins::Twins;
pub use verdict::{Class, Evidence, Verdict, Verdicts};

/// What is to be done, in the order in which it is to be done. A plan is data:
/// it holds no ids of the tenant, no secrets and no clock, and equal inputs
/// give equal plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Whose plan it is.
    pub stack: StackName,
    /// The changes, by wave and address.
    pub changes: Vec<Change>,
    /// How many declared objects are already as they should be.
    pub unchanged: usize,
    /// What is done about the credentials of clients, by client and sink.
    pub deliveries: Vec<PlannedDelivery>,
    /// What was seen and is worth saying.
    pub notes: Vec<Note>,
    /// Who can call what afterwards, and could not before;
    /// and the other way round.
    pub access: AccessChange,
    /// How the configuration calls what it declares.
    pub names: Names,
}

impl Plan {
    /// Whether anything is to be done: to the tenant, or to a sink.
    #[must_use]
    pub fn does_anything(&self) -> bool {
        !self.changes.is_empty()
            || self
                .deliveries
                .iter()
                .any(PlannedDelivery::is_deed)
    }

    /// Whether two runs of it at once would come into each other's way where
    /// names are not unique: each would create a client, or set its secret.
    #[must_use]
    pub fn needs_lock(&self) -> bool {
        let mut written = self
            .deliveries
            .iter()
            .filter(|one| one.is_written());

        self.creates_clients()
            || written.any(|one| one.source == Some(SecretSource::Anew))
    }

    /// Whether it creates a client.
    #[must_use]
    pub fn creates_clients(&self) -> bool {
        self.changes
            .iter()
            .any(Change::creates_client)
    }
}

/// A plan, and the ids its changes will need.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// The tenant's ids of the objects that the changes touch or refer to.
    pub ids: BTreeMap<Address, RemoteId>,
    /// What is to be deleted, as it was when that was decided.
    pub expected: BTreeMap<Address, Expected>,
    /// Why the plan must not be applied as it is; nothing, if it may.
    pub refusals: Vec<Refusal>,
    /// What the entries of sinks are made of.
    pub delivering: Delivering,
}

/// A plan that no guard speaks against: the only kind that can be applied.
/// Nothing but [`Planned::clear`] makes one, so that a refused plan cannot be
/// given to apply.
#[derive(Debug, Clone)]
pub struct Cleared(Planned);

/// Everything that speaks against applying a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("refused by {}", count_guards(refusals.len()))]
pub struct Refused {
    /// The reasons, sorted.
    pub refusals: Vec<Refusal>,
}

fn count_guards(refusals: usize) -> String {
    match refusals {
        1 => "a guard against deletion".to_owned(),
        more => format!("{more} guards against deletion"),
    }
}

impl Planned {
    /// Lets the plan pass if no guard speaks against it.
    pub fn clear(self) -> Result<Cleared, Refused> {
        if self.refusals.is_empty() {
            return Ok(Cleared(self));
        }

        Err(Refused {
            refusals: self.refusals,
        })
    }
}

impl Cleared {
    /// The plan itself.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.0.plan
    }

    /// The plan and what it needs.
    #[must_use]
    pub fn into_planned(self) -> Planned {
        self.0
    }
}
